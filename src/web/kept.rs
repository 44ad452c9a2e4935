//! A form that was sent when its session had ended: carried through signing in and shown filled, to be
//! sent again. Passwords are never carried. With scripts the page itself keeps the text instead.

use actix_web::HttpResponse;
use askama::Template;
use url::form_urlencoded;

use super::{answer, redirect::NextPage};
use crate::problem::Problem;

/// More than fits a page for people is not shown again.
const MOST_FIELDS: usize = 200;

/// The fields, and where they were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    action: NextPage,
    fields: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "sign_in/kept.html")]
struct Page<'a> {
    action: &'a str,
    shown: Vec<Shown<'a>>,
    hidden: Vec<(&'a str, &'a str)>,
}

struct Shown<'a> {
    id: String,
    name: &'a str,
    label: String,
    value: &'a str,
    long: bool,
}

impl Kept {
    /// What was sent to this path, if it is worth keeping.
    #[must_use]
    pub fn sent(path: &str, body: &[u8]) -> Option<Self> {
        let fields: Vec<(String, String)> = form_urlencoded::parse(body)
            .filter(|(name, value)| !is_secret(name) && !holds_login(value))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .take(MOST_FIELDS + 1)
            .collect();
        let worth = (1..=MOST_FIELDS).contains(&fields.len());
        let action = NextPage::parse(path)?;
        worth.then_some(Self { action, fields })
    }

    /// What the sign-in form carried.
    #[must_use]
    pub fn carried(action: &str, fields: &str) -> Option<Self> {
        Self::sent(action, fields.as_bytes())
    }

    /// Where it is sent again.
    #[must_use]
    pub fn action(&self) -> &str {
        self.action.as_str()
    }

    /// For the hidden field of the sign-in form.
    #[must_use]
    pub fn encoded(&self) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.fields {
            text.append_pair(name, value);
        }
        text.finish()
    }

    /// The page that shows the form filled again.
    ///
    /// # Errors
    /// 500 when it cannot be drawn.
    pub fn page(&self) -> Result<HttpResponse, Problem> {
        let (hidden, shown): (Vec<_>, Vec<_>) = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .partition(|(name, value)| is_technical(name) || value.is_empty());
        let shown = shown.into_iter().enumerate();
        answer::page(&Page {
            action: self.action(),
            shown: shown
                .map(|(place, (name, value))| Shown {
                    id: format!("kept-{place}"),
                    name,
                    label: words(name),
                    value,
                    long: value.len() > 60 || value.contains('\n'),
                })
                .collect(),
            hidden,
        })
    }
}

fn is_secret(name: &str) -> bool {
    name.contains("password") || name == "current" || name.contains("token")
}

/// The address of a database, with the password of somebody who may do everything there.
fn holds_login(value: &str) -> bool {
    value.trim_start().starts_with("postgres") && value.contains('@')
}

/// Not for people: the version of a record, the filter of a list.
fn is_technical(name: &str) -> bool {
    matches!(name, "version" | "query" | "all" | "id")
}

fn words(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first
        .into_iter()
        .chain(letters.map(|letter| if letter == '_' { ' ' } else { letter }))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
    use super::*;

    #[test]
    fn what_was_typed_is_kept_and_passwords_are_not() {
        let body = b"name=Ada+L&note=a%0D%0Ab&password=hunter2&new_password=x&version=3";
        let kept = Kept::sent("/users/user_1?x=1", body).unwrap();
        assert_eq!(kept.encoded(), "name=Ada+L&note=a%0D%0Ab&version=3");
        assert_eq!(kept, Kept::carried(kept.action(), &kept.encoded()).unwrap());
    }

    #[test]
    fn ses_10_it_is_sent_to_our_own_pages_only() {
        for path in ["//evil.com", "https://evil.com", "users", ""] {
            assert_eq!(Kept::sent(path, b"a=b"), None, "{path}");
        }
        assert_eq!(Kept::sent("/users", b""), None);
        assert_eq!(Kept::sent("/users", b"password=x"), None);
        let address = b"address=postgresql%3A%2F%2Fo%3Asecret%40db2%2Fpostgres";
        assert_eq!(Kept::sent("/nodes", address), None);
    }
}
