//! `tenantry staff`: who runs the platform. The first owner comes in by a link that is shown once, so there is
//! never a default password.

mod deeds;
mod first;

use clap::{Args, Subcommand};
use domain::staff::ReadStaff;
use domain::{StaffId, StaffRole};
use serde_json::{Value as Json, json};
use services::letters::Links;
use services::staff::{self, Person};

use super::Exit;
use super::desk::{self, Desk};
use super::talk::{Talk, moment_or_never};
use super::trouble::Trouble;
use crate::config::Config;
use crate::worker;

/// Who runs the platform.
#[derive(Debug, Args)]
pub(super) struct Staff {
    #[command(flatten)]
    talk: Talk,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Everybody
    List,
    /// Make the first owner: prints the link by which they set their password, once
    Create {
        /// Their address
        email: String,
        /// Their name [default: the address]
        #[arg(long)]
        name: Option<String>,
    },
    /// Invite somebody by mail
    Invite {
        /// Their address
        email: String,
        /// Their name [default: the address]
        #[arg(long)]
        name: Option<String>,
        /// owner, operator or analyst
        #[arg(long, value_parser = StaffRole::parse)]
        role: StaffRole,
    },
    /// Give somebody another role; their sessions end
    Role {
        /// Their address or id
        who: String,
        /// owner, operator or analyst
        #[arg(value_parser = StaffRole::parse)]
        role: StaffRole,
    },
    /// Shut somebody out; their sessions end at once
    Suspend {
        /// Their address or id
        who: String,
        /// Why, for the log
        #[arg(long)]
        reason: Option<String>,
    },
    /// Let somebody in again
    Restore {
        /// Their address or id
        who: String,
    },
    /// Remove somebody for good
    Remove {
        /// Their address or id
        who: String,
    },
}

pub(super) fn run(config: &Config, asked: &Staff) -> Exit {
    desk::at(config, |desk| {
        let talk = asked.talk;
        match &asked.what {
            What::List => list(desk, talk),
            What::Create { email, name } => first::create(desk, talk, email, name.as_deref()),
            What::Invite { email, name, role } => {
                first::invite(desk, talk, email, name.as_deref(), *role)
            }
            What::Role { who, role } => deeds::role(desk, talk, who, *role),
            What::Suspend { who, reason } => deeds::suspend(desk, talk, who, reason.as_deref()),
            What::Restore { who } => deeds::restore(desk, talk, who),
            What::Remove { who } => deeds::remove(desk, talk, who),
        }
    })
}

fn list(desk: &Desk<'_>, talk: Talk) -> Result<Exit, Trouble> {
    let people = everybody(desk)?;
    let rows = people.iter().map(|person| {
        vec![
            person.id.to_string(),
            person.name.clone(),
            person.email.to_string(),
            person.role.name().to_owned(),
            person.status.to_string(),
            moment_or_never(person.last_sign_in_at),
        ]
    });
    let head = ["id", "name", "email", "role", "status", "last sign-in"];
    let staff: Vec<Json> = people.iter().map(row).collect();
    talk.list(&head, rows.collect(), &json!({ "staff": staff }))
}

fn row(person: &Person) -> Json {
    json!({
        "id": person.id.to_string(),
        "email": person.email.as_str(),
        "name": person.name,
        "role": person.role.as_str(),
        "status": person.status.as_str(),
        "last_login_at": person.last_sign_in_at,
        "created_at": person.created_at,
    })
}

fn everybody(desk: &Desk<'_>) -> Result<Vec<Person>, Trouble> {
    desk.platform::<ReadStaff, _>(|tx| Ok(staff::list(tx)?))
}

/// Who is meant by an address or an id.
fn found(desk: &Desk<'_>, who: &str) -> Result<StaffId, Trouble> {
    let people = everybody(desk)?;
    let meant = people.into_iter().find(|person| {
        person.id.to_string() == who || person.email.as_str().eq_ignore_ascii_case(who)
    });
    meant
        .map(|person| person.id)
        .ok_or_else(|| Trouble::missing(format!("nobody of the staff is {who}")))
}

/// What the platform's links are made with.
fn portal(config: &Config) -> Links {
    let host = &config.platform.host;
    Links::of_platform(host, worker::scheme(config), config.server.public_port)
}
