//! Asking for other limits: with the price first, by a tenant's key, or at once by one of the platform's. Deciding is in
//! `decide`.

mod billing;
mod decide;
mod fields;
mod wish;

use chrono::TimeDelta;
use domain::permission::{ManageSettings, ReadUsage};
use domain::staff::{ManageTenants, ReadTenants};
use domain::{ScalingId, StaffAccess, TenantId};
use services::scalings::{self, Insider, Scaling, Used};
use services::tenants::Doer;
use services::{PlatformTx, Store, StoreError, VerbError, limits, resources};

use super::door::Door;
use super::fields::Nothing;
use super::limits::{known, zone};
use super::tenants::named;
use super::{Answer, Api, Body, Either, Fault, Outcome, PlatformApi, Query};
pub use billing::BillingImpact;
pub use decide::{approve, decline, withdraw};
pub use fields::{ScalingFields, ScalingStepFields, Scalings};
pub use wish::{ScaleApproval, ScaleNotifications, ScaleRefusal, ScaleTenant};

/// `POST /tenants/{tenant_id}/scale`
///
/// # Errors
/// No right, limits that cannot be asked for, something that is asked for already, or no database.
pub async fn ask(
    api: Either<ManageSettings, ManageTenants>,
    body: Body<ScaleTenant>,
) -> Outcome<ScalingFields> {
    match api {
        Either::Tenant(api) => ask_inside(api, body).await,
        Either::Platform(api) => ask_outside(api, body).await,
    }
}

async fn ask_inside(api: Api<ManageSettings>, body: Body<ScaleTenant>) -> Outcome<ScalingFields> {
    let (store, request) = (api.app().store.clone(), api.caller().request.clone());
    api.prove().await?;
    let (resources, zone) = (known(&api).await?, zone(api.entry()));
    api.write(body, move |tx, body: &ScaleTenant| {
        let wish = body.wish()?;
        let insider = Insider::of(tx, &resources, zone)?;
        if body.dry_run {
            let priced = insider.price(&store, &request, &wish)?;
            return Ok(ScalingFields::preview(priced, wish.strategy));
        }
        let scaling = insider.ask(&store, &request, &wish)?;
        Ok(ScalingFields::own(scaling, None))
    })
    .await
}

async fn ask_outside(
    api: PlatformApi<ManageTenants>,
    body: Body<ScaleTenant>,
) -> Outcome<ScalingFields> {
    let (tenant, used) = used(&api).await?;
    api.write(body, move |tx, body: &ScaleTenant| {
        let wish = body.wish()?;
        if body.dry_run {
            let priced = scalings::price(tx, tenant, &wish, &used)?;
            return Ok(ScalingFields::preview(priced, wish.strategy));
        }
        let scaling = match body.billing_approval {
            true => scalings::give(tx, tenant, &wish, &used)?,
            false => scalings::ask(tx, tenant, &Doer::Platform, &wish, &used)?,
        };
        let typical = scalings::typical(tx)?;
        Ok(ScalingFields::any(scaling, typical))
    })
    .await
}

/// The tenant of the path with what it uses, for a key of the platform.
async fn used(api: &PlatformApi<ManageTenants>) -> Result<(TenantId, Used), Fault> {
    let name = api.part::<String>("tenant_id");
    let found = api.run(move |tx| Ok((named(tx, name.as_ref())?, resources::all(tx)?)));
    let (tenant, resources) = found.await?;
    let stands = super::limits::inside(api, tenant, move |tx, zone| {
        Ok(limits::stands(tx, &resources, zone)?)
    });
    Ok((tenant, scalings::used(&stands.await?)))
}

/// `GET /tenants/{tenant_id}/scalings`
///
/// # Errors
/// No right, no such tenant, or no database.
pub async fn list(api: Either<ReadUsage, ReadTenants>, query: Query<Nothing>) -> Outcome<Scalings> {
    let read = |tx: &mut PlatformTx<'_>, tenant| {
        Ok::<_, StoreError>((scalings::of(tx, tenant)?, scalings::typical(tx)?))
    };
    let scalings = match api {
        Either::Tenant(api) => {
            let (all, typical) = own(&api, query, read).await?;
            let one = |one| ScalingFields::own(one, typical);
            all.into_iter().map(one).collect()
        }
        Either::Platform(api) => {
            let (all, typical) = any(&api, query, read).await?;
            let one = |one| ScalingFields::any(one, typical);
            all.into_iter().map(one).collect()
        }
    };
    Ok(Answer::of(&Scalings { scalings }))
}

/// `GET /tenants/{tenant_id}/scalings/{scaling_id}`
///
/// # Errors
/// No right, no such asking of this tenant, or no database.
pub async fn read(
    api: Either<ReadUsage, ReadTenants>,
    query: Query<Nothing>,
) -> Outcome<ScalingFields> {
    let found = match api {
        Either::Tenant(api) => {
            let id = api.part::<ScalingId>("scaling_id");
            let read = move |tx: &mut PlatformTx<'_>, tenant| one(tx, tenant, id);
            let (found, typical) = own(&api, query, read).await?;
            ScalingFields::own(found, typical)
        }
        Either::Platform(api) => {
            let id = api.part::<ScalingId>("scaling_id");
            let read = move |tx: &mut PlatformTx<'_>, tenant| one(tx, tenant, id);
            let (found, typical) = any(&api, query, read).await?;
            ScalingFields::any(found, typical)
        }
    };
    Ok(Answer::of(&found))
}

fn one(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    id: Option<ScalingId>,
) -> Result<(Scaling, Option<TimeDelta>), StoreError> {
    let found = scalings::one(tx, tenant, id.ok_or(StoreError::NotFound)?)?;
    Ok((found, scalings::typical(tx)?))
}

/// Reads in the catalogue what is the tenant's, for its own key.
async fn own<T: Send + 'static>(
    api: &Api<ReadUsage>,
    query: Query<Nothing>,
    read: impl Fn(&mut PlatformTx<'_>, TenantId) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Fault> {
    let Nothing {} = api.query(query).await?;
    api.prove().await?;
    let tenant = api.id();
    api.beyond(move |store: &Store, request| {
        let found = store.platform::<_, StoreError>(request.now, |tx| read(tx, tenant));
        Ok::<_, VerbError>(found?)
    })
    .await
}

/// The same for a key of the platform.
async fn any<S: StaffAccess, T: Send + 'static>(
    api: &PlatformApi<S>,
    query: Query<Nothing>,
    read: impl Fn(&mut PlatformTx<'_>, TenantId) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Fault> {
    let Nothing {} = api.query(query).await?;
    let name = api.part::<String>("tenant_id");
    api.run(move |tx| {
        let tenant = named(tx, name.as_ref())?;
        Ok(read(tx, tenant)?)
    })
    .await
}
