//! Password hashes, and the person as signing in must know them. Comparing and hashing is elsewhere.

use diesel::prelude::*;
use domain::phc::PhcString;
use domain::{EmailAddress, TokenHash, UserId, UserStatus};
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::raw::StillThere;
use crate::schema::tenant::{credentials, known_devices, users};

/// Whoever an address belongs to, with what is needed to judge a password for it.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Who.
    pub id: UserId,
    /// The name as shown.
    pub name: String,
    /// The address as shown.
    pub email: EmailAddress,
    /// Only the active may sign in.
    pub status: UserStatus,
    /// The stored hash; nobody who was only invited has one.
    pub hash: Option<PhcString>,
    /// Whether this person signed in with the request's browser before.
    pub knows_device: bool,
}

type Row = (
    Uuid,
    String,
    EmailAddress,
    UserStatus,
    Option<PhcString>,
    Option<Uuid>,
);

fn holder((id, name, email, status, hash, device): Row) -> Holder {
    Holder {
        id: UserId::from_uuid(id),
        name,
        email,
        status,
        hash,
        knows_device: device.is_some(),
    }
}

macro_rules! holders {
    ($tenant:expr, $device:expr) => {
        users::table
            .left_join(
                credentials::table.on(credentials::tenant_id
                    .eq(users::tenant_id)
                    .and(credentials::user_id.eq(users::id))),
            )
            .left_join(
                known_devices::table.on(known_devices::tenant_id
                    .eq(users::tenant_id)
                    .and(known_devices::user_id.eq(users::id))
                    .and(known_devices::token_hash.eq($device))),
            )
            .filter(users::tenant_id.eq($tenant))
            .filter(StillThere)
            .select((
                users::id,
                users::name,
                users::email,
                users::status,
                credentials::password_hash.nullable(),
                known_devices::user_id.nullable(),
            ))
    };
}

/// The person with this folded address. One query, the same whether there is one or not.
///
/// # Errors
/// The database's.
pub fn by_email<P>(
    tx: &mut TenantTx<'_, P>,
    email_folded: &str,
    device: Option<&TokenHash>,
) -> Result<Option<Holder>, StoreError> {
    let tenant = tx.tenant().uuid();
    let device = device.map_or(&[][..], |hash| hash.as_bytes().as_slice());
    let row: Option<Row> = holders!(tenant, device)
        .filter(users::email_folded.eq(email_folded))
        .first(tx.connection())
        .optional()?;
    Ok(row.map(holder))
}

/// This person, if they were not removed; locked until the transaction ends, so that what is decided
/// about them holds.
///
/// # Errors
/// The database's.
pub fn locked<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    device: Option<&TokenHash>,
) -> Result<Option<Holder>, StoreError> {
    let tenant = tx.tenant().uuid();
    let lock = users::table
        .filter(users::tenant_id.eq(tenant))
        .filter(users::id.eq(user.uuid()))
        .select(users::id)
        .for_update()
        .first::<Uuid>(tx.connection())
        .optional()?;
    if lock.is_none() {
        return Ok(None);
    }
    let device = device.map_or(&[][..], |hash| hash.as_bytes().as_slice());
    let row: Option<Row> = holders!(tenant, device)
        .filter(users::id.eq(user.uuid()))
        .first(tx.connection())
        .optional()?;
    Ok(row.map(holder))
}

/// The state and the password hash of a person who has one, both locked until the transaction ends. A
/// change that is being made is waited for and then seen.
///
/// # Errors
/// The database's.
pub fn held<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
) -> Result<Option<(UserStatus, PhcString)>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(users::table
        .inner_join(
            credentials::table.on(credentials::tenant_id
                .eq(users::tenant_id)
                .and(credentials::user_id.eq(users::id))),
        )
        .filter(users::tenant_id.eq(tenant))
        .filter(users::id.eq(user.uuid()))
        .filter(credentials::tenant_id.eq(tenant))
        .select((users::status, credentials::password_hash))
        .for_update()
        .first(tx.connection())
        .optional()?)
}

/// Stores a person's password hash in place of any other.
///
/// # Errors
/// The database's.
pub fn set<P>(tx: &mut TenantTx<'_, P>, user: UserId, hash: &PhcString) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    diesel::insert_into(credentials::table)
        .values((
            credentials::tenant_id.eq(tenant),
            credentials::user_id.eq(user.uuid()),
            credentials::password_hash.eq(hash),
            credentials::changed_at.eq(now),
        ))
        .on_conflict((credentials::tenant_id, credentials::user_id))
        .do_update()
        .set((
            credentials::password_hash.eq(hash),
            credentials::changed_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Stores the same password hashed anew, unless it was changed in the meantime.
///
/// # Errors
/// The database's.
pub fn replace<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    old: &PhcString,
    new: &PhcString,
) -> Result<(), StoreError> {
    let tenant = tx.tenant().uuid();
    diesel::update(credentials::table)
        .filter(credentials::tenant_id.eq(tenant))
        .filter(credentials::user_id.eq(user.uuid()))
        .filter(credentials::password_hash.eq(old))
        .set(credentials::password_hash.eq(new))
        .execute(tx.connection())?;
    Ok(())
}
