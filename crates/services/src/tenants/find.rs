//! One tenant, whole: its record, where it is, how it is reached, what it may have.

use domain::{Features, TenantId};
use store::catalogue::{Placement, Plan, Seats, TenantRecord};
use store::{PlatformTx, StoreError};

/// A tenant as its page and the API show it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The record.
    pub record: TenantRecord,
    /// Its plan, in the version that it is on.
    pub plan: Plan,
    /// What is switched on, by the plan and by itself.
    pub features: Features,
    /// Its hosts, the canonical one first.
    pub hosts: Vec<String>,
    /// Where it is; `None` until it has a place.
    pub placement: Option<Placement>,
    /// How many people it has and may have; `None` until it has a place.
    pub seats: Option<Seats>,
}

/// The tenant with everything that the platform may know of it.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn find(tx: &mut PlatformTx<'_>, tenant: TenantId) -> Result<Found, StoreError> {
    let record = tx.tenant_record(tenant)?;
    let plan = tx
        .plan_at(&record.plan, record.plan_version)?
        .ok_or(StoreError::NotFound)?;
    let seats = tx.seats_of(&[tenant])?.remove(&tenant);
    Ok(Found {
        features: record.settings.features.over(&plan.terms.features),
        hosts: tx.hosts_of(tenant)?,
        placement: tx.placement_of(tenant)?,
        seats,
        record,
        plan,
    })
}
