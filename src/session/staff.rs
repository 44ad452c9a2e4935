//! The cookies of signed-in staff: their own names, on the platform's host alone, and never sent along from
//! another site's page. A session's cookie ends with the browser.

use actix_session::storage::CookieSessionStore;
use actix_session::{SessionExt, SessionMiddleware};
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, Key, SameSite};
use domain::{KnownDeviceToken, StaffSessionToken, TokenHash};

use super::{TOKEN, encrypted, remembered};

/// The session's cookie.
pub const SESSION_COOKIE: &str = "__Host-staff";
/// The cookie by which a browser is known that somebody of the staff signed in with before.
pub const DEVICE_COOKIE: &str = "__Host-staff-device";

/// The middleware that opens and closes the session's cookie. Letters lead staff to pages that ask for no
/// session, so the strictest rule does no harm.
#[must_use]
pub fn layer(key: Key) -> SessionMiddleware<CookieSessionStore> {
    encrypted(key, SESSION_COOKIE, SameSite::Strict)
}

/// The hash of the session token that came with the request, whether it still opens anything or not.
#[must_use]
pub fn shown(request: &HttpRequest) -> Option<TokenHash> {
    let text: String = request.get_session().get(TOKEN).ok().flatten()?;
    StaffSessionToken::parse(&text).map(|token| token.hash())
}

/// Gives the browser this session.
pub fn begin(request: &HttpRequest, token: &StaffSessionToken) {
    let session = request.get_session();
    session.clear();
    session.renew();
    // A short text always becomes JSON; if it ever did not, nobody would be signed in.
    if session.insert(TOKEN, token.reveal().as_str()).is_err() {
        session.purge();
    }
}

/// The device token that came with the request.
#[must_use]
pub fn device(request: &HttpRequest) -> Option<KnownDeviceToken> {
    KnownDeviceToken::parse(request.cookie(DEVICE_COOKIE)?.value())
}

/// The cookie by which this browser is known from now on.
#[must_use]
pub fn device_cookie(token: &KnownDeviceToken) -> Cookie<'static> {
    remembered(DEVICE_COOKIE, token, SameSite::Strict)
}
