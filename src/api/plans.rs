//! Plans: what there is, for either side; making, changing and retiring one, and moving tenants to its current version,
//! for the platform.

mod fields;
mod wish;

use domain::permission::ReadOverview;
use domain::staff::{ManageTenants, ReadTenants};
use services::tenants::plan_moves;
use services::tenants::{Plan, plan, plans};
use services::{StoreError, VerbError};

use super::door::Door;
use super::fields::Nothing;
use super::{Answer, Api, Body, Either, Outcome, PlatformApi, Query};
pub use fields::{MovedTenants, OnePlan, PlanFields, PlanVersions, Plans};
pub use wish::{AddPlan, ChangePlan, MoveTenants};

/// `GET /plans`
///
/// # Errors
/// No right, or no database.
pub async fn list(api: Either<ReadOverview, ReadTenants>, query: Query<Nothing>) -> Outcome<Plans> {
    match api {
        Either::Tenant(api) => {
            let plans = own(&api, query).await?;
            Ok(Answer::of(&Plans {
                plans: plans.into_iter().map(PlanFields::of).collect(),
            }))
        }
        Either::Platform(api) => {
            api.read(query, |tx, _| {
                Ok(Plans {
                    plans: tx.plans()?.into_iter().map(PlanFields::whole).collect(),
                })
            })
            .await
        }
    }
}

/// `GET /plans/{plan}`
///
/// # Errors
/// No right, no such plan, or no database.
pub async fn read(
    api: Either<ReadOverview, ReadTenants>,
    query: Query<Nothing>,
) -> Outcome<OnePlan> {
    match api {
        Either::Tenant(api) => {
            let key = api.part::<String>("plan").unwrap_or_default();
            let mut plans = own(&api, query).await?.into_iter();
            let plan = plans.find(|plan| plan.key == key);
            let plan = plan.ok_or_else(super::Fault::not_found)?;
            Ok(Answer::of(&OnePlan {
                plan: PlanFields::of(plan),
            }))
        }
        Either::Platform(api) => {
            let key = api.part::<String>("plan").unwrap_or_default();
            api.read(query, move |tx, _| {
                let plan = tx.plan(&key)?.ok_or(StoreError::NotFound)?;
                Ok(OnePlan::whole(plan))
            })
            .await
        }
    }
}

/// What a tenant may choose, and its own plan with the terms that it has.
async fn own(api: &Api<ReadOverview>, query: Query<Nothing>) -> Result<Vec<Plan>, super::Fault> {
    let Nothing {} = api.query(query).await?;
    api.prove().await?;
    let tenant = api.id();
    api.beyond(move |store, request| {
        store.platform(request.now, |tx| {
            let own = plan::own(tx, tenant)?;
            let mut all = plan::plans(tx)?;
            all.retain(|plan| plan.offered || plan.key == own.key);
            if let Some(current) = all.iter_mut().find(|plan| plan.key == own.key) {
                *current = own;
            }
            Ok::<_, VerbError>(all)
        })
    })
    .await
}

/// `GET /plans/{plan}/versions`
///
/// # Errors
/// No right, no such plan, or no database.
pub async fn versions(
    api: PlatformApi<ReadTenants>,
    query: Query<Nothing>,
) -> Outcome<PlanVersions> {
    let key = api.part::<String>("plan").unwrap_or_default();
    api.read(query, move |tx, _| {
        Ok(PlanVersions::of(&plans::whole(tx, &key)?))
    })
    .await
}

/// `POST /plans`
///
/// # Errors
/// No right, a key that is taken, or no database.
pub async fn add(api: PlatformApi<ManageTenants>, body: Body<AddPlan>) -> Outcome<OnePlan, 201> {
    api.write(body, |tx, body| {
        let plan = plans::add(tx, &body.key, &body.wish()?)?;
        Ok(OnePlan::whole(plan))
    })
    .await
}

/// `PUT /plans/{plan}`
///
/// # Errors
/// No right, no such plan, terms that are wrong, or no database.
pub async fn change(api: PlatformApi<ManageTenants>, body: Body<ChangePlan>) -> Outcome<OnePlan> {
    let key = api.part::<String>("plan").unwrap_or_default();
    api.write(body, move |tx, body| {
        if body.retired == Some(false) {
            plans::restore(tx, &key)?;
        }
        let plan = plans::change(tx, &key, &body.wish()?)?;
        Ok(OnePlan::whole(plan))
    })
    .await
}

/// `POST /plans/{plan}/migration`
///
/// # Errors
/// No right, no such plan, a tenant that is not on it, or no database.
pub async fn move_tenants(
    api: PlatformApi<ManageTenants>,
    body: Body<MoveTenants>,
) -> Outcome<MovedTenants> {
    let key = api.part::<String>("plan").unwrap_or_default();
    api.write(body, move |tx, body| {
        let which = body.which(tx)?;
        let asked = plan_moves::ask(tx, &key, &which)?;
        Ok(MovedTenants::of(asked, &which))
    })
    .await
}

/// `DELETE /plans/{plan}`
///
/// # Errors
/// No right, no such plan, or no database.
pub async fn retire(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OnePlan> {
    let key = api.part::<String>("plan").unwrap_or_default();
    api.write(body, move |tx, Nothing {}| {
        Ok(OnePlan::whole(plans::retire(tx, &key)?))
    })
    .await
}
