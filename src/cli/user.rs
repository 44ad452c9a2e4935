//! `tenantry user`: the people of one tenant, by the same verbs and rules as on its pages.

mod deeds;
mod list;
mod shown;

use clap::{Args, Subcommand};
use domain::permission::ReadUsers;
use domain::{Order, PageRequest, UserFilter, UserId, UserSort};
use services::TenantEntry;
use services::users::list as people;

use super::Exit;
use super::desk::{self, Desk};
use super::talk::Talk;
use super::trouble::Trouble;
use crate::config::Config;

/// The people of one tenant.
#[derive(Debug, Args)]
pub(super) struct User {
    #[command(flatten)]
    talk: Talk,
    /// Whose people: the tenant's slug or id
    #[arg(long, global = true, value_name = "SLUG")]
    tenant: Option<String>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A page of the list
    List(list::Asked),
    /// One person
    Show {
        /// Their address or id
        who: String,
    },
    /// Invite people by mail
    Invite {
        /// Their addresses
        #[arg(required = true)]
        addresses: Vec<String>,
        /// The role they get, by name or id
        #[arg(long, default_value = "member")]
        role: String,
    },
    /// Shut somebody out; their sessions end at once
    Suspend {
        /// Their address or id
        who: String,
        /// Why, for the log
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Let somebody in again
    Restore {
        /// Their address or id
        who: String,
    },
    /// Give somebody another role
    Role {
        /// Their address or id
        who: String,
        /// The role, by name or id
        role: String,
    },
    /// Take somebody off the list, or an invitation back
    Remove {
        /// Their address or id
        who: String,
    },
}

pub(super) fn run(config: &Config, asked: &User) -> Exit {
    desk::at(config, |desk| {
        let tenant = desk.asked_tenant(asked.tenant.as_deref())?;
        let talk = asked.talk;
        match &asked.what {
            What::List(asked) => list::run(desk, &tenant, talk, asked),
            What::Show { who } => shown::run(desk, &tenant, talk, who),
            What::Invite { addresses, role } => deeds::invite(desk, &tenant, talk, addresses, role),
            What::Suspend { who, reason } => deeds::suspend(desk, &tenant, talk, who, reason),
            What::Restore { who } => deeds::restore(desk, &tenant, talk, who),
            What::Role { who, role } => deeds::give_role(desk, &tenant, talk, who, role),
            What::Remove { who } => deeds::remove(desk, &tenant, talk, who),
        }
    })
}

/// Who is meant by an address or an id.
fn found(desk: &Desk<'_>, tenant: &TenantEntry, who: &str) -> Result<UserId, Trouble> {
    if let Ok(id) = who.parse() {
        return Ok(id);
    }
    let filter = UserFilter {
        search: who.chars().take(UserFilter::MAX_SEARCH).collect(),
        ..UserFilter::default()
    };
    let page = PageRequest::new(1, 100).unwrap_or_default();
    let listing = desk.within::<ReadUsers, _>(tenant, |tx| {
        people::list(tx, &filter, UserSort::Email, Order::Ascending, page)
    })?;
    let people = listing.people.into_iter().map(|(person, _)| person);
    people
        .filter(|person| person.email.as_str().eq_ignore_ascii_case(who))
        .map(|person| person.id)
        .next()
        .ok_or_else(|| {
            Trouble::missing(format!("{} has nobody with the address {who}", tenant.slug))
        })
}
