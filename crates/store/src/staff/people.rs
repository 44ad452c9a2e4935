//! The people who run the platform, as rows. Who may change whom, and that an owner always stays, is
//! decided above.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{EmailAddress, PersonName, StaffId, StaffRole, StaffStatus};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::staff;

/// Somebody of the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: StaffId,
    /// The address as shown.
    pub email: EmailAddress,
    /// The name as shown.
    pub name: String,
    /// What they may do.
    pub role: StaffRole,
    /// Where they stand.
    pub status: StaffStatus,
    /// Raised by every change.
    pub version: i32,
    /// When they signed in last.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// Since when they are here.
    pub created_at: DateTime<Utc>,
    /// How dates and numbers are written for them, if they chose.
    pub locale: Option<String>,
    /// Their time zone, if they chose one.
    pub timezone: Option<String>,
}

type Row = (
    Uuid,
    EmailAddress,
    String,
    StaffRole,
    StaffStatus,
    i32,
    Option<DateTime<Utc>>,
    DateTime<Utc>,
    Option<String>,
    Option<String>,
);

fn person(row: Row) -> Person {
    let (id, email, name, role, status, version, last_sign_in_at, created_at, locale, timezone) =
        row;
    Person {
        id: StaffId::from_uuid(id),
        email,
        name,
        role,
        status,
        version,
        last_sign_in_at,
        created_at,
        locale,
        timezone,
    }
}

macro_rules! people {
    () => {
        staff::table.select((
            staff::id,
            staff::email,
            staff::name,
            staff::role,
            staff::status,
            staff::version,
            staff::last_sign_in_at,
            staff::created_at,
            staff::locale,
            staff::timezone,
        ))
    };
}

/// Adds somebody who is invited; `None`, and nothing is written, when the address is taken.
///
/// # Errors
/// The database's.
pub fn add(
    tx: &mut PlatformTx<'_>,
    email: &EmailAddress,
    name: &PersonName,
    role: StaffRole,
) -> Result<Option<StaffId>, StoreError> {
    let (id, now) = (tx.fresh_uuid(), tx.now());
    let added = diesel::insert_into(staff::table)
        .values((
            staff::id.eq(id),
            staff::email.eq(email.as_str()),
            staff::email_folded.eq(email.folded()),
            staff::name.eq(name.as_str()),
            staff::role.eq(role),
            staff::status.eq(StaffStatus::Invited),
            staff::created_at.eq(now),
        ))
        .on_conflict(staff::email_folded)
        .do_nothing()
        .execute(tx.connection())?;
    Ok((added == 1).then(|| StaffId::from_uuid(id)))
}

/// Everybody, by name. They are few: a list without pages.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut PlatformTx<'_>) -> Result<Vec<Person>, StoreError> {
    let rows: Vec<Row> = people!()
        .order((staff::name, staff::id))
        .load(tx.connection())?;
    Ok(rows.into_iter().map(person).collect())
}

/// One of them.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn read(tx: &mut PlatformTx<'_>, id: StaffId) -> Result<Person, StoreError> {
    let row: Row = people!()
        .filter(staff::id.eq(id.uuid()))
        .first(tx.connection())?;
    Ok(person(row))
}

/// The one with this address, if there is one.
///
/// # Errors
/// The database's.
pub fn by_email(
    tx: &mut PlatformTx<'_>,
    email: &EmailAddress,
) -> Result<Option<Person>, StoreError> {
    let row: Option<Row> = people!()
        .filter(staff::email_folded.eq(email.folded()))
        .first(tx.connection())
        .optional()?;
    Ok(row.map(person))
}

/// One of them, held until the transaction ends, together with all active owners: of two owners who take
/// each other's place away at once, one waits and then sees. In the order of their ids, so that nobody
/// waits in a circle.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn lock_with_owners(tx: &mut PlatformTx<'_>, id: StaffId) -> Result<Locked, StoreError> {
    let rows: Vec<Row> = people!()
        .filter(
            staff::id.eq(id.uuid()).or(staff::role
                .eq(StaffRole::Owner)
                .and(staff::status.eq(StaffStatus::Active))),
        )
        .order(staff::id)
        .for_update()
        .load(tx.connection())?;
    let mut owners = 0;
    let mut found = None;
    for person in rows.into_iter().map(person) {
        if person.role == StaffRole::Owner && person.status == StaffStatus::Active {
            owners += 1;
        }
        if person.id == id {
            found = Some(person);
        }
    }
    Ok(Locked {
        person: found.ok_or(StoreError::NotFound)?,
        owners,
    })
}

/// Somebody whose row is held, and how many active owners there are.
#[derive(Debug, Clone)]
pub struct Locked {
    /// Who.
    pub person: Person,
    /// How many active owners there are, with them where they are one.
    pub owners: usize,
}

/// Whether there is an active owner.
///
/// # Errors
/// The database's.
pub fn has_owner(tx: &mut PlatformTx<'_>) -> Result<bool, StoreError> {
    let owners = staff::table
        .filter(staff::role.eq(StaffRole::Owner))
        .filter(staff::status.eq(StaffStatus::Active));
    Ok(diesel::select(diesel::dsl::exists(owners)).get_result(tx.connection())?)
}

/// Gives another role.
///
/// # Errors
/// The database's.
pub fn set_role(tx: &mut PlatformTx<'_>, id: StaffId, role: StaffRole) -> Result<(), StoreError> {
    diesel::update(staff::table.filter(staff::id.eq(id.uuid())))
        .set((staff::role.eq(role), staff::version.eq(staff::version + 1)))
        .execute(tx.connection())?;
    Ok(())
}

/// Puts somebody into another state.
///
/// # Errors
/// The database's.
pub fn set_status(
    tx: &mut PlatformTx<'_>,
    id: StaffId,
    status: StaffStatus,
) -> Result<(), StoreError> {
    diesel::update(staff::table.filter(staff::id.eq(id.uuid())))
        .set((
            staff::status.eq(status),
            staff::version.eq(staff::version + 1),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// How somebody is shown and spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name as shown.
    pub name: PersonName,
    /// How dates and numbers are written for them, if they chose.
    pub locale: Option<String>,
    /// Their time zone, if they chose one.
    pub timezone: Option<String>,
}

/// Changes how somebody is shown and spoken to, if the row still has this version.
///
/// # Errors
/// The database's.
pub fn set_profile(
    tx: &mut PlatformTx<'_>,
    id: StaffId,
    version: i32,
    profile: &Profile,
) -> Result<bool, StoreError> {
    let changed = diesel::update(staff::table)
        .filter(staff::id.eq(id.uuid()))
        .filter(staff::version.eq(version))
        .set((
            staff::name.eq(profile.name.as_str()),
            staff::locale.eq(profile.locale.as_deref()),
            staff::timezone.eq(profile.timezone.as_deref()),
            staff::version.eq(staff::version + 1),
        ))
        .execute(tx.connection())?;
    Ok(changed == 1)
}

/// Gives the name that somebody chose when they joined.
///
/// # Errors
/// The database's.
pub fn joined(tx: &mut PlatformTx<'_>, id: StaffId, name: &PersonName) -> Result<(), StoreError> {
    diesel::update(staff::table.filter(staff::id.eq(id.uuid())))
        .set((
            staff::name.eq(name.as_str()),
            staff::status.eq(StaffStatus::Active),
            staff::version.eq(staff::version + 1),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Somebody signed in just now.
///
/// # Errors
/// The database's.
pub fn signed_in(tx: &mut PlatformTx<'_>, id: StaffId) -> Result<(), StoreError> {
    let now = tx.now();
    diesel::update(staff::table.filter(staff::id.eq(id.uuid())))
        .set(staff::last_sign_in_at.eq(now))
        .execute(tx.connection())?;
    Ok(())
}

/// Removes somebody with their password, sessions, links and devices. Their name stays in the log.
///
/// # Errors
/// The database's.
pub fn remove(tx: &mut PlatformTx<'_>, id: StaffId) -> Result<(), StoreError> {
    diesel::delete(staff::table.filter(staff::id.eq(id.uuid()))).execute(tx.connection())?;
    Ok(())
}
