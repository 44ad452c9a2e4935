//! Clearing what has expired in a tenant: single-use links, throttles, remembered devices. How long each
//! is kept is decided above; sessions that ran out end as others do, in `sessions`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::{known_devices, links, throttles};

/// Rows in one statement, so that no transaction is long.
pub(crate) const BATCH: i64 = 1000;

/// From when on something is of no use any more.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Throttles that ended before.
    pub now: DateTime<Utc>,
    /// Links that expired before.
    pub links: DateTime<Utc>,
    /// Devices that were not used since.
    pub devices: DateTime<Utc>,
}

/// Clears one batch of each; answers how many rows went.
///
/// # Errors
/// The database's.
pub fn expired<P>(tx: &mut TenantTx<'_, P>, limits: Limits) -> Result<usize, StoreError> {
    let tenant = tx.tenant().uuid();
    let over: Vec<Uuid> = links::table
        .filter(links::tenant_id.eq(tenant))
        .filter(links::expires_at.lt(limits.links))
        .select(links::id)
        .limit(BATCH)
        .load(tx.connection())?;
    let mut gone = diesel::delete(links::table)
        .filter(links::tenant_id.eq(tenant))
        .filter(links::id.eq_any(over))
        .execute(tx.connection())?;
    let over: Vec<String> = throttles::table
        .filter(throttles::tenant_id.eq(tenant))
        .filter(throttles::window_ends_at.le(limits.now))
        .select(throttles::key)
        .limit(BATCH)
        .load(tx.connection())?;
    gone += diesel::delete(throttles::table)
        .filter(throttles::tenant_id.eq(tenant))
        // Once more: it may have begun anew since.
        .filter(throttles::window_ends_at.le(limits.now))
        .filter(throttles::key.eq_any(over))
        .execute(tx.connection())?;
    gone += diesel::delete(known_devices::table)
        .filter(known_devices::tenant_id.eq(tenant))
        .filter(known_devices::last_used_at.lt(limits.devices))
        .execute(tx.connection())?;
    Ok(gone)
}
