//! Uploaded lists of people between their dry run and their confirmation. What is in them is read
//! above.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::UserId;
use uuid::Uuid;

use crate::schema::tenant::imports;
use crate::{StoreError, TenantTx};

/// How long an upload waits.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// Keeps an upload; those that waited too long go.
///
/// # Errors
/// The database's.
pub fn put<P>(
    tx: &mut TenantTx<'_, P>,
    by: UserId,
    file_name: &str,
    content: &str,
) -> Result<Uuid, StoreError> {
    let (id, now) = (tx.fresh_uuid(), tx.now());
    diesel::delete(imports::table)
        .filter(imports::tenant_id.eq(tx.tenant().uuid()))
        .filter(imports::created_at.lt(now - KEPT))
        .execute(tx.connection())?;
    diesel::insert_into(imports::table)
        .values((
            imports::tenant_id.eq(tx.tenant().uuid()),
            imports::id.eq(id),
            imports::created_by.eq(by.uuid()),
            imports::file_name.eq(file_name),
            imports::content.eq(content),
            imports::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(id)
}

/// The upload's name and text. Only its own uploader finds it.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn read<P>(
    tx: &mut TenantTx<'_, P>,
    id: Uuid,
    by: UserId,
) -> Result<(String, String), StoreError> {
    let now = tx.now();
    Ok(imports::table
        .filter(imports::tenant_id.eq(tx.tenant().uuid()))
        .filter(imports::id.eq(id))
        .filter(imports::created_by.eq(by.uuid()))
        .filter(imports::created_at.ge(now - KEPT))
        .select((imports::file_name, imports::content))
        .first(tx.connection())?)
}

/// Takes the upload away, once: `false` when it was taken before.
///
/// # Errors
/// The database's.
pub fn take<P>(tx: &mut TenantTx<'_, P>, id: Uuid) -> Result<bool, StoreError> {
    let taken = diesel::delete(imports::table)
        .filter(imports::tenant_id.eq(tx.tenant().uuid()))
        .filter(imports::id.eq(id))
        .execute(tx.connection())?;
    Ok(taken == 1)
}
