//! The sheet that asks before something is done to people: how many, why, which role.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::FieldErrors;

use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::shell::Shell;

/// What is asked.
#[derive(Template)]
#[template(path = "users/confirm.html")]
pub(super) struct Confirm {
    pub(super) shell: Shell,
    pub(super) errors: FieldErrors,
    pub(super) title: String,
    pub(super) hint: String,
    pub(super) icon: &'static str,
    pub(super) tone: &'static str,
    /// Said on top, when the list is another one by now.
    pub(super) notice: String,
    pub(super) action: String,
    pub(super) back: String,
    pub(super) hidden: Vec<(&'static str, String)>,
    /// What was typed as reason, where one is asked for.
    pub(super) reason: Option<String>,
    /// The roles to choose from, where one is asked for.
    pub(super) roles: Vec<Choice>,
    pub(super) role: String,
    pub(super) label: &'static str,
}

impl Confirm {
    pub(super) fn answer(&self, status: StatusCode) -> Result<HttpResponse, Problem> {
        answer::with_status(status, self)
    }

    fn kind(&self) -> &'static str {
        if self.tone == "bad" {
            "danger"
        } else {
            "primary"
        }
    }
}
