//! What applications set aside of a limit before they use it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::ReservationId;
use uuid::Uuid;

use crate::schema::tenant::reservations;
use crate::{StoreError, TenantTx};

/// A reservation as its row has it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = reservations, check_for_backend(diesel::pg::Pg))]
pub struct Row {
    /// Which.
    pub id: Uuid,
    /// Of what.
    pub resource: String,
    /// How much.
    pub amount: i64,
    /// How much of that was used, once it is committed.
    pub used: Option<i64>,
    /// `held`, `committed`, `released` or `expired`.
    pub state: String,
    /// The application's own name for it.
    pub reference: Option<String>,
    /// Whose key or who asked for it.
    pub made_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it is kept.
    pub expires_at: DateTime<Utc>,
    /// When it was committed, given back, or forgotten.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A reservation to be written down.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// Of what.
    pub resource: &'a str,
    /// How much.
    pub amount: i64,
    /// The application's own name for it.
    pub reference: Option<&'a str>,
    /// Who asks for it.
    pub made_by: &'a str,
    /// Until when it is kept.
    pub expires_at: DateTime<Utc>,
}

/// Writes it down; `None` where the application has one of this name already.
///
/// # Errors
/// The database's.
pub fn add<P>(tx: &mut TenantTx<'_, P>, new: New<'_>) -> Result<Option<Row>, StoreError> {
    use reservations::dsl as r;
    let (tenant, id, now) = (tx.tenant().uuid(), tx.fresh_uuid(), tx.now());
    Ok(diesel::insert_into(r::reservations)
        .values((
            r::tenant_id.eq(tenant),
            r::id.eq(id),
            r::resource.eq(new.resource),
            r::amount.eq(new.amount),
            r::state.eq("held"),
            r::reference.eq(new.reference),
            r::made_by.eq(new.made_by),
            r::created_at.eq(now),
            r::expires_at.eq(new.expires_at),
        ))
        .on_conflict((r::tenant_id, r::reference))
        .do_nothing()
        .returning(Row::as_returning())
        .get_result(tx.connection())
        .optional()?)
}

/// The one that has this name.
///
/// # Errors
/// The database's.
pub fn called<P>(tx: &mut TenantTx<'_, P>, reference: &str) -> Result<Option<Row>, StoreError> {
    Ok(reservations::table
        .filter(reservations::tenant_id.eq(tx.tenant().uuid()))
        .filter(reservations::reference.eq(reference))
        .select(Row::as_select())
        .first(tx.connection())
        .optional()?)
}

/// One of them.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn find<P>(tx: &mut TenantTx<'_, P>, id: ReservationId) -> Result<Row, StoreError> {
    Ok(reservations::table
        .find((tx.tenant().uuid(), id.uuid()))
        .select(Row::as_select())
        .first(tx.connection())?)
}

/// Ends one that is held; `None` where it is over, or none. `used` is what was used of it, where it is committed.
///
/// # Errors
/// The database's.
pub fn end<P>(
    tx: &mut TenantTx<'_, P>,
    id: ReservationId,
    state: &'static str,
    used: Option<i64>,
) -> Result<Option<Row>, StoreError> {
    use reservations::dsl as r;
    let now = tx.now();
    Ok(
        diesel::update(r::reservations.find((tx.tenant().uuid(), id.uuid())))
            .filter(r::state.eq("held"))
            .set((r::state.eq(state), r::used.eq(used), r::ended_at.eq(now)))
            .returning(Row::as_returning())
            .get_result(tx.connection())
            .optional()?,
    )
}

/// Ends those that nobody came back for, some at a time: what they held by resource, in the resources' order.
///
/// # Errors
/// The database's.
pub fn expire<P>(
    tx: &mut TenantTx<'_, P>,
    now: DateTime<Utc>,
    at_most: i64,
) -> Result<Vec<(String, i64)>, StoreError> {
    use reservations::dsl as r;
    let tenant = tx.tenant().uuid();
    let over: Vec<Uuid> = r::reservations
        .filter(r::tenant_id.eq(tenant))
        .filter(r::state.eq("held"))
        .filter(r::expires_at.le(now))
        .order(r::expires_at)
        .limit(at_most)
        .select(r::id)
        .for_update()
        .skip_locked()
        .load(tx.connection())?;
    if over.is_empty() {
        return Ok(Vec::new());
    }
    let mut freed: Vec<(String, i64)> = diesel::update(r::reservations)
        .filter(r::tenant_id.eq(tenant))
        .filter(r::id.eq_any(over))
        .set((r::state.eq("expired"), r::ended_at.eq(now)))
        .returning((r::resource, r::amount))
        .get_results(tx.connection())?;
    freed.sort();
    Ok(freed)
}

/// Forgets those that ended before this moment, some at a time; answers how many.
///
/// # Errors
/// The database's.
pub fn prune<P>(
    tx: &mut TenantTx<'_, P>,
    before: DateTime<Utc>,
    at_most: i64,
) -> Result<usize, StoreError> {
    use reservations::dsl as r;
    let tenant = tx.tenant().uuid();
    let old: Vec<Uuid> = r::reservations
        .filter(r::tenant_id.eq(tenant))
        .filter(r::state.ne("held"))
        .filter(r::ended_at.lt(before))
        .limit(at_most)
        .select(r::id)
        .load(tx.connection())?;
    Ok(diesel::delete(r::reservations)
        .filter(r::tenant_id.eq(tenant))
        .filter(r::id.eq_any(old))
        .execute(tx.connection())?)
}
