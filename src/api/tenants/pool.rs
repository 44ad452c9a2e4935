//! The connections of a tenant: whether it has some to itself, what there is for that, and what it takes in the process that
//! answers.

use chrono::{DateTime, Utc};
use domain::TenantId;
use domain::staff::{ManageTenants, ReadTenants, StaffAccess};
use serde::{Deserialize, Serialize};
use services::tenants::pool::{self, Budget};
use services::{StaffTx, VerbError};
use utoipa::ToSchema;

use super::named;
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Answer, Body, Outcome, PlatformApi, Query};
use crate::gate::ShareState;

/// Connections for one tenant alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPool {
    /// How many in each process.
    pub connections: u16,
}

/// The pool of a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnePool {
    /// Which it is.
    pub pool: PoolFacts,
}

/// The pool of a tenant, and what it takes of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolSheet {
    /// Which it is.
    pub pool: PoolFacts,
    /// What the process that answers counted; none while nobody asked in the tenant there.
    pub usage: Option<PoolUsage>,
}

/// Whose connections a tenant works on.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolFacts {
    /// dedicated for connections of its own, shared for those of all, database for those of its own database.
    pub kind: String,
    /// How many it has to itself in each process; none where it has none.
    pub connections: Option<u32>,
    /// How many a process has for dedicated pools; one with fewer lets tenants whose pool does not fit work on the others.
    pub budget: u32,
    /// The most that this tenant can have of them; other tenants have the rest.
    pub left: u32,
}

/// What a tenant takes in one process.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolUsage {
    /// What it worked on last: dedicated, shared or database.
    pub kind: String,
    /// The most that it takes at once.
    pub limit: u64,
    /// Connections that it takes.
    pub in_use: u64,
    /// Requests that wait for one.
    pub waiting: u64,
    /// The most that it took at once.
    pub peak: u64,
    /// Requests that were answered.
    pub answers: u64,
    /// How long a request had a connection, on average.
    pub average_answer_ms: f64,
    /// How long one waited for it, on average.
    pub average_wait_ms: f64,
    /// How long one waited at most.
    pub worst_wait_ms: f64,
    /// Requests that found none in time: 503 connection_pool_full.
    pub turned_away: u64,
    /// Since when all this has been counted.
    pub since: DateTime<Utc>,
}

/// `GET /tenants/{tenant_id}/pool`
///
/// # Errors
/// No right, no such tenant, or no database.
pub async fn read(api: PlatformApi<ReadTenants>, query: Query<Nothing>) -> Outcome<PoolSheet> {
    let Nothing {} = api.query(query).await?;
    let (name, total) = wanted(&api);
    let (tenant, pool) = api
        .run(move |tx| {
            let tenant = named(tx, name.as_ref())?;
            Ok((tenant, facts(tx, tenant, total)?))
        })
        .await?;
    let usage = api.app().share_of(tenant).map(PoolUsage::of);
    Ok(Answer::of(&PoolSheet { pool, usage }))
}

/// `PUT /tenants/{tenant_id}/pool`
///
/// # Errors
/// No right, more than are left, or no database.
pub async fn give(api: PlatformApi<ManageTenants>, body: Body<NewPool>) -> Outcome<OnePool> {
    let (name, total) = wanted(&api);
    api.write(body, move |tx, body| {
        let tenant = named(tx, name.as_ref())?;
        pool::give(tx, tenant, body.connections, total)?;
        let pool = facts(tx, tenant, total)?;
        Ok(OnePool { pool })
    })
    .await
}

/// `DELETE /tenants/{tenant_id}/pool`
///
/// # Errors
/// No right, no pool, or no database.
pub async fn take(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OnePool> {
    let (name, total) = wanted(&api);
    api.write(body, move |tx, Nothing {}| {
        let tenant = named(tx, name.as_ref())?;
        pool::take(tx, tenant)?;
        let pool = facts(tx, tenant, total)?;
        Ok(OnePool { pool })
    })
    .await
}

fn wanted<P: StaffAccess>(api: &PlatformApi<P>) -> (Option<String>, u32) {
    let total = api.app().config.database.dedicated;
    (api.part::<String>("tenant_id"), total)
}

fn facts<P>(tx: &mut StaffTx<'_, P>, tenant: TenantId, total: u32) -> Result<PoolFacts, VerbError> {
    let budget: Budget = pool::budget(tx, tenant, total)?;
    let kind = match budget.own {
        Some(_) => "dedicated",
        None if tx.place_of(tenant)?.is_home() => "shared",
        None => "database",
    };
    Ok(PoolFacts {
        kind: kind.to_owned(),
        connections: budget.own,
        budget: budget.total,
        left: budget.left(),
    })
}

impl PoolUsage {
    fn of((share, since): (ShareState, DateTime<Utc>)) -> Self {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let ms = |time: std::time::Duration| (time.as_secs_f64() * 10_000.0).round() / 10.0;
        Self {
            kind: share.pool.key().to_owned(),
            limit: count(share.places),
            in_use: count(share.busy),
            waiting: count(share.waiting),
            peak: count(share.peak),
            answers: share.answers,
            average_answer_ms: ms(share.average),
            average_wait_ms: ms(share.average_wait),
            worst_wait_ms: ms(share.worst_wait),
            turned_away: share.turned_away,
            since,
        }
    }
}
