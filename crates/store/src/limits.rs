//! Counters with a limit: reserved and freed by one statement each, so that they hold however many ask
//! at once. A resource without a row has no limit.

use diesel::prelude::*;

use crate::schema::tenant::limits;
use crate::{StoreError, TenantTx};

/// What is limited by the number of people.
pub const USERS: &str = "users";

/// A counter and its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// In use.
    pub used: i64,
    /// The most there can be.
    pub hard: i64,
}

/// Takes `count` more, all or none: `Err` holds the counter that had no room.
///
/// # Errors
/// The database's, outside.
pub fn reserve<P>(
    tx: &mut TenantTx<'_, P>,
    resource: &str,
    count: i64,
) -> Result<Result<(), Limit>, StoreError> {
    let tenant = tx.tenant().uuid();
    let taken = diesel::update(limits::table)
        .filter(limits::tenant_id.eq(tenant))
        .filter(limits::resource.eq(resource))
        .filter((limits::used + count).le(limits::hard))
        .set(limits::used.eq(limits::used + count))
        .execute(tx.connection())?;
    if taken == 1 {
        return Ok(Ok(()));
    }
    Ok(read(tx, resource)?.map_or(Ok(()), Err))
}

/// Gives `count` back.
///
/// # Errors
/// The database's.
pub fn release<P>(tx: &mut TenantTx<'_, P>, resource: &str, count: i64) -> Result<(), StoreError> {
    if count == 0 {
        return Ok(());
    }
    let tenant = tx.tenant().uuid();
    diesel::update(limits::table)
        .filter(limits::tenant_id.eq(tenant))
        .filter(limits::resource.eq(resource))
        .set(limits::used.eq(limits::used - count))
        .execute(tx.connection())?;
    Ok(())
}

/// Keeps the counter from others until the transaction ends: of two who begin the same work, one waits.
///
/// # Errors
/// The database's.
pub fn lock<P>(tx: &mut TenantTx<'_, P>, resource: &str) -> Result<(), StoreError> {
    limits::table
        .filter(limits::tenant_id.eq(tx.tenant().uuid()))
        .filter(limits::resource.eq(resource))
        .select(limits::used)
        .for_update()
        .load::<i64>(tx.connection())?;
    Ok(())
}

/// The counter, if the resource is limited.
///
/// # Errors
/// The database's.
pub fn read<P>(tx: &mut TenantTx<'_, P>, resource: &str) -> Result<Option<Limit>, StoreError> {
    let row: Option<(i64, i64)> = limits::table
        .filter(limits::tenant_id.eq(tx.tenant().uuid()))
        .filter(limits::resource.eq(resource))
        .select((limits::used, limits::hard))
        .first(tx.connection())
        .optional()?;
    Ok(row.map(|(used, hard)| Limit { used, hard }))
}

/// Sets the limit of a resource; what is in use stays as it is.
///
/// # Errors
/// The database's.
pub fn set<P>(tx: &mut TenantTx<'_, P>, resource: &str, hard: i64) -> Result<(), StoreError> {
    diesel::insert_into(limits::table)
        .values((
            limits::tenant_id.eq(tx.tenant().uuid()),
            limits::resource.eq(resource),
            limits::used.eq(0),
            limits::hard.eq(hard),
        ))
        .on_conflict((limits::tenant_id, limits::resource))
        .do_update()
        .set(limits::hard.eq(hard))
        .execute(tx.connection())?;
    Ok(())
}
