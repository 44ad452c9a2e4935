//! Password hashes of staff, and the person as signing in must know them. Comparing and hashing is
//! elsewhere.

use diesel::prelude::*;
use domain::{EmailAddress, PhcString, StaffId, StaffStatus, TokenHash};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{staff, staff_credentials, staff_devices};

/// Whoever an address belongs to, with what is needed to judge a password for it.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Who.
    pub id: StaffId,
    /// The name as shown.
    pub name: String,
    /// The address as shown.
    pub email: EmailAddress,
    /// Only the active may sign in.
    pub status: StaffStatus,
    /// The stored hash; nobody who was only invited has one.
    pub hash: Option<PhcString>,
    /// Whether this person signed in with the request's browser before.
    pub knows_device: bool,
}

type Row = (
    Uuid,
    String,
    EmailAddress,
    StaffStatus,
    Option<PhcString>,
    Option<Uuid>,
);

fn holder((id, name, email, status, hash, device): Row) -> Holder {
    Holder {
        id: StaffId::from_uuid(id),
        name,
        email,
        status,
        hash,
        knows_device: device.is_some(),
    }
}

macro_rules! holders {
    ($device:expr) => {
        staff::table
            .left_join(staff_credentials::table)
            .left_join(
                staff_devices::table.on(staff_devices::staff_id
                    .eq(staff::id)
                    .and(staff_devices::token_hash.eq($device))),
            )
            .select((
                staff::id,
                staff::name,
                staff::email,
                staff::status,
                staff_credentials::password_hash.nullable(),
                staff_devices::staff_id.nullable(),
            ))
    };
}

/// The person with this folded address. One query, the same whether there is one or not.
///
/// # Errors
/// The database's.
pub fn by_email(
    tx: &mut PlatformTx<'_>,
    email_folded: &str,
    device: Option<&TokenHash>,
) -> Result<Option<Holder>, StoreError> {
    let device = device.map_or(&[][..], |hash| hash.as_bytes().as_slice());
    let row: Option<Row> = holders!(device)
        .filter(staff::email_folded.eq(email_folded))
        .first(tx.connection())
        .optional()?;
    Ok(row.map(holder))
}

/// This person, locked until the transaction ends, so that what is decided about them holds.
///
/// # Errors
/// The database's.
pub fn locked(tx: &mut PlatformTx<'_>, id: StaffId) -> Result<Option<Holder>, StoreError> {
    let held = staff::table
        .filter(staff::id.eq(id.uuid()))
        .select(staff::id)
        .for_update()
        .first::<Uuid>(tx.connection())
        .optional()?;
    if held.is_none() {
        return Ok(None);
    }
    let row: Option<Row> = holders!(&[][..])
        .filter(staff::id.eq(id.uuid()))
        .first(tx.connection())
        .optional()?;
    Ok(row.map(holder))
}

/// Stores a person's password hash in place of any other.
///
/// # Errors
/// The database's.
pub fn set(tx: &mut PlatformTx<'_>, id: StaffId, hash: &PhcString) -> Result<(), StoreError> {
    let now = tx.now();
    diesel::insert_into(staff_credentials::table)
        .values((
            staff_credentials::staff_id.eq(id.uuid()),
            staff_credentials::password_hash.eq(hash),
            staff_credentials::changed_at.eq(now),
        ))
        .on_conflict(staff_credentials::staff_id)
        .do_update()
        .set((
            staff_credentials::password_hash.eq(hash),
            staff_credentials::changed_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Stores the same password hashed anew, unless it was changed in the meantime.
///
/// # Errors
/// The database's.
pub fn replace(
    tx: &mut PlatformTx<'_>,
    id: StaffId,
    old: &PhcString,
    new: &PhcString,
) -> Result<(), StoreError> {
    diesel::update(staff_credentials::table)
        .filter(staff_credentials::staff_id.eq(id.uuid()))
        .filter(staff_credentials::password_hash.eq(old))
        .set(staff_credentials::password_hash.eq(new))
        .execute(tx.connection())?;
    Ok(())
}
