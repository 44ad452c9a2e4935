//! An error of the API: its status, the code that programs read, and what people do about it.

use std::fmt;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value as Json, json};

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
