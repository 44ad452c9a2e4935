//! What a tenant's other hosts answer: the way to the one where its pages are.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use services::letters::Links;

use super::sign_in::navigates;
use super::{Problem, WayOut};

impl Problem {
    /// 307 to the same page where the tenant is: for now, so that no browser keeps it when the tenant goes back. What
    /// was sent, or asked for by a script, is not sent on: 404 with the address.
    #[must_use]
    pub fn elsewhere(request: &HttpRequest, links: &Links) -> Self {
        let words = format!(
            "This workspace is at {} now. Open it there and sign in again; nothing was changed.",
            links.to("/")
        );
        let (status, to) = if navigates(request) {
            let path = request.uri().path_and_query();
            let to = links.to(path.map_or("/", |path| path.as_str()));
            (StatusCode::TEMPORARY_REDIRECT, to)
        } else {
            (StatusCode::NOT_FOUND, links.to("/"))
        };
        Self {
            way_out: WayOut::There(to.into()),
            ..Self::new(status, "This address has changed", words)
        }
    }
}
