//! What the platform does to a tenant: rest and maintenance, its plan, its address.

use domain::staff::ManageTenants;
use domain::{FieldErrors, Slug};
use serde::Deserialize;
use services::tenants::{self, Doer, Trial, rest};
use utoipa::ToSchema;

use super::faults::{beside, of_config};
use super::{OneTenant, done, shown};
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Body, Outcome, PlatformApi};

/// Why a tenant is put to rest.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In words, for those who meet it.
    pub reason: String,
}

/// A plan for a tenant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// The plan's key.
    pub plan: String,
    /// Whether it is tried first; it is not where nothing is said.
    pub trial: Option<bool>,
}

/// Another address for a tenant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAddress {
    /// The label below the platform's domain; the old one rests for 90 days, so that nobody else answers there.
    pub subdomain: String,
}

/// `POST /tenants/{tenant_id}/suspension`
///
/// # Errors
/// No right, a state that does not lead there, or no database.
pub async fn suspend(api: PlatformApi<ManageTenants>, body: Body<Reason>) -> Outcome<OneTenant> {
    done(
        &api,
        body,
        |tx, tenant, body| rest::suspend(tx, tenant, &body.reason).map(drop),
        shown,
    )
    .await
}

/// `DELETE /tenants/{tenant_id}/suspension`
///
/// # Errors
/// No right, a state that does not lead there, or no database.
pub async fn reactivate(
    api: PlatformApi<ManageTenants>,
    body: Body<Nothing>,
) -> Outcome<OneTenant> {
    done(
        &api,
        body,
        |tx, tenant, _| rest::reactivate(tx, tenant).map(drop),
        shown,
    )
    .await
}

/// `POST /tenants/{tenant_id}/maintenance`
///
/// # Errors
/// No right, a state that does not lead there, or no database.
pub async fn begin_maintenance(
    api: PlatformApi<ManageTenants>,
    body: Body<Reason>,
) -> Outcome<OneTenant> {
    done(
        &api,
        body,
        |tx, tenant, body| {
            let begun = rest::begin_maintenance(tx, tenant, &body.reason).map(drop);
            begun.map_err(|error| beside(error, |_| "reason".to_owned()))
        },
        shown,
    )
    .await
}

/// `DELETE /tenants/{tenant_id}/maintenance`
///
/// # Errors
/// No right, a state that does not lead there, or no database.
pub async fn end_maintenance(
    api: PlatformApi<ManageTenants>,
    body: Body<Nothing>,
) -> Outcome<OneTenant> {
    done(
        &api,
        body,
        |tx, tenant, _| rest::end_maintenance(tx, tenant).map(drop),
        shown,
    )
    .await
}

/// `PUT /tenants/{tenant_id}/plan`
///
/// # Errors
/// No right, no such plan, or no database.
pub async fn change_plan(
    api: PlatformApi<ManageTenants>,
    body: Body<NewPlan>,
) -> Outcome<OneTenant> {
    done(
        &api,
        body,
        |tx, tenant, body| {
            let trial = match body.trial {
                Some(true) => Trial::OfThePlan,
                Some(false) | None => Trial::None,
            };
            tenants::change_plan(tx, tenant, &body.plan, trial, &Doer::Platform).map(drop)
        },
        shown,
    )
    .await
}

/// `PUT /tenants/{tenant_id}/address`
///
/// # Errors
/// No right, an address that is taken, or no database.
pub async fn rename(api: PlatformApi<ManageTenants>, body: Body<NewAddress>) -> Outcome<OneTenant> {
    let base = api.app().config.server.base_domain.clone();
    let renamed = done(
        &api,
        body,
        move |tx, tenant, body: &NewAddress| {
            let slug = Slug::parse(&body.subdomain);
            let slug = slug.map_err(|error| FieldErrors::one("subdomain", error.to_string()))?;
            let renamed = tenants::rename(tx, tenant, &slug, &base).map(drop);
            renamed.map_err(|error| beside(error, |_| "subdomain".to_owned()))
        },
        shown,
    );
    renamed.await.map_err(of_config)
}
