//! The cookie of a visit: somebody of the platform at a tenant's host. What it opens is a row of that tenant
//! and of no other.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use domain::{TokenHash, VisitToken};

/// The cookie's name.
pub const VISIT_COOKIE: &str = "__Host-visit";

/// The hash of the visit's token that came with the request, whether it still opens anything or not.
#[must_use]
pub fn shown(request: &HttpRequest) -> Option<TokenHash> {
    let cookie = request.cookie(VISIT_COOKIE)?;
    VisitToken::parse(cookie.value()).map(|token| token.hash())
}

/// The cookie of a visit that has begun; the browser drops it when the visit ends.
#[must_use]
pub fn cookie(token: &VisitToken, lasts: chrono::TimeDelta) -> Cookie<'static> {
    Cookie::build(VISIT_COOKIE, token.reveal().to_string())
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(time::Duration::seconds(lasts.num_seconds().max(0)))
        .finish()
}

/// Takes the cookie of a visit back.
#[must_use]
pub fn taken_back() -> Cookie<'static> {
    Cookie::build(VISIT_COOKIE, "")
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(time::Duration::ZERO)
        .finish()
}
