//! The headers that every answer carries, errors too, and the id by which one request is found again.
//! Only answers to bytes that are no HTTP at all are made below us, without a body and without these.

use std::future;

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use uuid::Uuid;

use super::peer;
use crate::config::{Config, Scheme};

/// Identifies one request in answers, logs and the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a page may load and who may frame it: ourselves, and nobody.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// `no-referrer` would make browsers send `Origin: null` with our own forms.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    ),
];

/// Not with `includeSubDomains`: what stands below a tenant's own domain is not ours.
const STRICT_TRANSPORT: &str = "max-age=31536000";

impl RequestId {
    #[allow(
        clippy::disallowed_methods,
        reason = "a request begins here, at the edge that owns the clock"
    )]
    fn fresh() -> Self {
        Self(Uuid::now_v7())
    }
}

impl FromRequest for RequestId {
    type Error = Error;
    type Future = future::Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Self>().copied();
        future::ready(Ok(known.unwrap_or_else(Self::fresh)))
    }
}

/// Middleware, the outermost: names the request and dresses its answer.
///
/// # Errors
/// Those of the inner service, with their answer dressed.
pub async fn dress<B: MessageBody + 'static>(
    config: Data<Config>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let scheme = peer::scheme_of(
        request.head(),
        request.app_config().secure(),
        &config.proxies,
    );
    let id = given_id(&request, &config).unwrap_or_else(RequestId::fresh);
    request.extensions_mut().insert(id);
    match next.call(request).await {
        Ok(mut response) => {
            put(response.headers_mut(), id, scheme);
            Ok(response)
        }
        Err(error) => {
            let mut response = error.error_response();
            put(response.headers_mut(), id, scheme);
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// The id that a proxy of ours gave, so that its log and ours speak of the same request.
fn given_id(request: &ServiceRequest, config: &Config) -> Option<RequestId> {
    let from = request.head().peer_addr?.ip();
    let given = request
        .headers()
        .get(REQUEST_ID)
        .filter(|_| config.proxies.trusts(from))?;
    Uuid::try_parse(given.to_str().ok()?).ok().map(RequestId)
}

fn put(headers: &mut HeaderMap, id: RequestId, scheme: Scheme) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if scheme == Scheme::Https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static(STRICT_TRANSPORT),
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        );
    }
    if let Ok(id) = HeaderValue::from_str(&id.0.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.remove(header::SERVER);
}
