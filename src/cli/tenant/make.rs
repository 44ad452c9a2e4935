//! Making a tenant: written down here, made step by step by a worker, watched until it is whole.

use std::time::{Duration, Instant};

use clap::Args;
use domain::staff::{ManageTenants, ReadTenants};
use domain::{EmailAddress, FieldErrors, PersonName, Slug, TenantId};
use serde_json::{Value as Json, json};
use services::tenants::{self, FirstOwner, NewTenant, Provisioning, StepState, placement};

use super::found;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment, moment_or_never};
use crate::cli::trouble::Trouble;

/// How long a making is watched.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A tenant to be made.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// The DNS label that names it
    slug: String,
    /// The name as shown
    #[arg(long)]
    name: String,
    /// The address of its first owner, who is invited by mail
    #[arg(long, value_name = "ADDRESS")]
    owner: String,
    /// The owner's name [default: the address]
    #[arg(long)]
    owner_name: Option<String>,
    /// The plan's key
    #[arg(long, default_value = "starter")]
    plan: String,
    /// Where its rows will be: shared, or a schema or database of its own
    #[arg(long, default_value = "shared", value_name = "KIND")]
    placement: String,
    /// The server of its own database [default: the one with the fewest tenants]
    #[arg(long, value_name = "NAME")]
    node: Option<String>,
    /// Without the plan's trial
    #[arg(long)]
    no_trial: bool,
    /// Do not wait for the steps
    #[arg(long)]
    no_wait: bool,
}

pub(super) fn create(desk: &Desk<'_>, talk: Talk, asked: &Asked) -> Result<Exit, Trouble> {
    let new = read(desk, asked)?;
    let tenant = desk.platform::<ManageTenants, _>(|tx| tenants::create(tx, &new))?;
    watch(desk, talk, tenant, asked.no_wait)
}

pub(super) fn retry(
    desk: &Desk<'_>,
    talk: Talk,
    name: &str,
    no_wait: bool,
) -> Result<Exit, Trouble> {
    let tenant = found(desk, name)?;
    desk.platform::<ManageTenants, _>(|tx| tenants::retry(tx, tenant))?;
    watch(desk, talk, tenant, no_wait)
}

pub(super) fn steps(desk: &Desk<'_>, talk: Talk, name: &str) -> Result<Exit, Trouble> {
    let tenant = found(desk, name)?;
    shown(talk, tenant, &progress(desk, tenant)?)
}

fn read(desk: &Desk<'_>, asked: &Asked) -> Result<NewTenant, Trouble> {
    let mut errors = FieldErrors::new();
    let slug = errors.check("slug", Slug::parse(&asked.slug));
    let email = errors.check("owner", EmailAddress::parse(&asked.owner));
    let name = asked.owner_name.as_deref().unwrap_or(&asked.owner);
    let owner_name = errors.check("owner-name", PersonName::parse(name));
    let kind = Some(asked.placement.as_str());
    let placement = placement::chosen(&desk.store, "placement", kind, &mut errors);
    let (Some(slug), Some(email), Some(owner_name), true) =
        (slug, email, owner_name, errors.is_empty())
    else {
        return Err(errors.into());
    };
    let owner = FirstOwner {
        name: owner_name,
        email,
        password: None,
    };
    let plain = NewTenant::plain(slug, asked.name.clone(), &desk.config.addresses, owner);
    Ok(NewTenant {
        plan: asked.plan.clone(),
        trial: super::change::trial(asked.no_trial),
        placement,
        node: asked.node.clone(),
        ..plain
    })
}

fn progress(desk: &Desk<'_>, tenant: TenantId) -> Result<Provisioning, Trouble> {
    desk.platform::<ReadTenants, _>(|tx| Ok(tenants::provisioning(tx, tenant)?))?
        .ok_or_else(|| Trouble::missing("this tenant was not made in steps"))
}

/// Looks until it is whole or has failed. A worker makes it: where none runs, nothing moves.
fn watch(desk: &Desk<'_>, talk: Talk, tenant: TenantId, no_wait: bool) -> Result<Exit, Trouble> {
    let begun = Instant::now();
    let mut now = progress(desk, tenant)?;
    let bar = talk.bar(u64::try_from(now.steps.len()).unwrap_or(0), "steps");
    while !no_wait && !now.is_whole() && now.failed().is_none() && begun.elapsed() < PATIENCE {
        std::thread::sleep(LOOK_EVERY);
        now = progress(desk, tenant)?;
        bar.set_position(u64::try_from(now.done()).unwrap_or(0));
    }
    bar.finish_and_clear();
    shown(talk, tenant, &now)?;
    if let Some(failed) = now.failed() {
        let why = failed.error.clone().unwrap_or_default();
        let words = format!(
            "\"{}\" failed: {why}; `tenantry tenant retry {tenant}` goes on there",
            failed.step.words()
        );
        return Err(Trouble::new(Exit::Conflict, words));
    }
    if !no_wait && !now.is_whole() {
        let words = "it is not whole yet; a worker makes it: `tenantry serve` or `tenantry worker`";
        return Err(Trouble::new(Exit::Busy, words));
    }
    Ok(Exit::Done)
}

fn shown(talk: Talk, tenant: TenantId, now: &Provisioning) -> Result<Exit, Trouble> {
    let rows = now.steps.iter().map(|step| {
        vec![
            step.step.words().to_owned(),
            state(step.state).to_owned(),
            step.attempts.to_string(),
            moment_or_never(step.finished_at),
            step.error.clone().unwrap_or_default(),
        ]
    });
    let steps: Vec<Json> = now
        .steps
        .iter()
        .map(|step| {
            json!({
                "step": step.step.key(),
                "status": state(step.state),
                "attempts": step.attempts,
                "started_at": step.started_at,
                "finished_at": step.finished_at,
                "error": step.error,
            })
        })
        .collect();
    let status = match (now.is_whole(), now.failed()) {
        (true, _) => "completed",
        (false, Some(_)) => "failed",
        (false, None) => "in_progress",
    };
    let json = json!({
        "id": tenant.to_string(),
        "provisioning": {
            "status": status,
            "estimated_completion": now.estimate.ok(),
            "finished_at": now.finished_at,
            "steps": steps,
        },
    });
    if !talk.json {
        let until = match (&now.finished_at, &now.estimate) {
            (Some(at), _) => format!("whole since {}", moment(*at)),
            (None, Ok(at)) => format!("whole at about {}", moment(*at)),
            (None, Err(why)) => (*why).to_owned(),
        };
        eprintln!("{tenant}: {until}");
    }
    talk.list(
        &["step", "state", "tries", "ended", "why"],
        rows.collect(),
        &json,
    )
}

const fn state(state: StepState) -> &'static str {
    state.as_str()
}
