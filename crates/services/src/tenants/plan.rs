//! Changing a tenant's plan: its limits and features follow.

use chrono::TimeDelta;
use domain::staff::ManageTenants;
use domain::{FieldErrors, TenantId, TenantState};
use serde_json::json;
use store::catalogue::{Plan, TenantRecord, Turn};
use store::{PlatformTx, StaffTx, StoreError};

use super::create::Trial;
use super::maker;
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

/// Puts the tenant on a plan that it may choose by itself; nothing is tried any more after that.
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
    change_plan(tx, tenant, plan, Trial::None, by)
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
    let Some(plan) = tx.plan(plan)? else {
        return Err(FieldErrors::one("plan", "Choose a plan from the list.").into());
    };
    if !was.status.has_rows() {
        return Err(VerbError::Conflict(format!(
            "A tenant that is {} cannot change its plan.",
            was.status
        )));
    }
    let tries = trial == Trial::OfThePlan && plan.trial_days > 0;
    let ends = tries.then(|| tx.now() + TimeDelta::days(i64::from(plan.trial_days)));
    tx.set_plan(tenant, &plan.key, ends)?;
    let to = if tries {
        TenantState::Trial
    } else {
        TenantState::Active
    };
    if was.status == TenantState::Trial && to == TenantState::Active {
        tx.step_tenant(tenant, &Turn::plain(TenantState::Trial, to))?;
    }
    let now = tx.tenant_record(tenant)?;
    let before =
        json!({ "plan": was.plan, "trial_ends_at": was.trial_ends_at, "status": was.status });
    let after =
        json!({ "plan": now.plan, "trial_ends_at": now.trial_ends_at, "status": now.status });
    let told = Note {
        event: EventKind::TenantUpdated,
        action: TenantAction::TenantPlanChanged,
        before: before.clone(),
        after: after.clone(),
        by,
        seats: maker::seats(tx, tenant)?,
        letter: None,
    };
    note::tell(tx, &now, told)?;
    let entry = Entry::done(
        Action::TenantPlanChanged,
        Target::tenant(tenant, &*now.name),
    )
    .before(before)
    .after(after);
    platform_audit::record(tx, entry)?;
    Ok(now)
}
