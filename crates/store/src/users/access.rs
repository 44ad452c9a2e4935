//! People's ways in: mailed links, taken from many at once, and how many sessions are open.

use diesel::prelude::*;
use domain::UserId;

use super::uuids;
use crate::schema::tenant::{links, sessions};
use crate::{StoreError, TenantTx};

/// Makes every mailed link of these people void; answers how many.
///
/// # Errors
/// The database's.
pub fn void_links<P>(tx: &mut TenantTx<'_, P>, people: &[UserId]) -> Result<usize, StoreError> {
    let now = tx.now();
    Ok(diesel::update(links::table)
        .filter(links::tenant_id.eq(tx.tenant().uuid()))
        .filter(links::user_id.eq_any(uuids(people)))
        .filter(links::used_at.is_null())
        .set(links::used_at.eq(now))
        .execute(tx.connection())?)
}

/// How many sessions of this person are open now.
///
/// # Errors
/// The database's.
pub fn open_sessions<P>(tx: &mut TenantTx<'_, P>, person: UserId) -> Result<i64, StoreError> {
    let now = tx.now();
    Ok(sessions::table
        .filter(sessions::tenant_id.eq(tx.tenant().uuid()))
        .filter(sessions::user_id.eq(person.uuid()))
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::idle_expires_at.gt(now))
        .count()
        .get_result(tx.connection())?)
}
