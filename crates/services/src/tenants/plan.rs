//! Changing a tenant's plan: its limits and features follow.

use chrono::{DateTime, TimeDelta, Utc};
use domain::staff::ManageTenants;
use domain::{FieldErrors, TenantId, TenantState};
use serde_json::{Value as Json, json};
use store::catalogue::{Plan, PlanBefore, TenantRecord, Turn};
use store::{PlatformTx, StaffTx, StoreError};

use super::create::Trial;
use super::note::{self, Doer, Note};
use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::platform_audit::{self, Action, Entry, Target};

/// Every plan, the smallest first.
///
/// # Errors
/// The database's.
pub fn plans(tx: &mut PlatformTx<'_>) -> Result<Vec<Plan>, StoreError> {
    tx.plans()
}

/// The plan that the tenant is on, with the terms that it has.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn own(tx: &mut PlatformTx<'_>, tenant: TenantId) -> Result<Plan, StoreError> {
    let record = tx.tenant_record(tenant)?;
    let own = tx.plan_at(&record.plan, record.plan_version)?;
    own.ok_or(StoreError::NotFound)
}

/// How long a tenant can take its choice back.
const SECOND_THOUGHTS: TimeDelta = TimeDelta::minutes(30);

/// Puts the tenant on a plan that it may choose by itself; nothing is tried any more after that. It can be
/// taken back for a while: see [`undo_choice`].
///
/// # Errors
/// See [`change_plan`]; [`VerbError::Invalid`] beside `plan` for one that is not offered.
pub fn choose(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    plan: &str,
    by: &Doer,
) -> Result<TenantRecord, VerbError> {
    if !tx.plan(plan)?.is_some_and(|plan| plan.offered) {
        return Err(FieldErrors::one("plan", "Choose a plan from the list.").into());
    }
    let was = tx.lock_tenant(tenant)?;
    let chosen = change_plan(tx, tenant, plan, Trial::None, by)?;
    let trial = was
        .trial_ends_at
        .filter(|_| was.status == TenantState::Trial);
    tx.note_plan_before(tenant, (&was.plan, was.plan_version), trial)?;
    Ok(chosen)
}

/// Takes the tenant's own choice back: plan, trial and its end are what they were.
///
/// # Errors
/// [`VerbError::Conflict`] when there is nothing to take back, or not any more; the database's.
pub fn undo_choice(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    by: &Doer,
) -> Result<TenantRecord, VerbError> {
    let was = tx.lock_tenant(tenant)?;
    let before = before_choice(tx, tenant)?;
    let Some(before) = before.filter(|_| was.status == TenantState::Active) else {
        let words = "This choice cannot be taken back any more. Choose another plan instead.";
        return Err(VerbError::Conflict(words.to_owned()));
    };
    if before.trial_ends_at.is_some() {
        let turn = Turn::plain(TenantState::Active, TenantState::Trial);
        tx.step_tenant(tenant, &turn)?;
    }
    let plan = (before.plan.as_str(), before.version);
    put(tx, &was, plan, before.trial_ends_at, by)
}

/// What the tenant was on before its own choice, as long as that can be taken back.
///
/// # Errors
/// The database's.
pub fn before_choice(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
) -> Result<Option<PlanBefore>, StoreError> {
    let now = tx.now();
    let before = tx.plan_before(tenant)?;
    Ok(before.filter(|before| now < before.chosen_at + SECOND_THOUGHTS))
}

/// Puts the tenant on another plan, tried first or not. A tenant on trial whose plan is not tried becomes
/// active by that.
///
/// # Errors
/// [`VerbError::Invalid`] beside `plan`, [`VerbError::Conflict`] in a state that has no plan to change, or
/// the database's.
pub fn change_plan(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    plan: &str,
    trial: Trial,
    by: &Doer,
) -> Result<TenantRecord, VerbError> {
    let was = tx.lock_tenant(tenant)?;
    let plan = tx.plan(plan)?.filter(|plan| plan.retired_at.is_none());
    let Some(plan) = plan else {
        return Err(FieldErrors::one("plan", "Choose a plan from the list.").into());
    };
    if !was.status.has_rows() {
        return Err(VerbError::Conflict(format!(
            "A tenant that is {} cannot change its plan.",
            was.status
        )));
    }
    let tries = trial == Trial::OfThePlan && plan.terms.trial_days > 0;
    let ends = tries.then(|| tx.now() + TimeDelta::days(i64::from(plan.terms.trial_days)));
    put(tx, &was, (&plan.key, plan.version), ends, by)
}

/// Writes plan and trial down and tells everybody; a choice made before cannot be taken back from then on.
fn put(
    tx: &mut StaffTx<'_, ManageTenants>,
    was: &TenantRecord,
    plan: (&str, i32),
    ends: Option<DateTime<Utc>>,
    by: &Doer,
) -> Result<TenantRecord, VerbError> {
    let tenant = was.id;
    tx.set_plan(tenant, plan, ends)?;
    tx.forget_plan_before(tenant)?;
    if was.status == TenantState::Trial && ends.is_none() {
        let turn = Turn::plain(TenantState::Trial, TenantState::Active);
        tx.step_tenant(tenant, &turn)?;
    }
    let now = tx.tenant_record(tenant)?;
    let (before, after) = (told(was), told(&now));
    let note = Note {
        event: EventKind::TenantUpdated,
        action: TenantAction::TenantPlanChanged,
        before: before.clone(),
        after: after.clone(),
        by,
        limits: true,
        letter: None,
    };
    note::tell(tx, &now, note)?;
    let entry = Entry::done(
        Action::TenantPlanChanged,
        Target::tenant(tenant, &*now.name),
    )
    .before(before)
    .after(after);
    platform_audit::record(tx, entry)?;
    Ok(now)
}

/// What a log says of a tenant's plan.
fn told(record: &TenantRecord) -> Json {
    json!({
        "plan": record.plan,
        "version": record.plan_version,
        "trial_ends_at": record.trial_ends_at,
        "status": record.status,
    })
}
