//! What tenants ask for beyond what they have: the list, saying yes and saying no.

use clap::Subcommand;
use domain::ScalingId;
use domain::staff::{ManageTenants, ReadTenants};
use serde_json::{Value as Json, json};
use services::scalings::{self, Decision, Scaling};

use super::found;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment, moment_or_never};
use crate::cli::trouble::Trouble;

/// What is to be done about what was asked for.
#[derive(Debug, Subcommand)]
pub(super) enum Asked {
    /// What a tenant asked for, or what waits for a decision
    List {
        /// Its slug or id; everybody's that wait where nothing is said
        tenant: Option<String>,
    },
    /// Give what was asked for, at the price of this moment
    Approve {
        /// Its slug or id
        tenant: String,
        /// Which, like scale_01jb…
        scaling: String,
        /// What is said with it
        #[arg(long)]
        note: Option<String>,
    },
    /// Say no
    Decline {
        /// Its slug or id
        tenant: String,
        /// Which, like scale_01jb…
        scaling: String,
        /// Why; whoever asked reads it
        #[arg(long)]
        reason: String,
    },
}

pub(super) fn run(desk: &Desk<'_>, talk: Talk, asked: &Asked) -> Result<Exit, Trouble> {
    match asked {
        Asked::List { tenant } => list(desk, talk, tenant.as_deref()),
        Asked::Approve {
            tenant,
            scaling,
            note,
        } => {
            let (id, scaling) = (found(desk, tenant)?, named(scaling)?);
            let used = scalings::used_of(&desk.store, &desk.request(), id)?;
            let decision = Decision {
                note: note.clone(),
                ..Decision::default()
            };
            let done = desk.platform::<ManageTenants, _>(|tx| {
                scalings::approve(tx, id, scaling, &decision, &used)
            })?;
            talk.done(&format!("{scaling} is approved."), &shown(&done))
        }
        Asked::Decline {
            tenant,
            scaling,
            reason,
        } => {
            let (id, scaling) = (found(desk, tenant)?, named(scaling)?);
            let done =
                desk.platform::<ManageTenants, _>(|tx| scalings::decline(tx, id, scaling, reason))?;
            talk.done(&format!("{scaling} is declined."), &shown(&done))
        }
    }
}

fn named(text: &str) -> Result<ScalingId, Trouble> {
    text.parse()
        .map_err(|_| Trouble::missing(format!("there is no request \"{text}\"")))
}

fn list(desk: &Desk<'_>, talk: Talk, tenant: Option<&str>) -> Result<Exit, Trouble> {
    let tenant = tenant.map(|name| found(desk, name)).transpose()?;
    let all = desk.platform::<ReadTenants, _>(|tx| {
        Ok(match tenant {
            Some(tenant) => scalings::of(tx, tenant)?,
            None => scalings::undecided(tx)?,
        })
    })?;
    let rows = all.iter().map(|one| {
        let target = one.target.iter();
        let target = target.map(|(resource, to)| format!("{resource}={to}"));
        let monthly = one.billing.monthly_cents;
        vec![
            one.id.to_string(),
            one.tenant.to_string(),
            one.state.to_string(),
            target.collect::<Vec<_>>().join(" "),
            monthly.map_or_else(|| "by agreement".to_owned(), |cents| cents.to_string()),
            one.asked_by.name.clone(),
            moment(one.asked_at),
            moment_or_never(one.due_at),
        ]
    });
    let head = [
        "id",
        "tenant",
        "state",
        "target",
        "cents a month",
        "asked by",
        "asked",
        "due",
    ];
    let json = json!({ "scalings": all.iter().map(shown).collect::<Vec<_>>() });
    talk.list(&head, rows.collect(), &json)
}

fn shown(of: &Scaling) -> Json {
    json!({
        "scaling_id": of.id,
        "tenant_id": of.tenant.to_string(),
        "state": of.state,
        "from": of.from,
        "target": of.target,
        "strategy": of.strategy,
        "billing": of.billing,
        "steps": of.steps,
        "note": of.note,
        "reason": of.reason,
        "asked_by": of.asked_by.name,
        "asked_at": of.asked_at,
        "decided_by": of.decided_by,
        "decided_at": of.decided_at,
        "due_at": of.due_at,
        "ended_at": of.ended_at,
    })
}
