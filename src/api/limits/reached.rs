//! The error of a limit that is reached.

use actix_web::http::StatusCode;
use serde_json::json;
use services::Reached;

use crate::api::Fault;

impl Fault {
    /// 429: the tenant's limit is reached.
    #[must_use]
    pub fn limit_reached(reached: &Reached) -> Self {
        let (code, message, resolution) = match reached.resource.as_str() {
            "storage_gb" => (
                "storage_quota_exceeded",
                "Storage quota exceeded.",
                "Clean up files or increase storage limit.",
            ),
            _ => (
                "tenant_limit_exceeded",
                "Tenant resource limit exceeded.",
                "Upgrade tenant limits or reduce usage.",
            ),
        };
        Self::new(StatusCode::TOO_MANY_REQUESTS, code, message, resolution).details(json!({
            "resource": reached.resource,
            "current": reached.used,
            "limit": reached.hard,
            "requested": reached.requested,
            "resets_at": reached.resets_at,
        }))
    }
}
