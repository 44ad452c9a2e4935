//! What a person reads when a page cannot be shown: one plain page a kind, with the request's id and a
//! way out. Errors beside fields are not here; a form shows them itself.

use std::fmt;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError, dev::ServiceRequest};
use askama::Template;
use services::{StoreError, VerbError};

use crate::web::refusal::Refusal;

/// A request that ends in a page of words.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    title: String,
    words: String,
    retry_after: Option<Duration>,
    way_out: WayOut,
    log: Option<String>,
}

/// Where the page's one button leads.
#[derive(Debug, Clone, PartialEq, Eq)]
enum WayOut {
    /// To the overview.
    Home,
    /// To the sign-in page, and back here afterwards.
    SignIn(String),
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
            ..problem
        }
    }

    /// A tenant that rests: suspended, under maintenance, on its way out.
    #[must_use]
    pub fn resting(title: &str, words: impl Into<String>) -> Self {
        Self {
            way_out: WayOut::None,
            ..Self::new(StatusCode::FORBIDDEN, title, words)
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

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let soon = Duration::from_secs(2);
        match error {
            StoreError::Unauthenticated => Self::sign_in(""),
            StoreError::Forbidden(permission) => Self::forbidden(format!(
                "Your role does not include this: {}. An owner or admin can change your role.",
                permission.words().to_lowercase()
            )),
            StoreError::NotFound => Self::not_found(),
            StoreError::Busy => Self::unavailable(
                "Many people are here right now. Try again in a moment.",
                soon,
            ),
            StoreError::Away(log) | StoreError::Transient(log) | StoreError::Unknown(log) => {
                let words = "The database does not answer right now. Nothing is lost; try again in a moment.";
                Self {
                    log: Some(log),
                    ..Self::unavailable(words, soon)
                }
            }
            StoreError::Timeout => Self::unavailable(
                "That took too long and was stopped. Try again in a moment.",
                soon,
            ),
            StoreError::Moved | StoreError::StalePlan => Self::unavailable(
                "This workspace is being moved. Try again in a moment.",
                soon,
            ),
            StoreError::Statement(error) => Self::internal(error),
        }
    }
}

impl From<VerbError> for Problem {
    fn from(error: VerbError) -> Self {
        match error {
            VerbError::Store(error) => error.into(),
            VerbError::Invalid(errors) => {
                let words: Vec<&str> = errors.iter().map(|(_, sentence)| sentence).collect();
                let problem = Self::bad_request(words.join(" "));
                Self {
                    status: StatusCode::UNPROCESSABLE_ENTITY,
                    ..problem
                }
            }
            VerbError::Refused(words) => Self::forbidden(words),
            VerbError::Conflict(words) => Self::conflict(words),
            VerbError::Stale => Self::conflict(
                "Somebody else changed this in the meantime. Open it again to see their version.",
            ),
            VerbError::LimitReached {
                resource,
                used,
                hard,
                requested,
            } => Self::too_many(
                format!(
                    "This needs {requested} more of {resource}, and {used} of {hard} are in use. Free some, or ask for a higher limit."
                ),
                None,
            ),
            VerbError::TooMany { retry_after } => Self::too_many(
                "There were too many tries. Wait a little, then try again.",
                Some(retry_after),
            ),
            VerbError::Busy { retry_after } => Self::unavailable(
                "Many people are signing in right now. Try again in a moment.",
                retry_after,
            ),
        }
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
        answer.finish()
    }
}

#[derive(Template)]
#[template(path = "problem/page.html")]
struct Page<'a> {
    status: u16,
    title: &'a str,
    words: &'a str,
    request_id: &'a str,
    sign_in: Option<String>,
    home: bool,
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
        .get::<crate::web::headers::RequestId>()
        .map(ToString::to_string)
        .unwrap_or_default();
    let answer = next.call(request).await?.map_into_boxed_body();
    let Some(error) = answer.response().error() else {
        return Ok(answer);
    };
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
        WayOut::Home | WayOut::None => None,
    };
    let page = Page {
        status: problem.status.as_u16(),
        title: &problem.title,
        words: &problem.words,
        request_id,
        sign_in,
        home: problem.way_out == WayOut::Home,
    };
    page.render().ok()
}

/// The sign-in page that leads back to `next` afterwards.
#[must_use]
pub fn sign_in_address(next: &str) -> String {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/sign-in?next={next}")
}
