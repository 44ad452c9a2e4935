//! What was told of a counter, and how long more than its limit is let through.

use diesel::prelude::*;

use super::Counter;
use crate::schema::tenant::limits;
use crate::{StoreError, TenantTx};

/// Forgets what was told where less is in use now, so that it is news again, and that the limit was passed where it is not.
pub(super) fn calm_down<P>(tx: &mut TenantTx<'_, P>, counter: &Counter) -> Result<(), StoreError> {
    let reached = domain::standing::threshold(counter.used, counter.hard).min(counter.told);
    let grace_until = counter.grace_until.filter(|_| counter.used > counter.hard);
    if (reached, grace_until) == (counter.told, counter.grace_until) {
        return Ok(());
    }
    diesel::update(limits::table.find((tx.tenant().uuid(), &counter.resource)))
        .set((
            limits::told.eq(reached),
            limits::grace_until.eq(grace_until),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Notes that a threshold is told; false when it was before.
///
/// # Errors
/// The database's.
pub fn note_told<P>(
    tx: &mut TenantTx<'_, P>,
    resource: &str,
    threshold: i16,
) -> Result<bool, StoreError> {
    let noted = diesel::update(limits::table)
        .filter(limits::tenant_id.eq(tx.tenant().uuid()))
        .filter(limits::resource.eq(resource))
        .filter(limits::told.lt(threshold))
        .set(limits::told.eq(threshold))
        .execute(tx.connection())?;
    Ok(noted == 1)
}

/// Lets nothing more through beyond the limit.
///
/// # Errors
/// The database's.
pub fn end_grace<P>(tx: &mut TenantTx<'_, P>, resource: &str) -> Result<(), StoreError> {
    let now = tx.now();
    diesel::update(limits::table.find((tx.tenant().uuid(), resource)))
        .filter(
            limits::grace_until
                .is_null()
                .or(limits::grace_until.gt(now)),
        )
        .set(limits::grace_until.eq(now))
        .execute(tx.connection())?;
    Ok(())
}
