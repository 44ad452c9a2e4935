//! How the list of users is asked for, and the mark of a place in it.

use chrono::DateTime;
use domain::UserId;
use serde::Deserialize;
use services::users::ListedUser;
use services::users::list::Step;
use utoipa::IntoParams;

/// How the list is narrowed down, sorted and paged.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct UserQuery {
    /// The page, from 1.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub page: Option<u32>,
    /// The most users of a page; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
    /// created_at, name or email.
    pub sort: Option<String>,
    /// asc or desc.
    pub order: Option<String>,
    /// A piece of a name or an address.
    pub search: Option<String>,
    /// invited, active, suspended or inactive.
    pub status: Option<String>,
    /// Empty to begin, then the next_cursor of the answer before: for lists that are read to their end.
    pub cursor: Option<String>,
}

/// Where a walk goes on: behind this person.
pub(super) fn cursor(of: &ListedUser) -> String {
    format!("{}.{}", of.created_at.timestamp_micros(), of.id)
}

/// Where the text of a cursor says that a walk goes on.
pub(super) fn step(text: &str) -> Option<Step> {
    let (at, id) = text.split_once('.')?;
    Some(Step {
        created_at: DateTime::from_timestamp_micros(at.parse().ok()?)?,
        id: id.parse::<UserId>().ok()?,
    })
}
