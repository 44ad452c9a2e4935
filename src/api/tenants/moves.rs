//! Moving a tenant to another place: asked for, watched, stopped, undone.

use domain::staff::{ManageTenants, ReadTenants};
use domain::{FieldErrors, MoveId, TenantId};
use serde::Deserialize;
use services::moves::{self, Asked};
use services::{StaffTx, StoreError, VerbError, nodes};
use utoipa::{IntoParams, ToSchema};

use super::move_fields::{Moves, OneForecast, OneMove};
use super::named;
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Answer, Body, Outcome, PlatformApi, Query};

/// A move to be asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMove {
    /// Where to: shared, schema, or database.
    #[schema(pattern = "^(shared|schema|database)$")]
    pub placement: String,
    /// The name of the server of its new database; the one with the fewest tenants where nothing is said. For one that
    /// has a database already it is another than where that is.
    pub node: Option<String>,
    /// For how many days the old copy is kept, so that the move can be undone; 7 where nothing is said.
    #[schema(minimum = 0, maximum = 90)]
    pub keep_days: Option<i32>,
}

/// Where a tenant might be moved to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ForecastQuery {
    /// shared, schema, or database.
    #[param(pattern = "^(shared|schema|database)$")]
    pub placement: String,
}

/// `GET /tenants/{tenant_id}/moves`
///
/// # Errors
/// No right, no such tenant, or no database.
pub async fn list(api: PlatformApi<ReadTenants>, query: Query<Nothing>) -> Outcome<Moves> {
    let name = api.part::<String>("tenant_id");
    api.read(query, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        Ok(Moves::of(&moves::list(tx, tenant)?))
    })
    .await
}

/// `GET /tenants/{tenant_id}/moves/forecast`
///
/// # Errors
/// No right, no such tenant or place, or no database.
pub async fn forecast(
    api: PlatformApi<ManageTenants>,
    query: Query<ForecastQuery>,
) -> Outcome<OneForecast> {
    let asked = api.query(query).await?;
    let name = api.part::<String>("tenant_id");
    let store = api.app().store.clone();
    let tenant = api.run(move |tx| {
        let tenant = named(tx, name.as_ref())?;
        let mut errors = FieldErrors::new();
        let to = moves::chosen(&store, "placement", &asked.placement, &mut errors);
        errors.into_result()?;
        Ok((tenant, to.ok_or(StoreError::NotFound)?))
    });
    let (tenant, to) = tenant.await?;
    let found = api.beyond(move |store, request| moves::forecast(store, request.now, tenant, to));
    Ok(Answer::of(&OneForecast::of(&found.await?)))
}

/// `POST /tenants/{tenant_id}/moves`
///
/// # Errors
/// No right, a place that there is not, a tenant that cannot be moved there now, or no database.
pub async fn ask(api: PlatformApi<ManageTenants>, body: Body<NewMove>) -> Outcome<OneMove, 201> {
    let name = api.part::<String>("tenant_id");
    let store = api.app().store.clone();
    api.write(body, move |tx, body: &NewMove| {
        let tenant = named(tx, name.as_ref())?;
        let mut errors = FieldErrors::new();
        let to = moves::chosen(&store, "placement", &body.placement, &mut errors);
        let node = nodes::chosen(tx, body.node.as_deref(), &mut errors)?;
        errors.into_result()?;
        let asked = Asked {
            to: to.ok_or(StoreError::NotFound)?,
            node,
            keep_days: body.keep_days,
        };
        let id = moves::ask(tx, tenant, asked)?;
        one(tx, tenant, id)
    })
    .await
}

/// `GET /tenants/{tenant_id}/moves/{move_id}`
///
/// # Errors
/// No right, no such move, or no database.
pub async fn read(api: PlatformApi<ReadTenants>, query: Query<Nothing>) -> Outcome<OneMove> {
    let (name, id) = (api.part::<String>("tenant_id"), api.part("move_id"));
    api.read(query, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        one(tx, tenant, id.ok_or(StoreError::NotFound)?)
    })
    .await
}

/// `DELETE /tenants/{tenant_id}/moves/{move_id}`
///
/// # Errors
/// No right, a move that is over, or no database.
pub async fn stop(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OneMove> {
    deed(&api, body, |tx, tenant, id| {
        moves::stop(tx, tenant, id).map(|()| id)
    })
    .await
}

/// `POST /tenants/{tenant_id}/moves/{move_id}/undo`
///
/// # Errors
/// No right, an old copy that is gone, or no database.
pub async fn undo(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OneMove> {
    deed(&api, body, moves::undo).await
}

/// `DELETE /tenants/{tenant_id}/moves/{move_id}/copy`
///
/// # Errors
/// No right, no old copy, or no database.
pub async fn discard(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OneMove> {
    deed(&api, body, |tx, tenant, id| {
        moves::discard(tx, tenant, id).map(|()| id)
    })
    .await
}

async fn deed(
    api: &PlatformApi<ManageTenants>,
    body: Body<Nothing>,
    deed: fn(&mut StaffTx<'_, ManageTenants>, TenantId, MoveId) -> Result<MoveId, VerbError>,
) -> Outcome<OneMove> {
    let (name, id) = (api.part::<String>("tenant_id"), api.part("move_id"));
    api.write(body, move |tx, _| {
        let tenant = named(tx, name.as_ref())?;
        let id = deed(tx, tenant, id.ok_or(StoreError::NotFound)?)?;
        one(tx, tenant, id)
    })
    .await
}

fn one<P>(tx: &mut StaffTx<'_, P>, tenant: TenantId, id: MoveId) -> Result<OneMove, VerbError> {
    let line = moves::of_tenant(tx, tenant, id)?;
    let kept = moves::kept(tx, &line)?;
    Ok(OneMove::of(&line, kept.as_ref()))
}
