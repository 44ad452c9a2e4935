//! A request that is turned away before any page saw it: status and a fixed sentence, nothing of the request in it.

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{CONNECTION, ContentType},
    },
};
use thiserror::Error;

/// Status and sentence of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{sentence}")]
pub struct Refusal {
    status: StatusCode,
    sentence: String,
    close: bool,
}

impl Refusal {
    /// A refusal after which the connection goes on.
    pub fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self {
            status,
            sentence: sentence.into(),
            close: false,
        }
    }

    /// A refusal after which the connection ends, because the rest of the request is not worth reading.
    pub fn and_close(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self {
            status,
            sentence: sentence.into(),
            close: true,
        }
    }

    /// What is wrong, in words.
    #[must_use]
    pub fn sentence(&self) -> &str {
        &self.sentence
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if self.close {
            response.insert_header((CONNECTION, "close")).force_close();
        }
        response
            .content_type(ContentType::plaintext())
            .body(format!("{}\n", self.sentence))
    }
}
