//! What the labels of requests may say: fixed words, however many doors, methods and answers people make up.

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage, HttpRequest};

use crate::app::App;
use crate::route::AtPlatform;
use crate::web::peer::Peer;

/// Whose door it was, as it was judged inside: the platform's host, or a tenant's.
pub(super) fn door(app: &App, request: &HttpRequest) -> &'static str {
    match request.extensions().get::<Peer>() {
        Some(peer) if AtPlatform(app.config.platform.clone()).admits(peer) => "platform",
        Some(_) => "tenant",
        None => "none",
    }
}

/// Anybody can invent a method.
pub(super) fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

pub(super) fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

/// What a sign-in came to, by the answer that its page gives.
pub(super) fn outcome(status: StatusCode) -> &'static str {
    match status {
        StatusCode::OK | StatusCode::SEE_OTHER => "admitted",
        StatusCode::UNAUTHORIZED => "refused",
        StatusCode::TOO_MANY_REQUESTS => "throttled",
        StatusCode::UNPROCESSABLE_ENTITY => "incomplete",
        StatusCode::SERVICE_UNAVAILABLE => "busy",
        _ => "other",
    }
}
