//! The queue: asking for work. Claiming and finishing is in `claims`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz};
use domain::{JobId, TenantId};
use serde_json::Value as Json;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::platform::PlatformTx;
use crate::schema::node::jobs;

/// A job to be written down.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// The kind's key.
    pub kind: &'static str,
    /// What the kind needs to know; never whose it is.
    pub payload: &'a Json,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// How often it is tried at all.
    pub max_attempts: i32,
}

/// Asks for work for this transaction's tenant. It happens if, and only if, the transaction commits.
///
/// # Errors
/// The database's.
pub fn add<P>(tx: &mut TenantTx<'_, P>, job: &NewJob<'_>) -> Result<JobId, StoreError> {
    let (tenant, id, now) = (tx.tenant().uuid(), tx.fresh_uuid(), tx.now());
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(id),
            jobs::tenant_id.eq(tenant),
            jobs::kind.eq(job.kind),
            jobs::payload.eq(job.payload),
            jobs::run_at.eq(job.run_at),
            jobs::max_attempts.eq(job.max_attempts),
            jobs::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(JobId::from_uuid(id))
}

/// Asks for work of the platform's own.
///
/// # Errors
/// The database's.
pub fn add_for_platform(tx: &mut PlatformTx<'_>, job: &NewJob<'_>) -> Result<JobId, StoreError> {
    let (id, now) = (tx.fresh_uuid(), tx.now());
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(id),
            jobs::kind.eq(job.kind),
            jobs::payload.eq(job.payload),
            jobs::run_at.eq(job.run_at),
            jobs::max_attempts.eq(job.max_attempts),
            jobs::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(JobId::from_uuid(id))
}

/// How many jobs of one kind are in one state; whose they are is not asked.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct QueueFigure {
    /// The kind's key.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// `due`, `scheduled`, `running` or `dead`.
    #[diesel(sql_type = Text)]
    pub state: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    /// Since when the first of them is due, where they are.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub oldest: Option<DateTime<Utc>>,
}

/// One part a state, so that each is read from its own index and what is done is not read at all.
const FIGURES: &str = "
select kind, case when run_at <= $1 then 'due' else 'scheduled' end as state, count(*) as count,
    min(run_at) filter (where run_at <= $1) as oldest
from node.jobs where state = 'queued' group by 1, 2
union all
select kind, 'running', count(*), null from node.jobs where state = 'running' group by 1
union all
select kind, 'dead', count(*), null from node.jobs where state = 'dead' group by 1";

/// The queue in figures.
///
/// # Errors
/// The database's.
pub fn figures(tx: &mut PlatformTx<'_>) -> Result<Vec<QueueFigure>, StoreError> {
    let now = tx.now();
    Ok(crate::raw::query(FIGURES)
        .bind::<Timestamptz, _>(now)
        .load(tx.connection())?)
}

/// Asks for work for a tenant, on the platform's side: what it is told of the platform's deeds.
///
/// # Errors
/// The database's.
pub fn add_for_tenant(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    job: &NewJob<'_>,
) -> Result<JobId, StoreError> {
    let (id, now) = (tx.fresh_uuid(), tx.now());
    diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(id),
            jobs::tenant_id.eq(tenant.uuid()),
            jobs::kind.eq(job.kind),
            jobs::payload.eq(job.payload),
            jobs::run_at.eq(job.run_at),
            jobs::max_attempts.eq(job.max_attempts),
            jobs::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(JobId::from_uuid(id))
}
