//! `tenantry plan`: what tenants can be on. The figures that come with the product are a beginning; the operator
//! sets them here.

mod shown;
mod wish;

use clap::{Args, Subcommand};
use domain::staff::{ManageTenants, ReadTenants};
use services::tenants::Plan;
use services::tenants::plan_moves::{self, Which};
use services::tenants::plans;
use services::{StaffTx, VerbError};

use self::shown::told;
use self::wish::Wish;
use super::Exit;
use super::desk::{self, Desk};
use super::talk::Talk;
use super::trouble::Trouble;
use crate::config::Config;

/// What tenants can be on.
#[derive(Debug, Args)]
pub(super) struct Asked {
    #[command(flatten)]
    talk: Talk,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every plan, the smallest first
    List,
    /// The versions of a plan, the newest first, with what changed and how many tenants are on each
    Versions {
        /// The plan's key, like professional
        plan: String,
    },
    /// Add a plan; it is offered only where that is said
    Add {
        /// Its key: small letters, digits, hyphens and underscores
        plan: String,
        #[command(flatten)]
        wish: Box<Wish>,
    },
    /// Change a plan; what is not said stays. Other terms are a new version, which tenants get who come to it
    Change {
        /// The plan's key, like professional
        plan: String,
        #[command(flatten)]
        wish: Box<Wish>,
    },
    /// Move tenants that are on an older version of a plan to its current one
    Move {
        /// The plan's key
        plan: String,
        /// Only these, by slug or id; all of them where none is named
        tenants: Vec<String>,
    },
    /// Let nobody come to a plan any more; who is on it stays
    Retire {
        /// The plan's key
        plan: String,
        /// Bring it back instead
        #[arg(long)]
        undo: bool,
    },
}

pub(super) fn run(config: &Config, asked: &Asked) -> Exit {
    desk::at(config, |desk| done(desk, asked.talk, &asked.what))
}

fn done(desk: &Desk<'_>, talk: Talk, what: &What) -> Result<Exit, Trouble> {
    match what {
        What::List => shown::list(
            talk,
            &desk.platform::<ReadTenants, _>(|tx| Ok(tx.plans()?))?,
        ),
        What::Versions { plan } => {
            let whole = desk.platform::<ReadTenants, _>(|tx| Ok(plans::whole(tx, plan)?))?;
            shown::versions(talk, &whole)
        }
        What::Add { plan, wish } => {
            let wish = wish.change();
            deed(desk, talk, "added", |tx| plans::add(tx, plan, &wish))
        }
        What::Change { plan, wish } => {
            let wish = wish.change();
            deed(desk, talk, "changed", |tx| plans::change(tx, plan, &wish))
        }
        What::Move { plan, tenants } => move_tenants(desk, talk, plan, tenants),
        What::Retire { plan, undo: true } => {
            deed(desk, talk, "back", |tx| plans::restore(tx, plan))
        }
        What::Retire { plan, .. } => deed(desk, talk, "retired", |tx| plans::retire(tx, plan)),
    }
}

fn deed(
    desk: &Desk<'_>,
    talk: Talk,
    what: &str,
    work: impl FnMut(&mut StaffTx<'_, ManageTenants>) -> Result<Plan, VerbError>,
) -> Result<Exit, Trouble> {
    let plan = desk.platform::<ManageTenants, _>(work)?;
    talk.done(&format!("{} is {what}.", plan.terms.name), &told(&plan))
}

fn move_tenants(
    desk: &Desk<'_>,
    talk: Talk,
    plan: &str,
    named: &[String],
) -> Result<Exit, Trouble> {
    let which = if named.is_empty() {
        talk.confirm(&format!(
            "Move every tenant on an older version of {plan} to the current one?"
        ))?;
        Which::All
    } else {
        let ids: Result<Vec<_>, _> = named.iter().map(|name| desk.named_tenant(name)).collect();
        Which::Named(ids?)
    };
    let asked = desk.platform::<ManageTenants, _>(|tx| plan_moves::ask(tx, plan, &which))?;
    shown::moved(talk, &asked, &which)
}
