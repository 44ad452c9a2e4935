//! Questions that a person keeps under a name.

use diesel::prelude::*;
use domain::UserId;
use uuid::Uuid;

use crate::schema::tenant::console_queries as queries;
use crate::{StoreError, TenantTx};

/// A question that somebody keeps.
#[derive(Debug, Clone, Queryable)]
pub struct SavedQuery {
    /// Which.
    pub id: Uuid,
    /// What they call it.
    pub name: String,
    /// What it asks.
    pub query: String,
}

/// All that a person keeps, by name.
///
/// # Errors
/// The database's.
pub fn kept<P>(tx: &mut TenantTx<'_, P>, user: UserId) -> Result<Vec<SavedQuery>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(queries::table
        .filter(queries::tenant_id.eq(tenant))
        .filter(queries::user_id.eq(user.uuid()))
        .order((queries::name, queries::id))
        .select((queries::id, queries::name, queries::query))
        .load(tx.connection())?)
}

/// One that a person keeps.
///
/// # Errors
/// Not found, or the database's.
pub fn kept_one<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    id: Uuid,
) -> Result<SavedQuery, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(queries::table
        .filter(queries::tenant_id.eq(tenant))
        .filter(queries::id.eq(id))
        .filter(queries::user_id.eq(user.uuid()))
        .select((queries::id, queries::name, queries::query))
        .first(tx.connection())?)
}

/// Keeps one; answers false where the person keeps another under this name.
///
/// # Errors
/// The database's.
pub fn keep<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    name: &str,
    query: &str,
) -> Result<bool, StoreError> {
    let (id, tenant, now) = (tx.fresh_uuid(), tx.tenant().uuid(), tx.now());
    let kept = diesel::insert_into(queries::table)
        .values((
            queries::tenant_id.eq(tenant),
            queries::id.eq(id),
            queries::user_id.eq(user.uuid()),
            queries::name.eq(name),
            queries::query.eq(query),
            queries::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx.connection())?;
    Ok(kept == 1)
}

/// Forgets one.
///
/// # Errors
/// Not found, or the database's.
pub fn forget<P>(tx: &mut TenantTx<'_, P>, user: UserId, id: Uuid) -> Result<(), StoreError> {
    let tenant = tx.tenant().uuid();
    let forgotten = diesel::delete(queries::table)
        .filter(queries::tenant_id.eq(tenant))
        .filter(queries::id.eq(id))
        .filter(queries::user_id.eq(user.uuid()))
        .execute(tx.connection())?;
    if forgotten == 0 {
        return Err(StoreError::NotFound);
    }
    Ok(())
}
