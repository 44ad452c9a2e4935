//! A page of a tenant's people.

use clap::Args;
use domain::permission::ReadUsers;
use domain::{Order, PageRequest, UserFilter, UserSort, UserStatus};
use serde_json::json;
use services::TenantEntry;
use services::users::list as people;

use super::shown;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment_or_never};
use crate::cli::trouble::Trouble;

/// What is listed, and in which order.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Names and addresses that begin so, or hold it anywhere
    #[arg(long, default_value = "")]
    search: String,
    /// Only those who are invited, active, suspended or inactive; may stand more than once
    #[arg(long, value_parser = UserStatus::parse)]
    status: Vec<UserStatus>,
    /// name, email, role, status, department, last_sign_in or created_at
    #[arg(long, default_value = "name", value_parser = UserSort::parse)]
    sort: UserSort,
    /// The other way round
    #[arg(long)]
    reverse: bool,
    /// Which page
    #[arg(long, default_value_t = 1)]
    page: u32,
    /// How many on a page, 100 at most
    #[arg(long, default_value_t = 50)]
    page_size: u32,
}

pub(super) fn run(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    talk: Talk,
    asked: &Asked,
) -> Result<Exit, Trouble> {
    let filter = UserFilter {
        search: asked.search.clone(),
        statuses: asked.status.clone(),
        ..UserFilter::default()
    };
    let page = PageRequest::new(asked.page, asked.page_size)
        .map_err(|error| Trouble::usage(error.to_string()))?;
    let order = if asked.reverse {
        Order::Descending
    } else {
        Order::Ascending
    };
    let listing = desk.within::<ReadUsers, _>(tenant, |tx| {
        people::list(tx, &filter, asked.sort, order, page)
    })?;
    let people = || listing.people.iter().map(|(person, _)| person);
    let rows = people().map(|person| {
        vec![
            person.id.to_string(),
            person.name.to_string(),
            person.email.to_string(),
            listing.roles.name(person.role).to_owned(),
            person.status.to_string(),
            moment_or_never(person.last_sign_in_at),
        ]
    });
    let users: Vec<_> = people().map(shown::row).collect();
    talk.list(
        &["id", "name", "email", "role", "status", "last sign-in"],
        rows.collect(),
        &json!({ "users": users, "pagination": listing.pagination }),
    )
}
