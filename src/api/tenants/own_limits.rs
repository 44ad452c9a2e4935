//! Limits of a tenant's own: giving one and taking one away.

use domain::TenantId;
use domain::staff::ManageTenants;
use services::tenants::own_limits;
use services::{StaffTx, StoreError, VerbError};

pub use super::limit_fields::{GiveLimit, OwnLimits};
use super::named;
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Body, Outcome, PlatformApi};

/// `PUT /tenants/{tenant_id}/limits/{resource}`
///
/// # Errors
/// No right, an end that has passed, or no database.
pub async fn give(api: PlatformApi<ManageTenants>, body: Body<GiveLimit>) -> Outcome<OwnLimits> {
    let (name, resource) = wanted(&api);
    api.write(body, move |tx, body| {
        let tenant = named(tx, name.as_ref())?;
        known(tx, &resource)?;
        own_limits::give(tx, tenant, &resource, &body.wish())?;
        all(tx, tenant)
    })
    .await
}

/// `DELETE /tenants/{tenant_id}/limits/{resource}`
///
/// # Errors
/// No right, no limit of its own, or no database.
pub async fn take(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OwnLimits> {
    let (name, resource) = wanted(&api);
    api.write(body, move |tx, Nothing {}| {
        let tenant = named(tx, name.as_ref())?;
        known(tx, &resource)?;
        own_limits::take(tx, tenant, &resource)?;
        all(tx, tenant)
    })
    .await
}

fn wanted(api: &PlatformApi<ManageTenants>) -> (Option<String>, String) {
    let resource = api.part::<String>("resource").unwrap_or_default();
    (api.part::<String>("tenant_id"), resource)
}

/// A resource that is none is nowhere.
fn known<P>(tx: &mut StaffTx<'_, P>, resource: &str) -> Result<(), StoreError> {
    let all = tx.resources()?;
    let known = all.iter().any(|one| one.key.as_str() == resource);
    known.then_some(()).ok_or(StoreError::NotFound)
}

fn all<P>(tx: &mut StaffTx<'_, P>, tenant: TenantId) -> Result<OwnLimits, VerbError> {
    let limits = own_limits::of(tx, tenant)?.into_iter();
    Ok(OwnLimits {
        tenant_id: tenant.to_string(),
        limits: limits.map(Into::into).collect(),
    })
}
