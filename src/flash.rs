//! Messages for the next page, carried in the session's cookie over a redirect.

use actix_session::SessionExt;
use actix_web::HttpRequest;

use crate::web::shell::Toast;

const TOASTS: &str = "toasts";

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
