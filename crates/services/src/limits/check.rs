//! Looking where a tenant stands in everything that is limited: asked for, or by the clock every hour.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use domain::permission::System;
use domain::staff::ManageTenants;
use domain::{FieldErrors, Resource, ResourceKind, Standing, TenantId, TimeZone};
use serde_json::json;
use store::limits as stored;
use store::{PlatformTx, StaffTx, StoreError, TenantTx, schedules};

use super::{CALLS, Stand, measured, note, stands, terms};
use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::jobs::JobKind;
use crate::platform_audit;
use crate::worker::work::{Outcome, Work};

/// How somebody may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// By letter.
    Email,
    /// On the overview, which shows the worst of what is past a threshold for as long as it is.
    InApp,
}

/// What is looked at, and what is done about it.
#[derive(Debug, Clone, Default)]
pub struct Check {
    /// Keys of resources, or the reference's words for them; everything where it is empty.
    pub types: Vec<String>,
    /// Whether what is beyond its limit and the grace said here is refused from now on.
    pub enforce: bool,
    /// How those are told whom it concerns; nobody where it is empty.
    pub channels: Vec<Channel>,
    /// What counts as grace, in hundredths of the limit; as the resource has it where it is `None`.
    pub grace_percent: Option<i64>,
}

/// Where one resource was found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What was asked for, in the asker's own word.
    pub name: String,
    /// Where it stands.
    pub stand: Stand,
    /// What was done about it.
    pub actions: Vec<&'static str>,
}

/// What a look found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// By which the look is named.
    pub id: String,
    /// When it was.
    pub at: DateTime<Utc>,
    /// Each resource.
    pub findings: Vec<Finding>,
    /// The worst of them.
    pub overall: Standing,
    /// How many were told.
    pub told: usize,
    /// When the clock looks next.
    pub next_at: DateTime<Utc>,
}

/// The reference's words for what is checked.
const TYPES: [(&str, &str); 4] = [
    ("storage_quota", "storage_gb"),
    ("api_rate_limits", CALLS),
    ("user_count", "users"),
    ("database_connections", "database_connections"),
];

/// Looks where the tenant stands.
///
/// # Errors
/// [`VerbError::Invalid`] for what is not limited, or the database's.
pub fn check<P>(
    tx: &mut TenantTx<'_, P>,
    resources: &[Resource],
    asked: &Check,
    zone: TimeZone,
) -> Result<Checked, VerbError> {
    let now = tx.now();
    super::reserve::expire(tx)?;
    let mut findings = chosen(stands(tx, resources, zone)?, &asked.types)?;
    let mut told = 0;
    for finding in &mut findings {
        let counter = stored::counter(tx, finding.stand.resource.key.as_str())?;
        let span = super::span(finding.stand.resource.window, zone, now);
        let counter = counter.ok_or(StoreError::NotFound)?.at(span.0);
        let by_letter = asked.channels.contains(&Channel::Email) && note(tx, &counter)?;
        let on_pages =
            asked.channels.contains(&Channel::InApp) && finding.stand.standing != Standing::Healthy;
        if by_letter || on_pages {
            told += 1;
            finding.actions.push("notified");
        }
        if asked.enforce && is_beyond(&finding.stand, asked.grace_percent) {
            stored::end_grace(tx, &counter.resource)?;
            finding.stand.standing = Standing::Exceeded;
            finding.actions.push("further_use_refused");
        }
    }
    let overall = findings.iter().map(|finding| finding.stand.standing).max();
    let overall = overall.unwrap_or(Standing::Healthy);
    let id = tx.tenant().uuid();
    let entry = Entry::done(
        Action::LimitsChecked,
        Target::of(TargetKind::Limit, id, "all limits"),
    );
    let check = tx.fresh_uuid();
    let after = json!({ "check": check, "overall": overall.as_str(), "told": told, "enforced": asked.enforce });
    audit::record(tx, entry.after(after))?;
    Ok(Checked {
        id: format!("check_{}", check.simple()),
        at: now,
        findings,
        overall,
        told,
        next_at: next(now),
    })
}

/// Writes down in the platform's log that somebody of it looks, and answers what is limited.
///
/// # Errors
/// The database's.
pub fn begin(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
) -> Result<Vec<Resource>, StoreError> {
    let record = tx.tenant_record(tenant)?;
    let target = platform_audit::Target::tenant(tenant, &*record.name);
    let action = platform_audit::Action::LimitsChecked;
    platform_audit::record(tx, platform_audit::Entry::done(action, target))?;
    tx.resources()
}

/// Those that were asked for, in their order, by the words with which they were asked for.
fn chosen(stands: Vec<Stand>, types: &[String]) -> Result<Vec<Finding>, FieldErrors> {
    let finding = |name: &str, stand: &Stand| Finding {
        name: name.to_owned(),
        stand: stand.clone(),
        actions: Vec::new(),
    };
    if types.is_empty() {
        let all = stands.iter();
        return Ok(all
            .map(|stand| finding(stand.resource.key.as_str(), stand))
            .collect());
    }
    let found = |name: &String| {
        let known = TYPES.iter().find(|(word, _)| word == name);
        let key = known.map_or(name.as_str(), |(_, key)| key);
        let stand = stands
            .iter()
            .find(|stand| stand.resource.key.as_str() == key);
        stand.map(|stand| finding(name, stand)).ok_or_else(|| {
            FieldErrors::one(
                "check_types",
                format!("{name} is not among what is limited."),
            )
        })
    };
    types.iter().map(found).collect()
}

/// Whether more is used than the limit and this grace.
fn is_beyond(stand: &Stand, grace_percent: Option<i64>) -> bool {
    let (Some(limit), Some(used)) = (stand.limit, stand.used) else {
        return false;
    };
    let percent = grace_percent.unwrap_or(i64::from(stand.resource.grace_percent));
    let most = i128::from(limit) * i128::from(100 + percent) / 100;
    stand.resource.kind != ResourceKind::Gauge && i128::from(used) > most
}

/// When the clock looks next: with the next hour.
fn next(now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = TimeDelta::hours(1);
    now.duration_trunc(hour).unwrap_or(now) + hour
}

/// Asks each tenant for its look.
pub(crate) fn all(work: &Work<'_>) -> Outcome {
    let fan_out = |tx: &mut PlatformTx<'_>| schedules::fan_out(tx, JobKind::LimitsCheck.key());
    work.conclude_for_platform(fan_out)
        .map_or_else(Outcome::from, |_| Outcome::Done)
}

/// The clock's look at one tenant: its numbers are the catalogue's, what was forgotten is given back, and whoever is to be
/// told is told.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let Some(entry) = work.tenant() else {
        return Outcome::GiveUp("the job is no tenant's".to_owned());
    };
    let zone: TimeZone = entry.timezone.parse().unwrap_or_default();
    let tenant = entry.scope.tenant();
    let read = work.bench.store.platform(work.now(), |tx| {
        let connections = measured::connections(tx, tenant)?;
        Ok::<_, StoreError>((terms(tx, tenant)?, tx.resources()?, connections))
    });
    let (terms, resources, connections) = match read {
        Ok(read) => read,
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    let look = |tx: &mut TenantTx<'_, System>| {
        if !stored::agreed(tx, &terms)? {
            stored::agree(tx, &terms)?;
        }
        super::reserve::expire(tx)?;
        let bytes = measured::write(tx, connections)?;
        let stands = stands(tx, &resources, zone)?;
        for stand in &stands {
            if let Some(counter) = stored::counter(tx, stand.resource.key.as_str())? {
                note(
                    tx,
                    &counter.at(super::span(stand.resource.window, zone, tx.now()).0),
                )?;
            }
        }
        Ok((stands, bytes))
    };
    match work.conclude(look) {
        Ok((stands, bytes)) => {
            measured::keep(&work.bench.usage, (tenant, work.now()), &stands, bytes);
            Outcome::Done
        }
        Err(error) => Outcome::from(error),
    }
}
