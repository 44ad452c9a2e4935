//! Keys of a tenant: making, listing, replacing and revoking them. Keys come here hashed; reading one in the
//! guard is in the file beside this.

mod live;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{ApiKey, KeyId, TokenHash};
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::{api_keys, users};

pub(crate) use live::{USED_EVERY, live};

/// A key to be written down.
#[derive(Debug, Clone)]
pub struct NewKey<'a> {
    /// Made by the caller.
    pub id: KeyId,
    /// What it is called.
    pub name: &'a str,
    /// The key itself, of which the hash and the beginning are kept.
    pub key: &'a ApiKey,
    /// The keys of what it may do.
    pub permissions: Vec<String>,
    /// Whose rights it never exceeds: a person of the tenant, or of the staff for a key of the platform.
    pub made_by: Option<Uuid>,
    /// Their name.
    pub made_by_name: &'a str,
    /// Until when it opens.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the columns of the table, which are commented there"
)]
pub struct KeyRow {
    pub id: KeyId,
    pub name: String,
    pub prefix: String,
    pub permissions: Vec<String>,
    pub made_by: Option<Uuid>,
    pub made_by_name: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub exposed_at: Option<DateTime<Utc>>,
    pub replaced_by: Option<KeyId>,
    /// Whether whoever made it is active: else it opens nothing until somebody rotates it.
    pub maker_active: bool,
}

pub(crate) type Row = (
    (
        Uuid,
        String,
        String,
        Vec<Option<String>>,
        Option<Uuid>,
        String,
        DateTime<Utc>,
    ),
    (
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
        Option<Uuid>,
    ),
    Option<String>,
);

pub(crate) fn key_row(
    (
        (id, name, prefix, permissions, made_by, made_by_name, created_at),
        (expires_at, last_used_at, revoked_at, exposed_at, replaced_by),
        status,
    ): Row,
) -> KeyRow {
    KeyRow {
        id: KeyId::from_uuid(id),
        name,
        prefix,
        permissions: permissions.into_iter().flatten().collect(),
        made_by,
        made_by_name,
        created_at,
        expires_at,
        last_used_at,
        revoked_at,
        exposed_at,
        replaced_by: replaced_by.map(KeyId::from_uuid),
        maker_active: made_by.is_none() || status.as_deref() == Some("active"),
    }
}

macro_rules! columns {
    ($table:ident, $makers:ident) => {
        (
            (
                $table::id,
                $table::name,
                $table::prefix,
                $table::permissions,
                $table::created_by,
                $table::created_by_name,
                $table::created_at,
            ),
            (
                $table::expires_at,
                $table::last_used_at,
                $table::revoked_at,
                $table::exposed_at,
                $table::replaced_by,
            ),
            $makers::status.nullable(),
        )
    };
}
pub(crate) use columns;

/// Writes a key down.
///
/// # Errors
/// The database's.
pub fn add<P>(tx: &mut TenantTx<'_, P>, new: &NewKey<'_>) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::tenant_id.eq(tenant),
            api_keys::id.eq(new.id.uuid()),
            api_keys::name.eq(new.name),
            api_keys::prefix.eq(new.key.prefix()),
            api_keys::token_hash.eq(new.key.hash()),
            api_keys::permissions.eq(&new.permissions),
            api_keys::created_by.eq(new.made_by),
            api_keys::created_by_name.eq(new.made_by_name),
            api_keys::created_at.eq(now),
            api_keys::expires_at.eq(new.expires_at),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// All keys that were not revoked, and those that were lately; the newest first.
///
/// # Errors
/// The database's.
pub fn list<P>(
    tx: &mut TenantTx<'_, P>,
    revoked_since: DateTime<Utc>,
) -> Result<Vec<KeyRow>, StoreError> {
    let rows: Vec<Row> = api_keys::table
        .left_join(
            users::table.on(users::tenant_id
                .eq(api_keys::tenant_id)
                .and(users::id.nullable().eq(api_keys::created_by))),
        )
        .filter(api_keys::tenant_id.eq(tx.tenant().uuid()))
        .filter(
            api_keys::revoked_at
                .is_null()
                .or(api_keys::revoked_at.gt(revoked_since)),
        )
        .order((api_keys::created_at.desc(), api_keys::id.desc()))
        .limit(1_000)
        .select(columns!(api_keys, users))
        .load(tx.connection())?;
    Ok(rows.into_iter().map(key_row).collect())
}

/// The names of these keys, also of those that were ended.
///
/// # Errors
/// The database's.
pub fn names<P>(
    tx: &mut TenantTx<'_, P>,
    ids: &[KeyId],
) -> Result<Vec<(KeyId, String)>, StoreError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows: Vec<(Uuid, String)> = api_keys::table
        .filter(api_keys::tenant_id.eq(tx.tenant().uuid()))
        .filter(api_keys::id.eq_any(ids))
        .select((api_keys::id, api_keys::name))
        .load(tx.connection())?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(id, name)| (KeyId::from_uuid(id), name))
        .collect())
}

/// How many keys open something now.
///
/// # Errors
/// The database's.
pub fn count<P>(tx: &mut TenantTx<'_, P>) -> Result<i64, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    Ok(api_keys::table
        .filter(api_keys::tenant_id.eq(tenant))
        .filter(api_keys::revoked_at.is_null())
        .filter(
            api_keys::expires_at
                .is_null()
                .or(api_keys::expires_at.gt(now)),
        )
        .count()
        .get_result(tx.connection())?)
}

/// One key, held until the transaction ends.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn lock<P>(tx: &mut TenantTx<'_, P>, id: KeyId) -> Result<KeyRow, StoreError> {
    let tenant = tx.tenant().uuid();
    api_keys::table
        .filter(api_keys::tenant_id.eq(tenant))
        .filter(api_keys::id.eq(id.uuid()))
        .select(api_keys::id)
        .for_update()
        .first::<Uuid>(tx.connection())?;
    let row: Row = api_keys::table
        .left_join(
            users::table.on(users::tenant_id
                .eq(api_keys::tenant_id)
                .and(users::id.nullable().eq(api_keys::created_by))),
        )
        .filter(api_keys::tenant_id.eq(tenant))
        .filter(api_keys::id.eq(id.uuid()))
        .select(columns!(api_keys, users))
        .first(tx.connection())?;
    Ok(key_row(row))
}

/// Says by which key this one is replaced, and until when it still opens.
///
/// # Errors
/// The database's.
pub fn replace<P>(
    tx: &mut TenantTx<'_, P>,
    id: KeyId,
    by: KeyId,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant().uuid();
    diesel::update(api_keys::table)
        .filter(api_keys::tenant_id.eq(tenant))
        .filter(api_keys::id.eq(id.uuid()))
        .set((
            api_keys::replaced_by.eq(by.uuid()),
            api_keys::expires_at.eq(until),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Ends a key: the next transaction finds it no more.
///
/// # Errors
/// The database's.
pub fn revoke<P>(tx: &mut TenantTx<'_, P>, id: KeyId) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    diesel::update(api_keys::table)
        .filter(api_keys::tenant_id.eq(tenant))
        .filter(api_keys::id.eq(id.uuid()))
        .set(api_keys::revoked_at.eq(now))
        .execute(tx.connection())?;
    Ok(())
}

/// Notes that a key was shown where logs keep it; `None` when that is known, or no such key is.
///
/// # Errors
/// The database's.
pub fn expose<P>(
    tx: &mut TenantTx<'_, P>,
    token_hash: &TokenHash,
) -> Result<Option<(KeyId, String)>, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let row: Option<(Uuid, String)> = diesel::update(api_keys::table)
        .filter(api_keys::tenant_id.eq(tenant))
        .filter(api_keys::token_hash.eq(token_hash))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::exposed_at.is_null())
        .set(api_keys::exposed_at.eq(now))
        .returning((api_keys::id, api_keys::name))
        .get_result(tx.connection())
        .optional()?;
    Ok(row.map(|(id, name)| (KeyId::from_uuid(id), name)))
}
