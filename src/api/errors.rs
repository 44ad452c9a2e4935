//! The errors of the API, each with its code, what happened and what to do about it.

use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use domain::FieldErrors;
use serde_json::{Value as Json, json};
use services::features::Feature;
use services::letters::Links;

use super::Fault;

impl Fault {
    /// 400: the request cannot be read.
    #[must_use]
    pub fn malformed(message: impl Into<String>) -> Self {
        let resolution = "Send the request as the reference shows it.";
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed_request",
            message,
            resolution,
        )
    }

    /// 401: no key, or one that opens nothing.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "authentication_failed",
            "There is no key in the request, or it opens nothing: unknown, expired, revoked, or resting with its maker.",
            "Send a valid key as \"Authorization: Bearer …\" or \"X-API-Key: …\".",
        )
    }

    /// 403: the signals of the request name different tenants.
    #[must_use]
    pub fn cross_tenant() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "cross_tenant_access_denied",
            "Key, host, X-Tenant-ID and path do not name the same tenant. Nothing was read.",
            "Stay within the tenant of the key.",
        )
    }

    /// 403: the tenant's plan does not have this part of the product.
    #[must_use]
    pub fn feature_not_available(feature: Feature, plan: &str) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "feature_not_available",
            format!("{} is not part of this tenant's plan.", feature.title()),
            "Choose a plan that has it; GET /plans says which. Or ask whoever runs the portal to switch it on.",
        )
        .details(json!({ "feature": feature.key(), "plan": plan }))
    }

    /// 403: only the tenant's keys may.
    #[must_use]
    pub fn of_tenant_only() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "tenant_access_denied",
            "A platform key opens no tenant's rows.",
            "Use a key of the tenant.",
        )
    }

    /// 403: only the platform's keys may.
    #[must_use]
    pub fn admin_only() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "admin_privileges_required",
            "Operation requires admin privileges: a key of the platform.",
            "Use a platform key with this permission.",
        )
    }

    /// 404: what is not there, or not the caller's to know.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing here, or it is not yours to see.",
            "Check the path and the identifiers in it.",
        )
    }

    /// 404: the tenant of this host is at another one.
    #[must_use]
    pub fn elsewhere(links: &Links) -> Self {
        let message = format!("The API of this tenant is at {} now.", links.to("/api/v1"));
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            message,
            "Send requests to that address.",
        )
    }

    /// The same of a host that names no tenant.
    #[must_use]
    pub fn tenant_not_found(self) -> Self {
        Self {
            code: "tenant_not_found",
            message: "Tenant not found for domain.".to_owned(),
            resolution: "Verify domain configuration.",
            ..self
        }
    }

    /// 422, field by field.
    #[must_use]
    pub fn invalid(errors: &FieldErrors) -> Self {
        let fields: serde_json::Map<String, Json> = errors
            .iter()
            .map(|(field, words)| (field.to_owned(), json!(words)))
            .collect();
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_request",
            "Some fields are wrong.",
            "Correct the fields that the details name.",
        )
        .details(json!({ "fields": fields }))
    }

    /// 429: too often.
    #[must_use]
    pub fn too_often(retry_after: Duration) -> Self {
        let fault = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limit_exceeded",
            "API rate limit exceeded.",
            "Reduce request frequency; come again after the seconds in Retry-After.",
        );
        Self {
            retry_after: Some(retry_after),
            ..fault
        }
    }

    /// 503: no room or no database.
    #[must_use]
    pub fn unavailable(message: impl Into<String>, retry_after: Duration) -> Self {
        let fault = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "connection_failed",
            message,
            "Wait the seconds in Retry-After and try again.",
        );
        Self {
            retry_after: Some(retry_after),
            ..fault
        }
    }

    /// 405: another method is meant.
    #[must_use]
    pub fn wrong_method(allow: String) -> Self {
        let fault = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This path is not asked with this method.",
            "Use a method of the Allow header.",
        );
        Self {
            allow: Some(allow.into()),
            ..fault
        }
    }

    /// 500; `log` goes to the log and never to the client.
    #[must_use]
    pub fn internal(log: impl fmt::Display) -> Self {
        let fault = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal_error",
            "Something went wrong on our side. Nothing was changed.",
            "Try again; if it stays, give the request_id to whoever runs this site.",
        );
        Self {
            log: Some(log.to_string().into()),
            ..fault
        }
    }
}
