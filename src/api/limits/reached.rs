//! The error of a limit that is reached.

use actix_web::http::StatusCode;
use serde_json::json;
use services::Reached;
use services::limits::CALLS;

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
            CALLS => (
                "tenant_limit_exceeded",
                "Tenant resource limit exceeded.",
                "Come again after the seconds in Retry-After, or ask for a higher limit. Reading limits is not counted.",
            ),
            _ => (
                "tenant_limit_exceeded",
                "Tenant resource limit exceeded.",
                "Upgrade tenant limits or reduce usage.",
            ),
        };
        let fault =
            Self::new(StatusCode::TOO_MANY_REQUESTS, code, message, resolution).details(json!({
                "resource": reached.resource,
                "current": reached.used,
                "limit": reached.hard,
                "requested": reached.requested,
                "resets_at": reached.resets_at,
            }));
        Self {
            retry_after: reached.retry_after,
            ..fault
        }
    }
}
