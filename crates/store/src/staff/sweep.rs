//! Clearing what has expired at the platform's door: sessions, links, throttles, remembered devices. How
//! long each is kept is decided above.

use diesel::prelude::*;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{staff_devices, staff_links, staff_sessions, throttles};
use crate::sweep::Limits;

/// Clears all of it; staff are few. Answers how many rows went.
///
/// # Errors
/// The database's.
pub fn expired(tx: &mut PlatformTx<'_>, limits: Limits) -> Result<usize, StoreError> {
    let mut gone = diesel::delete(staff_sessions::table)
        .filter(
            staff_sessions::expires_at
                .le(limits.now)
                .or(staff_sessions::idle_expires_at.le(limits.now)),
        )
        .execute(tx.connection())?;
    gone += diesel::delete(staff_links::table)
        .filter(staff_links::expires_at.lt(limits.links))
        .execute(tx.connection())?;
    gone += diesel::delete(throttles::table)
        .filter(throttles::window_ends_at.le(limits.now))
        .execute(tx.connection())?;
    gone += diesel::delete(staff_devices::table)
        .filter(staff_devices::last_used_at.lt(limits.devices))
        .execute(tx.connection())?;
    Ok(gone)
}
