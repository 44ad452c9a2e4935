//! Keys of the platform: reading one in the guard of staff, making, listing, replacing and revoking them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{KeyId, StaffPermissions, StaffRole, TokenHash};
use uuid::Uuid;

use crate::StoreError;
use crate::keys::{KeyRow, NewKey, Row, USED_EVERY, columns, key_row};
use crate::platform::PlatformTx;
use crate::schema::catalogue::{platform_keys, staff};
use crate::staff::PlatformKey;

/// The key of this hash that opens now, with what it may do now: never more than whoever made it. The key of
/// somebody who is not active opens nothing.
pub(crate) fn live(
    connection: &mut PgConnection,
    token_hash: &TokenHash,
    now: DateTime<Utc>,
) -> Result<Option<PlatformKey>, StoreError> {
    type LiveRow = (
        (
            Uuid,
            String,
            Vec<Option<String>>,
            Option<Uuid>,
            Option<DateTime<Utc>>,
        ),
        Option<(String, StaffRole)>,
    );
    let row: Option<LiveRow> = platform_keys::table
        .left_join(staff::table.on(staff::id.nullable().eq(platform_keys::created_by)))
        .filter(platform_keys::token_hash.eq(token_hash))
        .filter(platform_keys::revoked_at.is_null())
        .filter(
            platform_keys::expires_at
                .is_null()
                .or(platform_keys::expires_at.gt(now)),
        )
        .select((
            (
                platform_keys::id,
                platform_keys::name,
                platform_keys::permissions,
                platform_keys::created_by,
                platform_keys::last_used_at,
            ),
            (staff::status, staff::role).nullable(),
        ))
        .first(connection)
        .optional()?;
    let Some(((id, name, keys, made_by, used), maker)) = row else {
        return Ok(None);
    };
    let own = StaffPermissions::from_keys(keys.iter().flatten().map(String::as_str));
    let permissions = match (made_by, maker) {
        (None, _) => own,
        (Some(_), Some((status, role))) if status == "active" => own.within(&role.permissions()),
        _ => return Ok(None),
    };
    if used.is_none_or(|used| now - used >= USED_EVERY) {
        used_again(connection, id, now)?;
    }
    Ok(Some(PlatformKey {
        id: KeyId::from_uuid(id),
        name,
        permissions,
        made_by: made_by.map(domain::StaffId::from_uuid),
    }))
}

/// Whoever comes second while the first is writing goes on without: one of them is enough.
fn used_again(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let free: Option<Uuid> = platform_keys::table
        .filter(platform_keys::id.eq(id))
        .select(platform_keys::id)
        .for_update()
        .skip_locked()
        .first(connection)
        .optional()?;
    if free.is_some() {
        diesel::update(platform_keys::table.filter(platform_keys::id.eq(id)))
            .set(platform_keys::last_used_at.eq(now))
            .execute(connection)?;
    }
    Ok(())
}

/// Writes a key down.
///
/// # Errors
/// The database's.
pub fn add(tx: &mut PlatformTx<'_>, new: &NewKey<'_>) -> Result<(), StoreError> {
    let now = tx.now();
    diesel::insert_into(platform_keys::table)
        .values((
            platform_keys::id.eq(new.id.uuid()),
            platform_keys::name.eq(new.name),
            platform_keys::prefix.eq(new.key.prefix()),
            platform_keys::token_hash.eq(new.key.hash()),
            platform_keys::permissions.eq(&new.permissions),
            platform_keys::created_by.eq(new.made_by),
            platform_keys::created_by_name.eq(new.made_by_name),
            platform_keys::created_at.eq(now),
            platform_keys::expires_at.eq(new.expires_at),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// All keys that were not revoked, and those that were lately; the newest first.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut PlatformTx<'_>,
    revoked_since: DateTime<Utc>,
) -> Result<Vec<KeyRow>, StoreError> {
    let rows: Vec<Row> = platform_keys::table
        .left_join(staff::table.on(staff::id.nullable().eq(platform_keys::created_by)))
        .filter(
            platform_keys::revoked_at
                .is_null()
                .or(platform_keys::revoked_at.gt(revoked_since)),
        )
        .order((platform_keys::created_at.desc(), platform_keys::id.desc()))
        .limit(1_000)
        .select(columns!(platform_keys, staff))
        .load(tx.connection())?;
    Ok(rows.into_iter().map(key_row).collect())
}

/// One key, held until the transaction ends.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn lock(tx: &mut PlatformTx<'_>, id: KeyId) -> Result<KeyRow, StoreError> {
    platform_keys::table
        .filter(platform_keys::id.eq(id.uuid()))
        .select(platform_keys::id)
        .for_update()
        .first::<Uuid>(tx.connection())?;
    let row: Row = platform_keys::table
        .left_join(staff::table.on(staff::id.nullable().eq(platform_keys::created_by)))
        .filter(platform_keys::id.eq(id.uuid()))
        .select(columns!(platform_keys, staff))
        .first(tx.connection())?;
    Ok(key_row(row))
}

/// Says by which key this one is replaced, and until when it still opens.
///
/// # Errors
/// The database's.
pub fn replace(
    tx: &mut PlatformTx<'_>,
    id: KeyId,
    by: KeyId,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(platform_keys::table.filter(platform_keys::id.eq(id.uuid())))
        .set((
            platform_keys::replaced_by.eq(by.uuid()),
            platform_keys::expires_at.eq(until),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Ends a key: the next transaction finds it no more.
///
/// # Errors
/// The database's.
pub fn revoke(tx: &mut PlatformTx<'_>, id: KeyId) -> Result<(), StoreError> {
    let now = tx.now();
    diesel::update(platform_keys::table.filter(platform_keys::id.eq(id.uuid())))
        .set(platform_keys::revoked_at.eq(now))
        .execute(tx.connection())?;
    Ok(())
}

/// Notes that a key was shown where logs keep it; `None` when that is known, or no such key is.
///
/// # Errors
/// The database's.
pub fn expose(
    tx: &mut PlatformTx<'_>,
    token_hash: &TokenHash,
) -> Result<Option<(KeyId, String)>, StoreError> {
    let now = tx.now();
    let row: Option<(Uuid, String)> = diesel::update(platform_keys::table)
        .filter(platform_keys::token_hash.eq(token_hash))
        .filter(platform_keys::revoked_at.is_null())
        .filter(platform_keys::exposed_at.is_null())
        .set(platform_keys::exposed_at.eq(now))
        .returning((platform_keys::id, platform_keys::name))
        .get_result(tx.connection())
        .optional()?;
    Ok(row.map(|(id, name)| (KeyId::from_uuid(id), name)))
}
