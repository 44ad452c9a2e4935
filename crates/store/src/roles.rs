//! Custom roles: their rows and how many hold them. The built-in ones are code; who may give which is
//! decided above.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::{Permissions, Role, RoleId, text};
use uuid::Uuid;

use crate::raw::StillThere;
use crate::schema::tenant::{roles, users};
use crate::users::role_of;
use crate::{StoreError, TenantTx};

/// A custom role.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the columns of the table, which are commented there"
)]
pub struct CustomRole {
    pub id: RoleId,
    pub name: String,
    pub description: String,
    pub permissions: Permissions,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

/// What a form says about a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleText {
    /// Its name, unique but for case and accents.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it allows.
    pub permissions: Permissions,
}

type Row = (
    Uuid,
    String,
    String,
    Vec<Option<String>>,
    i32,
    DateTime<Utc>,
);

fn role((id, name, description, keys, version, updated_at): Row) -> CustomRole {
    CustomRole {
        id: RoleId::from_uuid(id),
        name,
        description,
        permissions: Permissions::from_keys(keys.iter().flatten().map(String::as_str)),
        version,
        updated_at,
    }
}

/// All custom roles by name. There are at most as many as the verbs allow: a page's worth.
///
/// # Errors
/// The database's.
pub fn all<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<CustomRole>, StoreError> {
    let rows: Vec<Row> = roles::table
        .filter(roles::tenant_id.eq(tx.tenant().uuid()))
        .order((roles::name_folded, roles::id))
        .select((
            roles::id,
            roles::name,
            roles::description,
            roles::permissions,
            roles::version,
            roles::updated_at,
        ))
        .load(tx.connection())?;
    Ok(rows.into_iter().map(role).collect())
}

/// One custom role, held until the transaction ends against being removed or changed meanwhile.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn lock<P>(tx: &mut TenantTx<'_, P>, id: RoleId) -> Result<CustomRole, StoreError> {
    let row: Row = roles::table
        .filter(roles::tenant_id.eq(tx.tenant().uuid()))
        .filter(roles::id.eq(id.uuid()))
        .select((
            roles::id,
            roles::name,
            roles::description,
            roles::permissions,
            roles::version,
            roles::updated_at,
        ))
        .for_update()
        .first(tx.connection())?;
    Ok(role(row))
}

/// How many people who are not removed hold each role that anybody holds.
///
/// # Errors
/// The database's.
pub fn holders<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<(Role, i64)>, StoreError> {
    let rows: Vec<(String, Option<Uuid>, i64)> = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(StillThere)
        .group_by((users::role, users::role_id))
        .select((users::role, users::role_id, count_star()))
        .load(tx.connection())?;
    Ok(rows
        .into_iter()
        .map(|(word, id, count)| (role_of(&word, id), count))
        .collect())
}

/// Writes a role down; `None` when its name is taken.
///
/// # Errors
/// The database's.
pub fn add<P>(tx: &mut TenantTx<'_, P>, text: &RoleText) -> Result<Option<RoleId>, StoreError> {
    let (id, now) = (tx.fresh_uuid(), tx.now());
    let added = diesel::insert_into(roles::table)
        .values((
            roles::tenant_id.eq(tx.tenant().uuid()),
            roles::id.eq(id),
            roles::name.eq(&text.name),
            roles::name_folded.eq(text::fold(&text.name)),
            roles::description.eq(&text.description),
            roles::permissions.eq(text.permissions.keys()),
            roles::created_at.eq(now),
            roles::updated_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx.connection())?;
    Ok((added == 1).then(|| RoleId::from_uuid(id)))
}

/// Changes a role that the caller holds; the caller has asked whether the name is free.
///
/// # Errors
/// The database's.
pub fn change<P>(tx: &mut TenantTx<'_, P>, id: RoleId, text: &RoleText) -> Result<(), StoreError> {
    let now = tx.now();
    diesel::update(roles::table)
        .filter(roles::tenant_id.eq(tx.tenant().uuid()))
        .filter(roles::id.eq(id.uuid()))
        .set((
            roles::name.eq(&text.name),
            roles::name_folded.eq(text::fold(&text.name)),
            roles::description.eq(&text.description),
            roles::permissions.eq(text.permissions.keys()),
            roles::version.eq(roles::version + 1),
            roles::updated_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Removes a role that nobody holds; the caller has asked.
///
/// # Errors
/// The database's.
pub fn remove<P>(tx: &mut TenantTx<'_, P>, id: RoleId) -> Result<(), StoreError> {
    diesel::delete(roles::table)
        .filter(roles::tenant_id.eq(tx.tenant().uuid()))
        .filter(roles::id.eq(id.uuid()))
        .execute(tx.connection())?;
    Ok(())
}
