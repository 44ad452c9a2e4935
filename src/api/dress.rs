//! What every answer of the API carries: which tenant it is about and what is left to ask. Errors are written
//! as JSON here, once the request's id is known.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, ResponseError};
use domain::TenantId;

use super::fault::Fault;
use super::{body, rates};
use crate::problem::Problem;
use crate::web::refusal::Refusal;

/// Where the API is.
pub const ROOT: &str = "/api/";
const TENANT_ID: HeaderName = HeaderName::from_static("x-tenant-id");

/// The tenant that an answer is about.
struct About(TenantId);

pub(super) fn note_tenant(request: &HttpRequest, tenant: TenantId) {
    request.extensions_mut().insert(About(tenant));
    crate::logging::note_tenant(request, tenant);
}

/// Middleware, around the API's routes.
///
/// # Errors
/// Those of the inner service.
pub async fn answers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut answer = next.call(request).await?.map_into_boxed_body();
    let asked = answer.request().clone();
    let about = asked.extensions().get::<About>().map(|about| about.0);
    let value = about.and_then(|tenant| HeaderValue::from_str(&tenant.to_string()).ok());
    if let Some(value) = value {
        answer.headers_mut().insert(TENANT_ID, value);
    }
    rates::tell(&asked, answer.headers_mut());
    Ok(answer)
}

/// Writes the error of an answer as JSON, whatever it was; one that succeeded stays as it is.
#[must_use]
pub fn with_json(answer: ServiceResponse<BoxBody>, request_id: &str) -> ServiceResponse<BoxBody> {
    let Some(error) = answer.response().error() else {
        return answer;
    };
    let other;
    let fault = match error.as_error::<Fault>() {
        Some(fault) => fault,
        None => {
            other = translated(error);
            &other
        }
    };
    if let Some(log) = &fault.log {
        tracing::error!(request_id, status = fault.status.as_u16(), "{log}");
    }
    let text = fault.envelope(request_id).to_string();
    answer.map_body(|head, _| {
        head.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        head.headers_mut().remove(header::CONTENT_LENGTH);
        BoxBody::new(text)
    })
}

/// Errors from around the API, which know nothing of it.
fn translated(error: &Error) -> Fault {
    if let Some(refusal) = error.as_error::<Refusal>() {
        return body::from_refusal(refusal);
    }
    if let Some(problem) = error.as_error::<Problem>() {
        let status = problem.status_code();
        return Fault {
            status,
            ..Fault::malformed("The request was refused.")
        };
    }
    Fault {
        status: error.as_response_error().status_code(),
        ..Fault::malformed("The request was refused.")
    }
}
