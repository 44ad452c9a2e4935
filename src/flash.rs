//! Messages for the next page and secrets that it shows once, carried in the session's cookie over a redirect.

use actix_session::SessionExt;
use actix_web::HttpRequest;

use crate::web::shell::Toast;

const TOASTS: &str = "toasts";
const SECRET: &str = "secret";

/// Leaves a message for the next page.
pub fn leave(request: &HttpRequest, toast: Toast) {
    let mut toasts = waiting(request);
    toasts.push(toast);
    // Texts always become JSON; a message that did not would be missed, and nothing else.
    let _ = request.get_session().insert(TOASTS, toasts);
}

/// The messages for this page, which are then gone.
#[must_use]
pub fn take(request: &HttpRequest) -> Vec<Toast> {
    let toasts = waiting(request);
    if !toasts.is_empty() {
        request.get_session().remove(TOASTS);
    }
    toasts
}

fn waiting(request: &HttpRequest) -> Vec<Toast> {
    request
        .get_session()
        .get(TOASTS)
        .ok()
        .flatten()
        .unwrap_or_default()
}

/// Leaves a secret for the page of this thing, in the encrypted cookie and nowhere on the server.
pub fn leave_secret(request: &HttpRequest, of: &str, secret: &str) {
    // Two texts always become JSON; a secret that did not would have to be made again.
    let _ = request.get_session().insert(SECRET, (of, secret));
}

/// The secret that was left for this thing; it stays.
#[must_use]
pub fn secret(request: &HttpRequest, of: &str) -> Option<String> {
    let (whose, secret): (String, String) = request.get_session().get(SECRET).ok().flatten()?;
    (whose == of).then_some(secret)
}

/// The secret that was left for this thing, which is then gone; one of another thing goes too.
#[must_use]
pub fn take_secret(request: &HttpRequest, of: &str) -> Option<String> {
    let session = request.get_session();
    let (whose, secret): (String, String) = session.get(SECRET).ok().flatten()?;
    session.remove(SECRET);
    (whose == of).then_some(secret)
}
