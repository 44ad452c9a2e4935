//! Claiming jobs and letting go of them. A claim is a lease with a token: whoever lost it can neither
//! end the job nor put it back. What a job does, and when again, is decided above.

mod elsewhere;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use domain::{JobId, TenantId};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::places::Place;
use crate::platform::PlatformTx;
use crate::schema::node::jobs;

pub use elsewhere::leave_end;

/// A job in somebody's hands.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Which job.
    pub id: JobId,
    /// The database whose queue it is in.
    pub place: Place,
    /// Whose it is, by its row; `None` for the platform's own.
    pub tenant: Option<TenantId>,
    /// The kind's key.
    pub kind: String,
    /// What the kind needs to know.
    pub payload: Json,
    /// How often it was claimed, this time included.
    pub attempts: i32,
    /// How often it may be.
    pub max_attempts: i32,
    token: Uuid,
}

/// How a job ends.
#[derive(Debug, Clone, Copy)]
pub enum End<'a> {
    /// It was done.
    Done,
    /// It was given up, and why.
    Dead(&'a str),
}

impl<'a> End<'a> {
    fn columns(self) -> (&'static str, Option<&'a str>) {
        match self {
            Self::Done => ("done", None),
            Self::Dead(why) => ("dead", Some(why)),
        }
    }
}

/// The place in the round of tenants: the next claim looks behind it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Turn(Uuid);

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    tenant_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    payload: Option<Json>,
    #[diesel(sql_type = Nullable<Integer>)]
    attempts: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    max_attempts: Option<i32>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    walked_to: Option<Uuid>,
}

/// The platform's own first; then the tenants in turn, one job each, so that a long queue of one delays
/// nobody; then whatever has waited longest. `walk` hops from tenant to tenant through an index and looks
/// at 64 at most, however long their queues are. What a tenant at rest has asked for waits, but for the
/// kinds of $5.
const CLAIM: &str = "
with recursive walk(tenant_id, place) as (
    (select j.tenant_id, 1 from node.jobs j
        where j.state = 'queued' and j.tenant_id > $1 order by j.tenant_id limit 1)
    union all
    select hop.tenant_id, walk.place + 1 from walk cross join lateral (
        select j.tenant_id from node.jobs j
        where j.state = 'queued' and j.tenant_id > walk.tenant_id order by j.tenant_id limit 1
    ) hop where walk.place < 64
), platform as (
    select j.id from node.jobs j
    where j.state = 'queued' and j.tenant_id is null and j.run_at <= $2
    order by j.run_at limit 1 for update skip locked
), turn as (
    select first.id from walk cross join lateral (
        select j.id from node.jobs j
        where j.state = 'queued' and j.tenant_id = walk.tenant_id and j.run_at <= $2
            and (j.kind = any($5) or not exists (select from node.placements p where p.tenant_id = walk.tenant_id and p.closed))
        order by j.run_at limit 1 for update of j skip locked
    ) first
    where not exists (select from platform) limit 1
), oldest as (
    select j.id from node.jobs j
    where j.state = 'queued' and j.run_at <= $2
        and not exists (select from platform) and not exists (select from turn)
        and (j.kind = any($5) or not exists (select from node.placements p where p.tenant_id = j.tenant_id and p.closed))
    order by j.run_at limit 1 for update of j skip locked
), claimed as (
    update node.jobs j set state = 'running', attempts = j.attempts + 1, lease_token = $3, lease_until = $4
    where j.id = (select id from platform union all select id from turn union all select id from oldest limit 1)
    returning j.id, j.tenant_id, j.kind, j.payload, j.attempts, j.max_attempts
)
select claimed.*, (select w.tenant_id from walk w order by w.place desc limit 1) as walked_to
from (select 1) one left join claimed on true";

/// Claims one job that is due, until `lease_until`. Of tenants at rest only the kinds in `even_closed` are.
/// Answers too where the next claim goes on.
///
/// # Errors
/// The database's.
pub fn claim(
    tx: &mut PlatformTx<'_>,
    turn: Turn,
    lease_until: DateTime<Utc>,
    even_closed: &[&str],
) -> Result<(Option<Claim>, Turn), StoreError> {
    let (token, now) = (tx.fresh_uuid(), tx.now());
    let row: Claimed = crate::raw::query(CLAIM)
        .bind::<SqlUuid, _>(turn.0)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(token)
        .bind::<Timestamptz, _>(lease_until)
        .bind::<Array<Text>, _>(even_closed)
        .get_result(tx.connection())?;
    let walked_to = row.walked_to;
    let claim = row.claim(token, tx.place().clone());
    let next = match &claim {
        // The platform's own does not move the round on.
        Some(claim) if claim.tenant.is_none() => turn,
        // Behind whoever was served, or from the start when that was out of turn.
        Some(claim) if claim.tenant.is_some_and(|tenant| tenant.uuid() > turn.0) => {
            Turn(claim.tenant.map_or(Uuid::nil(), TenantId::uuid))
        }
        _ => Turn(walked_to.unwrap_or(Uuid::nil())),
    };
    Ok((claim, next))
}

impl Claimed {
    fn claim(self, token: Uuid, place: Place) -> Option<Claim> {
        Some(Claim {
            id: JobId::from_uuid(self.id?),
            place,
            tenant: self.tenant_id.map(TenantId::from_uuid),
            kind: self.kind?,
            payload: self.payload?,
            attempts: self.attempts?,
            max_attempts: self.max_attempts?,
            token,
        })
    }
}

diesel::define_sql_function! {
    /// Ends a job in the transaction of its effect; false for whoever lost the lease.
    #[sql_name = "app.end_job"]
    fn end_job(id: SqlUuid, token: SqlUuid, state: Text, error: Nullable<Text>, at: Timestamptz) -> diesel::sql_types::Bool;
}

/// Ends the job in the transaction of its effect. False when the lease was lost: then the transaction
/// must not commit.
///
/// # Errors
/// The database's.
pub fn end_with<P>(
    tx: &mut TenantTx<'_, P>,
    claim: &Claim,
    end: End<'_>,
) -> Result<bool, StoreError> {
    let now = tx.now();
    let (state, error) = end.columns();
    Ok(
        diesel::select(end_job(claim.id.uuid(), claim.token, state, error, now))
            .get_result(tx.connection())?,
    )
}

/// Ends one of the platform's own jobs, or one whose tenant is gone.
///
/// # Errors
/// The database's.
pub fn end(tx: &mut PlatformTx<'_>, claim: &Claim, end: End<'_>) -> Result<bool, StoreError> {
    let (now, (state, error)) = (tx.now(), end.columns());
    let ended = diesel::update(held(claim))
        .set((
            jobs::state.eq(state),
            jobs::last_error.eq(error),
            jobs::finished_at.eq(now),
            jobs::lease_token.eq(None::<Uuid>),
            jobs::lease_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.connection())?;
    Ok(ended == 1)
}

/// Puts the job back, to be tried again from `run_at` on. False when the lease was lost.
///
/// # Errors
/// The database's.
pub fn put_back(
    tx: &mut PlatformTx<'_>,
    claim: &Claim,
    run_at: DateTime<Utc>,
    why: &str,
) -> Result<bool, StoreError> {
    let back = diesel::update(held(claim))
        .set((
            jobs::state.eq("queued"),
            jobs::run_at.eq(run_at),
            jobs::last_error.eq(why),
            jobs::lease_token.eq(None::<Uuid>),
            jobs::lease_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.connection())?;
    Ok(back == 1)
}

/// Puts a job back that was not finished because the process ends: this try does not count.
///
/// # Errors
/// The database's.
pub fn release(tx: &mut PlatformTx<'_>, claim: &Claim) -> Result<bool, StoreError> {
    let back = diesel::update(held(claim))
        .set((
            jobs::state.eq("queued"),
            jobs::attempts.eq(claim.attempts - 1),
            jobs::lease_token.eq(None::<Uuid>),
            jobs::lease_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.connection())?;
    Ok(back == 1)
}

/// Keeps the job for longer. False when the lease was lost: then the work stops.
///
/// # Errors
/// The database's.
pub fn renew(
    tx: &mut PlatformTx<'_>,
    claim: &Claim,
    until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let kept = diesel::update(held(claim))
        .set(jobs::lease_until.eq(until))
        .execute(tx.connection())?;
    Ok(kept == 1)
}

/// The job's row, as long as the claim holds.
#[diesel::dsl::auto_type(no_type_alias)]
fn held<'a>(claim: &'a Claim) -> _ {
    let token: Uuid = claim.token;
    let id: Uuid = claim.id.uuid();
    jobs::table
        .filter(jobs::id.eq(id))
        .filter(jobs::state.eq("running"))
        .filter(jobs::lease_token.eq(token))
}

/// Puts back what was claimed by somebody who has not been heard of since. Answers how many.
///
/// # Errors
/// The database's.
pub fn reclaim(tx: &mut PlatformTx<'_>) -> Result<usize, StoreError> {
    let now = tx.now();
    Ok(crate::raw::query(
        "update node.jobs set state = 'queued', run_at = $1, lease_token = null, lease_until = null,
            last_error = 'the worker was lost'
        where id in (select id from node.jobs where state = 'running' and lease_until < $1
            order by lease_until limit 1000 for update skip locked)",
    )
    .bind::<Timestamptz, _>(now)
    .execute(tx.connection())?)
}
