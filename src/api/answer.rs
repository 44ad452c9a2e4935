//! What a route gives: its data in the envelope, with the status that its type says.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde::Serialize;
use serde_json::Value as Json;
use services::answers::Given;

/// The header that tells a repeated answer from the first.
pub const REPLAYED: &str = "Idempotency-Replayed";

/// An answer with data of this kind.
#[derive(Debug)]
pub struct Answer<T, const STATUS: u16 = 200> {
    data: Json,
    status: u16,
    again: bool,
    kind: std::marker::PhantomData<fn() -> T>,
}

impl<T: Serialize, const STATUS: u16> Answer<T, STATUS> {
    /// The answer to a read.
    #[must_use]
    pub fn of(data: &T) -> Self {
        // Types of ours always become JSON; if one did not, the data would be missing and a test would fail.
        Self::given(Given {
            status: STATUS,
            data: serde_json::to_value(data).unwrap_or_default(),
            again: false,
        })
    }

    /// The answer to a write, which may have been given before.
    #[must_use]
    pub fn given(given: Given) -> Self {
        Self {
            data: given.data,
            status: given.status,
            again: given.again,
            kind: std::marker::PhantomData,
        }
    }
}

impl<T, const STATUS: u16> Responder for Answer<T, STATUS> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut answer = HttpResponse::build(status);
        if self.again {
            answer.insert_header((REPLAYED, "true"));
        }
        answer.json(serde_json::json!({ "status": "success", "data": self.data }))
    }
}
