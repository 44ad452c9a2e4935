//! Limits: where a tenant stands in each, looking at them, and what programs say of what is counted.

mod at;
mod counted;
mod deed;
mod fields;
mod reached;
mod reservation;
pub mod reservations;
pub mod usage_events;

use domain::permission::{ManageSettings, ReadUsage};
use domain::staff::{ManageTenants, ReadTenants};
use domain::{Resource, TimeZone};
use services::limits::{self, Stand};
use services::{Credential, Store, StoreError, TenantEntry, TenantTx, VerbError, resources};

use super::door::Door;
use super::fields::Nothing;
use super::{Answer, Api, Body, Either, Fault, Outcome, PlatformApi, Query};
pub use counted::{GivenBack, Measured, OneCounter, give_back, measure};
pub use fields::{CheckFields, CheckedLimits, FoundLimit, LimitFields, Limits};

/// `GET /tenants/{tenant_id}/limits`
///
/// # Errors
/// No right, no such tenant, or no database.
pub async fn list(api: Either<ReadUsage, ReadTenants>, query: Query<Nothing>) -> Outcome<Limits> {
    let (id, stands) = match api {
        Either::Tenant(api) => {
            let Nothing {} = api.query(query).await?;
            api.prove().await?;
            let (resources, zone) = (known(&api).await?, zone(api.entry()));
            let read = api.run(move |tx| Ok(limits::stands(tx, &resources, zone)?));
            (api.id(), read.await?)
        }
        Either::Platform(api) => {
            let Nothing {} = api.query(query).await?;
            let name = api.part::<String>("tenant_id");
            let asked = api.run(move |tx| {
                let tenant = super::tenants::named(tx, name.as_ref())?;
                Ok((tenant, resources::all(tx)?))
            });
            let (tenant, resources) = asked.await?;
            let read = inside(&api, tenant, move |tx, zone| {
                Ok(limits::stands(tx, &resources, zone)?)
            });
            (tenant, read.await?)
        }
    };
    Ok(Answer::of(&Limits::of(id, &stands)))
}

/// `POST /tenants/{tenant_id}/limits/check`
///
/// # Errors
/// No right, no such tenant, a resource that is not limited, or no database.
pub async fn check(
    api: Either<ManageSettings, ManageTenants>,
    body: Body<CheckFields>,
) -> Outcome<CheckedLimits> {
    match api {
        Either::Tenant(api) => {
            let (fields, bytes) = api.body(body).await?;
            api.prove().await?;
            let (resources, zone) = (known(&api).await?, zone(api.entry()));
            let asked = fields.read().map_err(VerbError::from)?;
            api.once(&bytes, move |tx| {
                Ok(limits::check(tx, &resources, &asked, zone)?.into())
            })
            .await
        }
        Either::Platform(api) => {
            let (fields, bytes) = api.body(body).await?;
            if let Err(fault) = api.caller().repeatable(&bytes) {
                return Err(api.after_proof(fault).await);
            }
            let name = api.part::<String>("tenant_id");
            let asked = match fields.read() {
                Ok(asked) => asked,
                Err(errors) => return Err(api.after_proof(VerbError::from(errors).into()).await),
            };
            let found = api.run(move |tx| {
                let tenant = super::tenants::named(tx, name.as_ref())?;
                Ok((tenant, limits::begin(tx, tenant)?))
            });
            let (tenant, resources) = found.await?;
            let checked = inside(&api, tenant, move |tx, zone| {
                limits::check(tx, &resources, &asked, zone)
            });
            Ok(Answer::of(&CheckedLimits::from(checked.await?)))
        }
    }
}

/// What is counted, for a key that proved its right in the tenant.
pub(super) async fn known<P: domain::Access>(api: &Api<P>) -> Result<Vec<Resource>, Fault> {
    api.beyond(|store: &Store, request| {
        Ok(store.platform::<_, StoreError>(request.now, resources::all)?)
    })
    .await
}

/// By whose clock a tenant's counters begin anew.
pub(super) fn zone(entry: &TenantEntry) -> TimeZone {
    entry.timezone.parse().unwrap_or_default()
}

/// Work in a tenant for a key of the platform.
pub(super) async fn inside<S: domain::StaffAccess, T: Send + 'static>(
    api: &PlatformApi<S>,
    tenant: domain::TenantId,
    work: impl Fn(&mut TenantTx<'_, domain::permission::System>, TimeZone) -> Result<T, VerbError>
    + Send
    + 'static,
) -> Result<T, Fault> {
    api.inside(tenant, move |store, entry, request| {
        let by = Credential::System("platform");
        store.tenant(&entry.scope, by, request, |tx| work(tx, zone(entry)))
    })
    .await
}

impl LimitFields {
    pub(super) fn of(stand: &Stand) -> Self {
        let resource = &stand.resource;
        Self {
            resource: resource.key.to_string(),
            name: resource.name.clone(),
            unit: resource.unit.clone(),
            kind: resource.kind.to_string(),
            window: resource.window.map(|window| window.to_string()),
            current: stand.used,
            reserved: stand.held,
            limit: stand.limit,
            usage_percent: stand.percent,
            status: stand.standing.to_string(),
            grace_until: stand.grace_until,
            resets_at: stand.resets_at,
            measured_at: stand.measured_at,
        }
    }
}
