//! The form of a new key.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::{FieldErrors, Permission};
use serde::Deserialize;
use services::keys::Wish;

use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::shell::Shell;

/// For how long a key opens; nothing for as long as it is not revoked.
const LIVES: [(&str, &str); 5] = [
    ("30", "30 days"),
    ("90", "90 days"),
    ("180", "Half a year"),
    ("365", "A year"),
    ("", "Until it is revoked"),
];

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    permissions: Vec<String>,
    #[serde(default)]
    pub(super) expires_in_days: String,
}

impl Typed {
    /// What the form proposes.
    pub(super) fn blank() -> Self {
        Self {
            expires_in_days: "90".to_owned(),
            ..Self::default()
        }
    }

    /// The key that is wished for, or what is wrong.
    pub(super) fn wish(&self, mut errors: FieldErrors) -> Result<Wish, FieldErrors> {
        let days = Some(self.expires_in_days.as_str()).filter(|typed| !typed.is_empty());
        let days = days.map(str::parse::<i64>).transpose();
        let days = errors.check(
            "expires_in_days",
            days.map_err(|_| "Choose one of the list."),
        );
        match Wish::read(&self.name, &self.permissions, days.flatten()) {
            Ok(wish) if errors.is_empty() => Ok(wish),
            Ok(_) => Err(errors),
            Err(wrong) => {
                for (field, sentence) in wrong.iter() {
                    errors.add(field.to_owned(), sentence);
                }
                Err(errors)
            }
        }
    }
}

/// The page.
#[derive(Template)]
#[template(path = "keys/new.html")]
pub(super) struct Page {
    shell: Shell,
    errors: FieldErrors,
    typed: Typed,
    lives: Vec<Choice>,
}

impl Page {
    pub(super) fn new(shell: Shell, typed: Typed, errors: FieldErrors) -> Self {
        Self {
            shell: shell.titled("New API key"),
            errors,
            typed,
            lives: LIVES.map(|(days, words)| Choice::new(days, words)).to_vec(),
        }
    }

    pub(super) fn answer(&self, status: StatusCode) -> Result<HttpResponse, Problem> {
        answer::with_status(status, self)
    }

    /// What the reader may give.
    fn givable(&self) -> impl Iterator<Item = Permission> + '_ {
        self.shell.may.iter()
    }

    fn has(&self, permission: &Permission) -> bool {
        self.typed
            .permissions
            .iter()
            .any(|key| key == permission.key())
    }
}
