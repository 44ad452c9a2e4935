//! Putting the page of a problem into its answer, once the request's id is known.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, ResponseError};
use askama::Template;

use super::{Problem, WayOut, sign_in};
use crate::api::dress;
use crate::web::headers::RequestId;
use crate::web::refusal::Refusal;

#[derive(Template)]
#[template(path = "problem/page.html")]
struct Page<'a> {
    status: u16,
    title: &'a str,
    words: &'a str,
    request_id: &'a str,
    sign_in: Option<String>,
    home: bool,
    plan: bool,
    there: Option<&'a str>,
}

/// Middleware: gives every answer that is an error and has no page of its own the page it deserves.
///
/// # Errors
/// Those of the inner service that are no answers.
pub async fn show(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let here = request.path().to_owned();
    let request_id = request
        .extensions()
        .get::<RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default();
    let answer = next.call(request).await?.map_into_boxed_body();
    if here.starts_with(dress::ROOT) {
        return Ok(dress::with_json(answer, &request_id));
    }
    let Some(error) = answer.response().error() else {
        return Ok(answer);
    };
    if let Some(words) = sign_in_words(error) {
        return Ok(sign_in::lead(answer, &words, &request_id));
    }
    let Some(page) = page_of(error, &here, &request_id) else {
        return Ok(answer);
    };
    Ok(answer.map_body(|head, _| {
        head.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        head.headers_mut().remove(header::CONTENT_LENGTH);
        BoxBody::new(page)
    }))
}

/// What is said to whoever must sign in first, where that is the problem.
fn sign_in_words(error: &Error) -> Option<String> {
    let problem = error.as_error::<Problem>()?;
    matches!(problem.way_out, WayOut::SignIn(_)).then(|| problem.words.clone())
}

fn page_of(error: &Error, here: &str, request_id: &str) -> Option<String> {
    let of_refusal;
    let problem = if let Some(problem) = error.as_error::<Problem>() {
        problem
    } else {
        let refusal = error.as_error::<Refusal>()?;
        of_refusal = Problem::new(
            refusal.status_code(),
            "That request was refused",
            refusal.sentence(),
        );
        &of_refusal
    };
    if let Some(log) = &problem.log {
        tracing::error!(request_id, status = problem.status.as_u16(), "{log}");
    }
    let sign_in = match &problem.way_out {
        WayOut::SignIn(next) => Some(sign_in_address(if next.is_empty() { here } else { next })),
        WayOut::Home | WayOut::Plan | WayOut::There(_) | WayOut::None => None,
    };
    let there = match &problem.way_out {
        WayOut::There(address) => Some(address.as_ref()),
        _ => None,
    };
    let page = Page {
        status: problem.status.as_u16(),
        title: &problem.title,
        words: &problem.words,
        request_id,
        sign_in,
        home: problem.way_out == WayOut::Home,
        plan: problem.way_out == WayOut::Plan,
        there,
    };
    page.render().ok()
}

/// The sign-in page that leads back to `next` afterwards.
#[must_use]
pub fn sign_in_address(next: &str) -> String {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/sign-in?next={next}")
}
