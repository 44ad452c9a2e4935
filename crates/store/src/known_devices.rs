//! Browsers that a person signed in with before, by the hash of a token in a long-lived cookie.

use diesel::prelude::*;
use domain::{TokenHash, UserId};
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::raw::Always;
use crate::schema::tenant::known_devices;

/// Remembers the browser with this token for this person.
///
/// # Errors
/// The database's.
pub fn remember<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    token_hash: &TokenHash,
) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let known = diesel::insert_into(known_devices::table)
        .values((
            known_devices::tenant_id.eq(tenant),
            known_devices::user_id.eq(user.uuid()),
            known_devices::token_hash.eq(*token_hash),
            known_devices::last_used_at.eq(now),
        ))
        .on_conflict((
            known_devices::tenant_id,
            known_devices::user_id,
            known_devices::token_hash,
        ))
        .do_update()
        .set(known_devices::last_used_at.eq(now))
        .returning(known_devices::user_id);
    Always(known).load::<Uuid>(tx.connection())?;
    Ok(())
}

/// Forgets every browser of this person: their password may have been in other hands.
///
/// # Errors
/// The database's.
pub fn forget<P>(tx: &mut TenantTx<'_, P>, user: UserId) -> Result<(), StoreError> {
    let tenant = tx.tenant().uuid();
    diesel::delete(known_devices::table)
        .filter(known_devices::tenant_id.eq(tenant))
        .filter(known_devices::user_id.eq(user.uuid()))
        .execute(tx.connection())?;
    Ok(())
}
