//! The few shapes of an answer: a page, a page with a status, and "go there".

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use askama::Template;

use crate::problem::Problem;

/// The page.
///
/// # Errors
/// 500 when it cannot be drawn.
pub fn page(template: &impl Template) -> Result<HttpResponse, Problem> {
    with_status(StatusCode::OK, template)
}

/// The page, with the status that says what became of the request.
///
/// # Errors
/// 500 when it cannot be drawn.
pub fn with_status(status: StatusCode, template: &impl Template) -> Result<HttpResponse, Problem> {
    let text = template.render().map_err(Problem::internal)?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(text))
}

/// 303: what was asked for is done, and the browser goes on there with a GET.
#[must_use]
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .finish()
}
