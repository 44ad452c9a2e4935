//! An error of the API: its status, the code that programs read, and what people do about it.

use std::fmt;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use domain::FieldErrors;
use serde_json::{Value as Json, json};
use services::answers::Clash;

/// A request that ends in an error.
#[derive(Debug)]
pub struct Fault {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) resolution: &'static str,
    // Boxed: an error travels by value through every handler, and this is its largest part.
    pub(super) details: Box<Json>,
    pub(super) retry_after: Option<Duration>,
    pub(super) allow: Option<Box<str>>,
    pub(super) log: Option<Box<str>>,
}

impl Fault {
    /// An error with its code, what happened, and what to do.
    #[must_use]
    pub fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
        resolution: &'static str,
    ) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            resolution,
            details: Box::new(json!({})),
            retry_after: None,
            allow: None,
            log: None,
        }
    }

    /// With what a program can make use of.
    #[must_use]
    pub fn details(mut self, details: Json) -> Self {
        self.details = Box::new(details);
        self
    }

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

    /// The whole answer, under this request's id.
    #[must_use]
    pub fn envelope(&self, request_id: &str) -> Json {
        json!({ "status": "error", "error": {
            "code": self.code, "message": self.message, "resolution": self.resolution,
            "details": self.details, "request_id": request_id,
        }})
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.code)
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// Without the body, which needs the request's id: it is put in where every problem is shown.
    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        if let Some(wait) = self.retry_after {
            answer.insert_header((header::RETRY_AFTER, whole_seconds(wait)));
        }
        if let Some(allow) = &self.allow {
            answer.insert_header((header::ALLOW, allow.as_ref()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"tenantry\""));
        }
        answer.finish()
    }
}

/// Seconds, rounded up: who comes then is early for nothing.
pub(super) fn whole_seconds(span: Duration) -> u64 {
    span.as_secs()
        .saturating_add(u64::from(span.subsec_nanos() > 0))
        .max(1)
}

impl From<Clash> for Fault {
    fn from(clash: Clash) -> Self {
        match clash {
            Clash::Running => Self::new(
                StatusCode::CONFLICT,
                "idempotency_key_in_use",
                "The same request is being worked on at this moment.",
                "Wait for its answer, or ask again in a moment.",
            ),
            Clash::Other => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request.",
                "Give each request a key of its own.",
            ),
        }
    }
}
