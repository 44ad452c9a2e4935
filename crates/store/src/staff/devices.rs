//! Browsers that staff signed in from before, by the hash of a token in a cookie of their own.

use diesel::prelude::*;
use domain::{StaffId, TokenHash};

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::staff_devices;

/// Remembers that this person signed in from this browser just now.
///
/// # Errors
/// The database's.
pub fn remember(
    tx: &mut PlatformTx<'_>,
    id: StaffId,
    token_hash: &TokenHash,
) -> Result<(), StoreError> {
    let now = tx.now();
    diesel::insert_into(staff_devices::table)
        .values((
            staff_devices::staff_id.eq(id.uuid()),
            staff_devices::token_hash.eq(*token_hash),
            staff_devices::last_used_at.eq(now),
        ))
        .on_conflict((staff_devices::staff_id, staff_devices::token_hash))
        .do_update()
        .set(staff_devices::last_used_at.eq(now))
        .execute(tx.connection())?;
    Ok(())
}

/// Forgets every browser of this person: their password may have been in other hands.
///
/// # Errors
/// The database's.
pub fn forget(tx: &mut PlatformTx<'_>, id: StaffId) -> Result<(), StoreError> {
    diesel::delete(staff_devices::table.filter(staff_devices::staff_id.eq(id.uuid())))
        .execute(tx.connection())?;
    Ok(())
}
