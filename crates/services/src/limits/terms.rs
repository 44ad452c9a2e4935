//! What was agreed on, brought from the catalogue to where the tenant is.

use domain::permission::System;
use domain::resource::in_force;
use domain::{TenantId, Term};
use store::{Credential, PlatformTx, Request, Store, StoreError, TenantTx, limits, schedules};

use crate::TenantEntry;
use crate::jobs::JobKind;

/// The limits that hold for the tenant: of each resource that is counted, its own number or the plan's.
///
/// # Errors
/// The database's.
pub(crate) fn terms(tx: &mut PlatformTx<'_>, tenant: TenantId) -> Result<Vec<Term>, StoreError> {
    let record = tx.tenant_record(tenant)?;
    let plan = tx.plan_at(&record.plan, record.plan_version)?;
    let plan = plan.ok_or(StoreError::NotFound)?;
    let limits = in_force(&plan.terms.limits, &record.limits);
    let resources = tx.resources()?;
    let terms = resources.iter().map(|resource| {
        let limit = limits.get(resource.key.as_str()).copied();
        resource.term(limit)
    });
    Ok(terms.collect())
}

/// Writes them down in the tenant; what is in use stays as it is.
///
/// # Errors
/// The database's.
pub(crate) fn furnish<P>(tx: &mut TenantTx<'_, P>, terms: &[Term]) -> Result<(), StoreError> {
    limits::agree(tx, terms)
}

/// Makes the tenant's own numbers those of the catalogue, at once: where a resource is so new that no job brought it yet.
///
/// # Errors
/// The database's.
pub fn follow(store: &Store, entry: &TenantEntry, request: &Request) -> Result<(), StoreError> {
    let tenant = entry.scope.tenant();
    let terms = store.platform(request.now, |tx| terms(tx, tenant))?;
    let by = Credential::System("limits");
    store.tenant::<System, _, StoreError>(&entry.scope, by, request, |tx| {
        if limits::agreed(tx, &terms)? {
            return Ok(());
        }
        limits::agree(tx, &terms)
    })
}

/// Asks for every tenant to be brought up to date.
///
/// # Errors
/// The database's.
pub fn follow_everywhere(tx: &mut PlatformTx<'_>) -> Result<(), StoreError> {
    schedules::fan_out(tx, JobKind::LimitsCheck.key()).map(drop)
}
