//! What a person reads when a page cannot be shown: one plain page a kind, with the request's id and a
//! way out. Errors beside fields are not here; a form shows them itself.

mod closed;
mod cookies;
mod elsewhere;
mod from;
mod page;
mod sign_in;
mod visit;

use std::fmt;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};

pub use page::{show, sign_in_address};

use crate::session;

/// A request that ends in a page of words.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    title: String,
    words: String,
    retry_after: Option<Duration>,
    way_out: WayOut,
    ends_visit: bool,
    log: Option<String>,
}

/// Where the page's one button leads.
#[derive(Debug, Clone, PartialEq, Eq)]
enum WayOut {
    /// To the overview.
    Home,
    /// To the sign-in page, and back here afterwards.
    SignIn(String),
    /// To the page of plans.
    Plan,
    /// To where the workspace is; a redirect leads there by itself.
    // Boxed: an error travels by value through every handler.
    There(Box<str>),
    /// Nowhere: there is nothing here for anybody.
    None,
}

impl Problem {
    fn new(status: StatusCode, title: &str, words: impl Into<String>) -> Self {
        Self {
            status,
            title: title.to_owned(),
            words: words.into(),
            retry_after: None,
            way_out: WayOut::Home,
            ends_visit: false,
            log: None,
        }
    }

    /// 404, the same for what does not exist and for what is somebody else's.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Page not found",
            "There is nothing here, or it is not yours to see.",
        )
    }

    /// 404 for a host that names no tenant; says nothing of which hosts do.
    #[must_use]
    pub fn unknown_host() -> Self {
        let problem = Self::new(
            StatusCode::NOT_FOUND,
            "Nothing here",
            "No workspace answers at this address. Check the spelling, or ask whoever sent you here.",
        );
        Self {
            way_out: WayOut::None,
            ..problem
        }
    }

    /// 401 with a way to sign in and come back.
    #[must_use]
    pub fn sign_in(next: &str) -> Self {
        let problem = Self::new(
            StatusCode::UNAUTHORIZED,
            "Sign in to go on",
            "You are not signed in, or your session has ended. What you typed is kept on this device.",
        );
        Self {
            way_out: WayOut::SignIn(next.to_owned()),
            ..problem
        }
    }

    /// 403 with the reason in words.
    #[must_use]
    pub fn forbidden(words: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Not allowed", words)
    }

    /// 409 with the reason in words.
    #[must_use]
    pub fn conflict(words: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "That cannot be done now", words)
    }

    /// 400 or 422 without a form to show it in.
    #[must_use]
    pub fn bad_request(words: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "That request was not understood",
            words,
        )
    }

    /// 429: too often, or a limit.
    #[must_use]
    pub fn too_many(words: impl Into<String>, retry_after: Option<Duration>) -> Self {
        Self {
            retry_after,
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "Not right now", words)
        }
    }

    /// 503 when there is no room or no database.
    #[must_use]
    pub fn unavailable(words: impl Into<String>, retry_after: Duration) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "Back in a moment", words);
        Self {
            retry_after: Some(retry_after),
            way_out: WayOut::None,
            ..problem
        }
    }

    /// 500; `log` goes to the log and never to the page.
    #[must_use]
    pub fn internal(log: impl fmt::Display) -> Self {
        let problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side",
            "Nothing was changed. Try again; if it stays, send the number below to whoever runs this site.",
        );
        Self {
            log: Some(log.to_string()),
            ..problem
        }
    }

    /// The answer's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.title)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    /// Without the page, which needs the request's id: [`show`] puts it in.
    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        if let Some(wait) = self.retry_after {
            answer.insert_header((header::RETRY_AFTER, wait.as_secs().max(1)));
        }
        if let WayOut::There(address) = &self.way_out
            && self.status.is_redirection()
        {
            answer.insert_header((header::LOCATION, address.as_ref()));
        }
        if self.ends_visit {
            answer.cookie(session::visit::taken_back());
        }
        answer.finish()
    }
}
