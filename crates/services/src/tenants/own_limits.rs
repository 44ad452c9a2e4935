//! Limits of a tenant's own, apart from its plan's: each with a reason and, where that is said, an end, at which the
//! plan's number holds again.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::resource::MOST;
use domain::staff::ManageTenants;
use domain::{FieldErrors, TenantId, TenantState, plan, text};
use serde_json::{Value as Json, json};
use store::catalogue::{Change, LimitTerms, TenantRecord};
use store::{PlatformTx, StaffTx, StoreError};

use super::find;
use super::note::{self, Doer, Note};
use super::notices::Told;
use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::platform_audit::{self, Action, Entry, Target, Who};

/// How long before its end a tenant is told of it.
const SOON: TimeDelta = TimeDelta::days(7);
/// The longest reason.
const MAX_REASON: usize = 200;

/// A limit as it is to be.
#[derive(Debug, Clone)]
pub struct Wish {
    /// How much of it there may be.
    pub limit: i64,
    /// Why.
    pub reason: String,
    /// When the plan's number holds again; it stays where nothing is said.
    pub ends_at: Option<DateTime<Utc>>,
}

/// What a tenant may have of a resource, and whence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnLimit {
    /// Of what.
    pub resource: String,
    /// The plan's number; none where it has none.
    pub of_plan: Option<i64>,
    /// The tenant's own.
    pub own: Option<i64>,
    /// Why and until when, where that was said.
    pub terms: Option<LimitTerms>,
}

/// Each resource with the plan's number and the tenant's own.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn of(tx: &mut PlatformTx<'_>, tenant: TenantId) -> Result<Vec<OwnLimit>, StoreError> {
    let found = find(tx, tenant)?;
    let mut terms: BTreeMap<String, LimitTerms> = tx
        .limit_terms(tenant)?
        .into_iter()
        .map(|terms| (terms.resource.clone(), terms))
        .collect();
    let of_plan = &found.plan.terms.limits;
    let resources = tx.resources()?;
    let keys = resources.iter().map(|resource| resource.key.as_str());
    Ok(keys
        .map(|resource| OwnLimit {
            of_plan: of_plan.get(resource).copied(),
            own: found.record.limits.get(resource).copied(),
            terms: terms.remove(resource),
            resource: resource.to_owned(),
        })
        .collect())
}

/// Gives the tenant a limit of its own, or another reason or end for the one that it has.
///
/// # Errors
/// [`VerbError::Invalid`] beside `resource`, `limit`, `reason` or `ends_at`, [`VerbError::Conflict`] for a tenant that is
/// gone, or the database's.
pub fn give(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    resource: &str,
    wish: &Wish,
) -> Result<TenantRecord, VerbError> {
    let was = living(tx, tenant)?;
    let mut errors = FieldErrors::new();
    let known = tx.resources()?;
    if known.iter().all(|one| one.key.as_str() != resource) {
        errors.add("resource", "Choose a resource from the list.");
    }
    if !(0..=MOST).contains(&wish.limit) {
        errors.add("limit", "Choose a number from 0 to 1,000,000,000,000.");
    }
    let reason = errors.check("reason", text::line(&wish.reason, MAX_REASON));
    if wish.ends_at.is_some_and(|end| end <= tx.now()) {
        errors.add("ends_at", "Choose a moment that is to come.");
    }
    errors.into_result()?;
    let terms = LimitTerms {
        resource: resource.to_owned(),
        reason: reason.unwrap_or_default(),
        ends_at: wish.ends_at,
        set_at: tx.now(),
        set_by: Who::acts(tx).name,
    };
    let now = number(tx, &was, resource, Some(wish.limit))?;
    tx.set_limit_terms(tenant, &terms)?;
    let after = json!({
        "resource": resource,
        "limit": wish.limit,
        "reason": terms.reason,
        "ends_at": terms.ends_at,
    });
    tell(
        tx,
        &now,
        Action::LimitGiven,
        (said(&was, resource), after),
        None,
    )?;
    Ok(now)
}

/// Takes a limit of its own from the tenant: the plan's holds again.
///
/// # Errors
/// [`VerbError::Conflict`] where it has none, or is gone; the database's.
pub fn take(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    resource: &str,
) -> Result<TenantRecord, VerbError> {
    let was = living(tx, tenant)?;
    if !was.limits.contains_key(resource) {
        let words = format!("{} has no limit of its own here.", was.name);
        return Err(VerbError::Conflict(words));
    }
    taken(tx, &was, resource, None)
}

/// What was known of limits that a change of the record took or replaced is forgotten.
pub(super) fn follow(
    tx: &mut PlatformTx<'_>,
    was: &TenantRecord,
    now: &TenantRecord,
) -> Result<(), StoreError> {
    let other = |resource: &&str| was.limits.get(*resource) != now.limits.get(*resource);
    let keys = was.limits.keys().chain(now.limits.keys());
    let others: Vec<&str> = keys.map(String::as_str).filter(other).collect();
    if others.is_empty() {
        return Ok(());
    }
    tx.forget_limit_terms(now.id, &others)
}

/// Takes away some of those whose end has come, and tells of some that end soon; answers how many.
pub(super) fn settle_some(
    tx: &mut StaffTx<'_, ManageTenants>,
    most: i64,
) -> Result<usize, VerbError> {
    let ended = tx.lock_ended_limits(most)?;
    for (tenant, terms) in &ended {
        let was = tx.lock_tenant(*tenant)?;
        let resource = terms.resource.as_str();
        if was.status == TenantState::Deleted || !was.limits.contains_key(resource) {
            tx.forget_limit_terms(*tenant, &[resource])?;
            continue;
        }
        taken(tx, &was, resource, Some(terms))?;
    }
    let ending = tx.take_ending_limits(SOON, most)?;
    for (tenant, terms) in &ending {
        let record = tx.tenant_record(*tenant)?;
        let (Some(limit), Some(ends_at)) = (record.limits.get(&terms.resource), terms.ends_at)
        else {
            continue;
        };
        let letter = Told::LimitEnding {
            what: plan::title(&terms.resource),
            limit: record.settings.locale.number(*limit),
            then: of_plan(tx, &record, &terms.resource)?,
            ends_at,
        };
        let note = Note {
            event: EventKind::TenantUpdated,
            action: TenantAction::TenantLimitEnding,
            before: json!({}),
            after: json!({ "resource": terms.resource, "limit": limit, "ends_at": ends_at }),
            by: &Doer::Platform,
            limits: false,
            letter: Some(letter),
        };
        note::tell(tx, &record, note)?;
    }
    Ok(ended.len() + ending.len())
}

fn living(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
) -> Result<TenantRecord, VerbError> {
    let record = tx.lock_tenant(tenant)?;
    if record.status == TenantState::Deleted {
        return Err(VerbError::Conflict("This tenant is gone.".to_owned()));
    }
    Ok(record)
}

/// Takes the number away; the owners are told where its end had come.
fn taken(
    tx: &mut StaffTx<'_, ManageTenants>,
    was: &TenantRecord,
    resource: &str,
    ended: Option<&LimitTerms>,
) -> Result<TenantRecord, VerbError> {
    let now = number(tx, was, resource, None)?;
    tx.forget_limit_terms(was.id, &[resource])?;
    let letter = match ended {
        Some(_) => Some(Told::LimitEnded {
            what: plan::title(resource),
            limit: of_plan(tx, &now, resource)?,
        }),
        None => None,
    };
    let after = json!({ "resource": resource, "limit": null });
    tell(
        tx,
        &now,
        Action::LimitTaken,
        (said(was, resource), after),
        letter,
    )?;
    Ok(now)
}

/// Writes the number into the record, or takes it out.
fn number(
    tx: &mut StaffTx<'_, ManageTenants>,
    was: &TenantRecord,
    resource: &str,
    limit: Option<i64>,
) -> Result<TenantRecord, VerbError> {
    let mut change = Change::of(was);
    match limit {
        Some(limit) => change.limits.insert(resource.to_owned(), limit),
        None => change.limits.remove(resource),
    };
    if !tx.change_tenant(was.id, was.version, &change)? {
        return Err(VerbError::Stale);
    }
    Ok(tx.tenant_record(was.id)?)
}

/// What the plan gives of it, in words.
fn of_plan(
    tx: &mut PlatformTx<'_>,
    record: &TenantRecord,
    resource: &str,
) -> Result<String, StoreError> {
    let plan = tx.plan_at(&record.plan, record.plan_version)?;
    let limit = plan.and_then(|plan| plan.terms.limits.get(resource).copied());
    Ok(super::plan_differences::limit(
        limit,
        record.settings.locale,
    ))
}

fn said(record: &TenantRecord, resource: &str) -> Json {
    json!({ "resource": resource, "limit": record.limits.get(resource) })
}

fn tell(
    tx: &mut StaffTx<'_, ManageTenants>,
    record: &TenantRecord,
    action: Action,
    (before, after): (Json, Json),
    letter: Option<Told>,
) -> Result<(), VerbError> {
    let note = Note {
        event: EventKind::TenantUpdated,
        action: TenantAction::TenantLimitChanged,
        before: before.clone(),
        after: after.clone(),
        by: &Doer::Platform,
        limits: true,
        letter,
    };
    note::tell(tx, record, note)?;
    let entry = Entry::done(action, Target::tenant(record.id, &*record.name))
        .before(before)
        .after(after);
    Ok(platform_audit::record(tx, entry)?)
}
