//! What was asked, as it is kept: written before it is asked, and ended afterwards.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::schema::tenant::console_runs as runs;
use crate::{StoreError, TenantTx};

/// A question that is about to be asked.
#[derive(Debug)]
pub struct NewRun<'r> {
    /// `user`, `key` or `system`.
    pub actor_kind: &'r str,
    /// Who.
    pub actor_id: Option<Uuid>,
    /// What they are called.
    pub actor_name: &'r str,
    /// What they ask.
    pub query: &'r str,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Ending {
    /// `done`, `refused` or `stopped`.
    pub state: &'static str,
    /// How many rows, where there is an answer.
    pub row_count: Option<i32>,
    /// Whether some were left out.
    pub cut: Option<bool>,
    /// How long it took.
    pub execution_ms: Option<i32>,
    /// Why there is none.
    pub error: Option<String>,
}

/// A question that was asked.
#[derive(Debug, Clone, Queryable)]
pub struct Run {
    /// Which.
    pub id: Uuid,
    /// `user`, `key` or `system`.
    pub actor_kind: String,
    /// Who asked.
    pub actor_id: Option<Uuid>,
    /// What they are called.
    pub actor_name: String,
    /// What they asked.
    pub query: String,
    /// `running`, `done`, `refused` or `stopped`.
    pub state: String,
    /// How many rows came.
    pub row_count: Option<i32>,
    /// Whether some were left out.
    pub cut: Option<bool>,
    /// How long it took.
    pub execution_ms: Option<i32>,
    /// Why there is no answer.
    pub error: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// The columns of [`Run`].
#[allow(clippy::type_complexity, reason = "a list of columns is its own type")]
const COLUMNS: (
    runs::id,
    runs::actor_kind,
    runs::actor_id,
    runs::actor_name,
    runs::query,
    runs::state,
    runs::row_count,
    runs::cut,
    runs::execution_ms,
    runs::error,
    runs::created_at,
) = (
    runs::id,
    runs::actor_kind,
    runs::actor_id,
    runs::actor_name,
    runs::query,
    runs::state,
    runs::row_count,
    runs::cut,
    runs::execution_ms,
    runs::error,
    runs::created_at,
);

/// Writes down that it is asked; answers its id.
///
/// # Errors
/// The database's.
pub fn begin<P>(tx: &mut TenantTx<'_, P>, run: &NewRun<'_>) -> Result<Uuid, StoreError> {
    let (id, tenant, now) = (tx.fresh_uuid(), tx.tenant().uuid(), tx.now());
    diesel::insert_into(runs::table)
        .values((
            runs::tenant_id.eq(tenant),
            runs::id.eq(id),
            runs::actor_kind.eq(run.actor_kind),
            runs::actor_id.eq(run.actor_id),
            runs::actor_name.eq(run.actor_name),
            runs::query.eq(run.query),
            runs::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(id)
}

/// Writes down what came of it, once.
///
/// # Errors
/// The database's.
pub fn end<P>(tx: &mut TenantTx<'_, P>, id: Uuid, ending: &Ending) -> Result<bool, StoreError> {
    let tenant = tx.tenant().uuid();
    let ended = diesel::update(runs::table)
        .filter(runs::tenant_id.eq(tenant))
        .filter(runs::id.eq(id))
        .filter(runs::state.eq("running"))
        .set((
            runs::state.eq(ending.state),
            runs::row_count.eq(ending.row_count),
            runs::cut.eq(ending.cut),
            runs::execution_ms.eq(ending.execution_ms),
            runs::error.eq(&ending.error),
        ))
        .execute(tx.connection())?;
    Ok(ended == 1)
}

/// The newest questions of one asker.
///
/// # Errors
/// The database's.
pub fn of_actor<P>(
    tx: &mut TenantTx<'_, P>,
    actor: Uuid,
    limit: i64,
) -> Result<Vec<Run>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(runs::table
        .filter(runs::tenant_id.eq(tenant))
        .filter(runs::actor_id.eq(actor))
        .order((runs::created_at.desc(), runs::id.desc()))
        .limit(limit)
        .select(COLUMNS)
        .load(tx.connection())?)
}

/// One question of one asker.
///
/// # Errors
/// Not found, or the database's.
pub fn one<P>(tx: &mut TenantTx<'_, P>, actor: Uuid, id: Uuid) -> Result<Run, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(runs::table
        .filter(runs::tenant_id.eq(tenant))
        .filter(runs::id.eq(id))
        .filter(runs::actor_id.eq(actor))
        .select(COLUMNS)
        .first(tx.connection())?)
}

/// Those that began before then and of which nothing was heard: their process ended.
///
/// # Errors
/// The database's.
pub fn left_running<P>(
    tx: &mut TenantTx<'_, P>,
    before: DateTime<Utc>,
) -> Result<Vec<Run>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(runs::table
        .filter(runs::tenant_id.eq(tenant))
        .filter(runs::state.eq("running"))
        .filter(runs::created_at.lt(before))
        .order(runs::created_at)
        .limit(100)
        .select(COLUMNS)
        .load(tx.connection())?)
}

/// Forgets those that were asked before then; the log keeps them.
///
/// # Errors
/// The database's.
pub fn forget_old<P>(tx: &mut TenantTx<'_, P>, before: DateTime<Utc>) -> Result<usize, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(diesel::delete(runs::table)
        .filter(runs::tenant_id.eq(tenant))
        .filter(runs::created_at.lt(before))
        .execute(tx.connection())?)
}
