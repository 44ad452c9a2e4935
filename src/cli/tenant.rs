//! `tenantry tenant`: the tenants, by the same verbs and rules as on the platform's pages.

mod change;
mod deletion;
mod health;
mod limit;
mod list;
mod make;
mod migrate;
mod moves;
mod pool;
mod rest;
mod scale;
mod schema;
mod shown;

use clap::{Args, Subcommand};
use domain::TenantId;
use services::tenants::TenantRecord;

use super::Exit;
use super::desk::{self, Desk};
use super::talk::Talk;
use super::trouble::Trouble;
use crate::config::Config;

/// The tenants.
#[derive(Debug, Args)]
pub(super) struct Tenant {
    #[command(flatten)]
    talk: Talk,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A page of the list
    List(list::Asked),
    /// One tenant
    Show {
        /// Its slug or id
        tenant: String,
    },
    /// How its tables are made, how large they are, and what could be better about their indexes
    Schema(schema::Asked),
    /// Make a tenant, and see its steps done
    Create(make::Asked),
    /// How far the making of a tenant has come
    Steps {
        /// Its slug or id
        tenant: String,
    },
    /// Go on with a making that failed
    Retry {
        /// Its slug or id
        tenant: String,
        /// Do not wait for the steps
        #[arg(long)]
        no_wait: bool,
    },
    /// Change a tenant's record; what is not said stays
    Change(change::Asked),
    /// Give a tenant another slug; the old one leads to it for 90 days and is nobody else's
    Rename {
        /// Its slug or id
        tenant: String,
        /// The new one
        slug: String,
    },
    /// Put a tenant on another plan
    Plan {
        /// Its slug or id
        tenant: String,
        /// The plan's key, like professional
        plan: String,
        /// Without the plan's trial
        #[arg(long)]
        no_trial: bool,
    },
    /// Give a tenant a limit of its own, take one away, or see all
    Limit(limit::Asked),
    /// What tenants ask for beyond what they have: see it, approve it, decline it
    #[command(subcommand)]
    Scale(scale::Asked),
    /// How a tenant was found when it was looked at last; `--now` has it looked at again
    Health(health::Asked),
    /// Give a tenant connections to itself, let it share again, or see what it has
    Pool(pool::Asked),
    /// Close a tenant to its people at once; nothing is lost
    Suspend {
        /// Its slug or id
        tenant: String,
        /// Why; its people read it where they sign in
        #[arg(long)]
        reason: String,
    },
    /// Open a suspended tenant
    Reactivate {
        /// Its slug or id
        tenant: String,
    },
    /// Close a tenant for some work, or open it again
    Maintenance {
        /// Its slug or id
        tenant: String,
        /// What its people read meanwhile
        #[arg(long, default_value = "")]
        message: String,
        /// The work is done
        #[arg(long, conflicts_with = "message")]
        end: bool,
    },
    /// Move a tenant to another place while its people work
    Move(moves::Asked),
    /// The latest moves of a tenant
    Moves {
        /// Its slug or id
        tenant: String,
    },
    /// Bring a tenant's own schema to a version of the application's migrations
    Migrate(migrate::Asked),
    /// Close a tenant, to be deleted when the days of grace are over
    Delete {
        /// Its slug or id
        tenant: String,
        /// The days of grace [default: 30]
        #[arg(long, value_name = "NUMBER")]
        days: Option<u16>,
    },
    /// Take a deletion back, while there is grace
    Undelete {
        /// Its slug or id
        tenant: String,
    },
}

pub(super) fn run(config: &Config, asked: &Tenant) -> Exit {
    desk::at(config, |desk| done(desk, asked.talk, &asked.what))
}

fn done(desk: &Desk<'_>, talk: Talk, what: &What) -> Result<Exit, Trouble> {
    match what {
        What::List(asked) => list::run(desk, talk, asked),
        What::Show { tenant } => shown::run(desk, talk, tenant),
        What::Schema(asked) => schema::run(desk, talk, asked),
        What::Create(asked) => make::create(desk, talk, asked),
        What::Steps { tenant } => make::steps(desk, talk, tenant),
        What::Retry { tenant, no_wait } => make::retry(desk, talk, tenant, *no_wait),
        What::Change(asked) => change::run(desk, talk, asked),
        What::Rename { tenant, slug } => change::rename(desk, talk, tenant, slug),
        What::Plan {
            tenant,
            plan,
            no_trial,
        } => change::plan(desk, talk, tenant, plan, *no_trial),
        What::Limit(asked) => limit::run(desk, talk, asked),
        What::Scale(asked) => scale::run(desk, talk, asked),
        What::Health(asked) => health::run(desk, talk, asked),
        What::Pool(asked) => pool::run(desk, talk, asked),
        What::Suspend { tenant, reason } => rest::suspend(desk, talk, tenant, reason),
        What::Reactivate { tenant } => rest::reactivate(desk, talk, tenant),
        What::Maintenance {
            tenant, end: true, ..
        } => rest::end_maintenance(desk, talk, tenant),
        What::Maintenance {
            tenant, message, ..
        } => rest::begin_maintenance(desk, talk, tenant, message),
        What::Move(asked) => moves::run(desk, talk, asked),
        What::Migrate(asked) => migrate::run(desk, talk, asked),
        What::Moves { tenant } => moves::list(desk, talk, tenant),
        What::Delete { tenant, days } => deletion::schedule(desk, talk, tenant, *days),
        What::Undelete { tenant } => deletion::undo(desk, talk, tenant),
    }
}

/// Who is meant by a slug or an id.
fn found(desk: &Desk<'_>, name: &str) -> Result<TenantId, Trouble> {
    desk.named_tenant(name)
}

/// What came of a deed: a sentence for people, the record for programs.
fn told(talk: Talk, record: &TenantRecord, words: &str) -> Result<Exit, Trouble> {
    talk.done(&format!("{} {words}.", record.name), &shown::json(record))
}
