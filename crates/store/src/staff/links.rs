//! Single-use links of staff, by the hash of their token. What each opens is decided above.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{EmailAddress, StaffId, StaffRole, StaffStatus, TokenHash};
use uuid::Uuid;

use crate::StoreError;
pub use crate::links::Purpose;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{staff, staff_links};

/// The person whom a link that still works was made for.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Who.
    pub id: StaffId,
    /// The name as shown.
    pub name: String,
    /// The address as shown.
    pub email: EmailAddress,
    /// What they may do.
    pub role: StaffRole,
    /// Where they stand.
    pub status: StaffStatus,
}

/// Writes a link down. Earlier ones of the same person and purpose stop working: the last one counts.
///
/// # Errors
/// The database's.
pub fn add(
    tx: &mut PlatformTx<'_>,
    id: StaffId,
    purpose: Purpose,
    token_hash: &TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    void(tx, id, purpose)?;
    let (link, now) = (tx.fresh_uuid(), tx.now());
    diesel::insert_into(staff_links::table)
        .values((
            staff_links::id.eq(link),
            staff_links::staff_id.eq(id.uuid()),
            staff_links::purpose.eq(purpose.key()),
            staff_links::token_hash.eq(*token_hash),
            staff_links::created_at.eq(now),
            staff_links::expires_at.eq(expires_at),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Ends the links of this person and purpose that still work.
///
/// # Errors
/// The database's.
pub fn void(tx: &mut PlatformTx<'_>, id: StaffId, purpose: Purpose) -> Result<usize, StoreError> {
    let now = tx.now();
    Ok(diesel::update(staff_links::table)
        .filter(staff_links::staff_id.eq(id.uuid()))
        .filter(staff_links::purpose.eq(purpose.key()))
        .filter(staff_links::used_at.is_null())
        .set(staff_links::used_at.eq(now))
        .execute(tx.connection())?)
}

/// Ends every link of this person.
///
/// # Errors
/// The database's.
pub fn void_all(tx: &mut PlatformTx<'_>, id: StaffId) -> Result<usize, StoreError> {
    Ok(void(tx, id, Purpose::Invitation)? + void(tx, id, Purpose::PasswordReset)?)
}

/// Whom a link was made for, if it still works. It is not used up.
///
/// # Errors
/// The database's.
pub fn look(
    tx: &mut PlatformTx<'_>,
    purpose: Purpose,
    token_hash: &TokenHash,
) -> Result<Option<Holder>, StoreError> {
    type Row = (Uuid, String, EmailAddress, StaffRole, StaffStatus);
    let now = tx.now();
    let row: Option<Row> = staff_links::table
        .inner_join(staff::table)
        .filter(staff_links::purpose.eq(purpose.key()))
        .filter(staff_links::token_hash.eq(*token_hash))
        .filter(staff_links::used_at.is_null())
        .filter(staff_links::expires_at.gt(now))
        .select((
            staff::id,
            staff::name,
            staff::email,
            staff::role,
            staff::status,
        ))
        .first(tx.connection())
        .optional()?;
    let holder = |(id, name, email, role, status): Row| Holder {
        id: StaffId::from_uuid(id),
        name,
        email,
        role,
        status,
    };
    Ok(row.map(holder))
}

/// Uses the link up. Of any number of callers at once exactly one is answered with the person.
///
/// # Errors
/// The database's.
pub fn take(
    tx: &mut PlatformTx<'_>,
    purpose: Purpose,
    token_hash: &TokenHash,
) -> Result<Option<Holder>, StoreError> {
    let Some(holder) = look(tx, purpose, token_hash)? else {
        return Ok(None);
    };
    let now = tx.now();
    let taken = diesel::update(staff_links::table)
        .filter(staff_links::purpose.eq(purpose.key()))
        .filter(staff_links::token_hash.eq(*token_hash))
        .filter(staff_links::used_at.is_null())
        .set(staff_links::used_at.eq(now))
        .execute(tx.connection())?;
    Ok((taken == 1).then_some(holder))
}
