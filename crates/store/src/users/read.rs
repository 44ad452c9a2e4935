//! Reading single people, with and without a lock.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{EmailAddress, PersonName, RoleId, UserId, UserStatus};
use uuid::Uuid;

use super::{Row, User, uuids};
use crate::raw::{self, StillThere};
use crate::schema::tenant::users;
use crate::{StoreError, TenantTx};

/// Somebody who has an address already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub id: UserId,
    /// The folded address.
    pub email_folded: String,
    /// Their name.
    pub name: PersonName,
    /// Where they stand.
    pub status: UserStatus,
}

/// A person, removed ones too.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn read<P>(tx: &mut TenantTx<'_, P>, id: UserId) -> Result<User, StoreError> {
    let row: Row = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(users::id.eq(id.uuid()))
        .select(Row::as_select())
        .first(tx.connection())?;
    Ok(row.into())
}

/// These people, as far as they are there, in the order of their identifiers.
///
/// # Errors
/// The database's.
pub fn read_many<P>(tx: &mut TenantTx<'_, P>, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    let rows: Vec<Row> = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(users::id.eq_any(uuids(ids)))
        .order(users::id)
        .select(Row::as_select())
        .load(tx.connection())?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// The same, held until the transaction ends: in one order, so that two that want some of the same
/// people wait for each other and do not lock each other out.
///
/// # Errors
/// The database's.
pub fn lock<P>(tx: &mut TenantTx<'_, P>, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    let rows: Vec<Row> = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(users::id.eq_any(uuids(ids)))
        .order(users::id)
        .select(Row::as_select())
        .for_update()
        .load(tx.connection())?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// The active owners, held until the transaction ends: whoever waited here sees who is left.
///
/// # Errors
/// The database's.
pub fn lock_owners<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<Uuid> = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(StillThere)
        .filter(users::role.eq("owner"))
        .filter(users::status.eq(UserStatus::Active))
        .order(users::id)
        .select(users::id)
        .for_update()
        .load(tx.connection())?;
    Ok(ids.into_iter().map(UserId::from_uuid).collect())
}

/// Those of these addresses that somebody has who is not removed.
///
/// # Errors
/// The database's.
pub fn by_addresses<P>(
    tx: &mut TenantTx<'_, P>,
    addresses: &[&EmailAddress],
) -> Result<Vec<Known>, StoreError> {
    let folded: Vec<String> = addresses.iter().map(|address| address.folded()).collect();
    let rows: Vec<(Uuid, String, PersonName, UserStatus)> = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(StillThere)
        .filter(users::email_folded.eq_any(folded))
        .select((users::id, users::email_folded, users::name, users::status))
        .load(tx.connection())?;
    let known = |(id, email_folded, name, status)| Known {
        id: UserId::from_uuid(id),
        email_folded,
        name,
        status,
    };
    Ok(rows.into_iter().map(known).collect())
}

/// The names of these people.
///
/// # Errors
/// The database's.
pub fn names<P>(
    tx: &mut TenantTx<'_, P>,
    ids: &[UserId],
) -> Result<Vec<(UserId, PersonName)>, StoreError> {
    let rows: Vec<(Uuid, PersonName)> = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(users::id.eq_any(uuids(ids)))
        .select((users::id, users::name))
        .load(tx.connection())?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| (UserId::from_uuid(id), name))
        .collect())
}

/// Those who hold a custom role, by name; removed people too, for an undone removal gives it back.
///
/// # Errors
/// The database's.
pub fn holders_of<P>(
    tx: &mut TenantTx<'_, P>,
    role: RoleId,
    limit: i64,
) -> Result<Vec<(UserId, PersonName, UserStatus)>, StoreError> {
    let rows: Vec<(Uuid, PersonName, UserStatus)> = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(users::role_id.eq(role.uuid()))
        .order((users::name_folded, users::id))
        .limit(limit)
        .select((users::id, users::name, users::status))
        .load(tx.connection())?;
    Ok(rows
        .into_iter()
        .map(|(id, name, status)| (UserId::from_uuid(id), name, status))
        .collect())
}

/// Those who were removed at exactly this moment: one deed.
///
/// # Errors
/// The database's.
pub fn removed_at<P>(
    tx: &mut TenantTx<'_, P>,
    at: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<Uuid> = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(users::status.eq(UserStatus::Removed))
        .filter(users::removed_at.eq(at))
        .order(users::id)
        .limit(limit)
        .select(users::id)
        .load(tx.connection())?;
    Ok(ids.into_iter().map(UserId::from_uuid).collect())
}

#[derive(QueryableByName)]
struct FieldName {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// The names of the free fields that anybody has, for the columns of an export.
///
/// # Errors
/// The database's.
pub fn field_names<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<String>, StoreError> {
    let rows: Vec<FieldName> = raw::query(
        "select distinct field.name
           from users cross join lateral jsonb_object_keys(users.fields) field (name)
          where users.tenant_id = $1 and users.status <> 'removed' and users.fields <> '{}'
          order by field.name limit 100",
    )
    .bind::<diesel::sql_types::Uuid, _>(tx.tenant().uuid())
    .load(tx.connection())?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}
