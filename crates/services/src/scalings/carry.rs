//! Carrying an asking out: the tenant's own limits are written in the catalogue, and a job brings them to the tenant. It is
//! done when the tenant's counters have them.

use domain::resource::in_force;
use domain::staff::ManageTenants;
use domain::{ScalingId, ScalingState, ScalingStep, TenantId, TenantState};
use serde_json::json;
use store::catalogue::{Scaling, TenantRecord};
use store::limits::Counter;
use store::{StaffTx, StoreError};

use super::told::{self, Became};
use crate::VerbError;
use crate::jobs::{self, JobKind, NewJob};
use crate::platform_audit::Action;
use crate::tenants::own_limits;

/// Writes the new limits down, and asks for them to be brought. The caller holds tenant and asking.
pub(super) fn begin(
    tx: &mut StaffTx<'_, ManageTenants>,
    record: &TenantRecord,
    scaling: &mut Scaling,
) -> Result<(), VerbError> {
    let plan = tx.plan_at(&record.plan, record.plan_version)?;
    let plan = plan.ok_or(StoreError::NotFound)?;
    let known = tx.resources()?;
    let asked = scaling
        .asked_at
        .with_timezone(&record.settings.timezone.tz());
    let reason = format!("Asked for on {}", asked.format("%-d %B %Y"));
    // What was retired meanwhile is limited no more.
    scaling
        .target
        .retain(|resource, _| known.iter().any(|one| one.key.as_str() == resource));
    for (resource, to) in &scaling.target {
        let own = record.limits.contains_key(resource);
        if plan.terms.limits.get(resource) == Some(to) {
            if own {
                own_limits::take(tx, record.id, resource)?;
            }
            continue;
        }
        let wish = own_limits::Wish {
            limit: *to,
            reason: reason.clone(),
            ends_at: None,
        };
        own_limits::give(tx, record.id, resource, &wish)?;
    }
    let step = |resource: &String| ScalingStep {
        resource: resource.clone(),
        completed_at: None,
    };
    scaling.steps = scaling.target.keys().map(step).collect();
    scaling.state = ScalingState::InProgress;
    scaling.begun_at = Some(tx.now());
    tx.write_scaling(scaling)?;
    bring(tx, scaling)
}

/// Asks for what is written down to be brought to the tenant.
pub(super) fn bring(
    tx: &mut StaffTx<'_, ManageTenants>,
    scaling: &Scaling,
) -> Result<(), VerbError> {
    let job = NewJob::now(JobKind::ScalingFinish, json!({ "scaling": scaling.id }));
    jobs::enqueue_for_tenant(tx, scaling.tenant, &job)?;
    Ok(())
}

/// Carries out one whose date has come; nothing where somebody else was first, or it was taken back.
pub(super) fn when_due(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    id: ScalingId,
) -> Result<(), VerbError> {
    let record = tx.lock_tenant(tenant)?;
    let mut scaling = tx.lock_scaling(tenant, id)?;
    let due = scaling.due_at.is_some_and(|due_at| due_at <= tx.now());
    if scaling.state != ScalingState::Approved || !due {
        return Ok(());
    }
    if record.status == TenantState::Deleted || !record.status.has_rows() {
        scaling.state = ScalingState::Superseded;
        scaling.reason = Some(format!("The tenant is {}.", record.status));
        scaling.ended_at = Some(tx.now());
        return Ok(tx.write_scaling(&scaling)?);
    }
    begin(tx, &record, &mut scaling)
}

/// Notes which steps are done, with the tenant's counters as they are; answers whether all are. A number that somebody gave
/// since then takes the place of the one that was asked for.
pub(super) fn note(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    id: ScalingId,
    counters: &[Counter],
) -> Result<bool, VerbError> {
    let record = tx.lock_tenant(tenant)?;
    let mut scaling = tx.lock_scaling(tenant, id)?;
    if scaling.state != ScalingState::InProgress {
        return Ok(true);
    }
    let plan = tx.plan_at(&record.plan, record.plan_version)?;
    let plan = plan.ok_or(StoreError::NotFound)?;
    let holds = in_force(&plan.terms.limits, &record.limits);
    let now = tx.now();
    for step in &mut scaling.steps {
        let resource = step.resource.as_str();
        let counter = counters.iter().find(|one| one.resource == resource);
        let there =
            counter.is_none_or(|one| holds.get(resource).is_none_or(|limit| one.hard == *limit));
        if there && step.completed_at.is_none() {
            step.completed_at = Some(now);
        }
    }
    let done = scaling.steps.iter().all(|step| step.completed_at.is_some());
    if !done {
        tx.write_scaling(&scaling)?;
        return Ok(false);
    }
    scaling.state = ScalingState::Completed;
    scaling.ended_at = Some(now);
    tx.write_scaling(&scaling)?;
    let letter = Some(Became::Completed);
    told::decided(tx, &record, &scaling, Action::ScalingDone, letter)?;
    Ok(true)
}
