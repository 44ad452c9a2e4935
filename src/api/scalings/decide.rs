//! Deciding about other limits that a tenant asked for, and taking the asking back.

use domain::ScalingId;
use domain::permission::ManageSettings;
use domain::staff::ManageTenants;
use services::scalings::{self, Insider};
use services::tenants::Doer;
use services::{StoreError, VerbError};

use super::{ScaleApproval, ScaleRefusal, ScalingFields, used};
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::limits::{known, zone};
use crate::api::tenants::named;
use crate::api::{Body, Either, Outcome, PlatformApi};

/// `POST /tenants/{tenant_id}/scalings/{scaling_id}/approval`
///
/// # Errors
/// No right, numbers that cannot be given, decided already, or no database.
pub async fn approve(
    api: PlatformApi<ManageTenants>,
    body: Body<ScaleApproval>,
) -> Outcome<ScalingFields> {
    let id = api.part::<ScalingId>("scaling_id");
    let (tenant, used) = used(&api).await?;
    api.write(body, move |tx, body: &ScaleApproval| {
        let id = id.ok_or(StoreError::NotFound)?;
        let scaling = scalings::approve(tx, tenant, id, &body.decision()?, &used)?;
        let typical = scalings::typical(tx)?;
        Ok(ScalingFields::any(scaling, typical))
    })
    .await
}

/// `POST /tenants/{tenant_id}/scalings/{scaling_id}/refusal`
///
/// # Errors
/// No right, no reason, decided already, or no database.
pub async fn decline(
    api: PlatformApi<ManageTenants>,
    body: Body<ScaleRefusal>,
) -> Outcome<ScalingFields> {
    let (name, id) = (
        api.part::<String>("tenant_id"),
        api.part::<ScalingId>("scaling_id"),
    );
    api.write(body, move |tx, body: &ScaleRefusal| {
        let tenant = named(tx, name.as_ref())?;
        let id = id.ok_or(StoreError::NotFound)?;
        let scaling = scalings::decline(tx, tenant, id, &body.reason)?;
        Ok(ScalingFields::any(scaling, None))
    })
    .await
}

/// `POST /tenants/{tenant_id}/scalings/{scaling_id}/withdrawal`
///
/// # Errors
/// No right, carried out or ended already, or no database.
pub async fn withdraw(
    api: Either<ManageSettings, ManageTenants>,
    body: Body<Nothing>,
) -> Outcome<ScalingFields> {
    match api {
        Either::Tenant(api) => {
            let id = api.part::<ScalingId>("scaling_id");
            let (store, request) = (api.app().store.clone(), api.caller().request.clone());
            api.prove().await?;
            let (resources, zone) = (known(&api).await?, zone(api.entry()));
            api.write(body, move |tx, Nothing {}| {
                let id = id.ok_or(StoreError::NotFound)?;
                let insider = Insider::of(tx, &resources, zone)?;
                let scaling = insider.withdraw(&store, &request, id)?;
                Ok::<_, VerbError>(ScalingFields::own(scaling, None))
            })
            .await
        }
        Either::Platform(api) => {
            let (name, id) = (
                api.part::<String>("tenant_id"),
                api.part::<ScalingId>("scaling_id"),
            );
            api.write(body, move |tx, Nothing {}| {
                let tenant = named(tx, name.as_ref())?;
                let id = id.ok_or(StoreError::NotFound)?;
                let scaling = scalings::withdraw(tx, tenant, id, &Doer::Platform)?;
                Ok(ScalingFields::any(scaling, None))
            })
            .await
        }
    }
}
