//! Answers of the API that are kept with the effect they tell of, for whoever asks the same again.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use domain::KeyId;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::platform::PlatformTx;
use crate::schema::catalogue::api_answers as platform_answers;
use crate::schema::tenant::api_answers;

/// Rows in one statement, so that no transaction is long.
const BATCH: i64 = 1_000;

/// Which write, of whom.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    /// Whose key asked.
    pub key: KeyId,
    /// Method and pattern of the route.
    pub route: &'a str,
    /// What the client called it.
    pub idempotency_key: &'a str,
}

/// An answer that was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The hash of what was asked.
    pub request_hash: Vec<u8>,
    /// The status.
    pub status: i16,
    /// The data, without secrets.
    pub body: Json,
}

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = Bool)]
    got: bool,
}

/// Whether nobody else does the same write at this moment; until the transaction ends nobody else will.
fn alone(connection: &mut PgConnection, of: &str, name: Name<'_>) -> Result<bool, StoreError> {
    let text = format!(
        "answer:{of}:{}:{}:{}",
        name.key, name.route, name.idempotency_key
    );
    let row: Got =
        crate::raw::query("select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as got")
            .bind::<Text, _>(text)
            .get_result(connection)?;
    Ok(row.got)
}

/// Begins a write: `Err(())` while the same is under way, else the answer it was given before.
///
/// # Errors
/// The database's, outside.
pub fn begin<P>(
    tx: &mut TenantTx<'_, P>,
    name: Name<'_>,
    not_before: DateTime<Utc>,
) -> Result<Result<Option<Kept>, ()>, StoreError> {
    let tenant = tx.tenant().uuid();
    if !alone(tx.connection(), &tenant.to_string(), name)? {
        return Ok(Err(()));
    }
    let row: Option<(Vec<u8>, i16, Json, DateTime<Utc>)> = api_answers::table
        .filter(api_answers::tenant_id.eq(tenant))
        .filter(api_answers::key_id.eq(name.key.uuid()))
        .filter(api_answers::route.eq(name.route))
        .filter(api_answers::idempotency_key.eq(name.idempotency_key))
        .select((
            api_answers::request_hash,
            api_answers::status,
            api_answers::body,
            api_answers::created_at,
        ))
        .first(tx.connection())
        .optional()?;
    match row {
        Some((request_hash, status, body, at)) if at >= not_before => Ok(Ok(Some(Kept {
            request_hash,
            status,
            body,
        }))),
        Some(_) => {
            diesel::delete(api_answers::table)
                .filter(api_answers::tenant_id.eq(tenant))
                .filter(api_answers::key_id.eq(name.key.uuid()))
                .filter(api_answers::route.eq(name.route))
                .filter(api_answers::idempotency_key.eq(name.idempotency_key))
                .execute(tx.connection())?;
            Ok(Ok(None))
        }
        None => Ok(Ok(None)),
    }
}

/// Keeps the answer of this transaction's effect.
///
/// # Errors
/// The database's.
pub fn keep<P>(tx: &mut TenantTx<'_, P>, name: Name<'_>, kept: &Kept) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    diesel::insert_into(api_answers::table)
        .values((
            api_answers::tenant_id.eq(tenant),
            api_answers::key_id.eq(name.key.uuid()),
            api_answers::route.eq(name.route),
            api_answers::idempotency_key.eq(name.idempotency_key),
            api_answers::request_hash.eq(&kept.request_hash),
            api_answers::status.eq(kept.status),
            api_answers::body.eq(&kept.body),
            api_answers::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Clears one batch of answers from before; answers how many went.
///
/// # Errors
/// The database's.
pub fn prune<P>(tx: &mut TenantTx<'_, P>, before: DateTime<Utc>) -> Result<usize, StoreError> {
    let tenant = tx.tenant().uuid();
    let old: Option<DateTime<Utc>> = api_answers::table
        .filter(api_answers::tenant_id.eq(tenant))
        .filter(api_answers::created_at.lt(before))
        .order(api_answers::created_at)
        .offset(BATCH - 1)
        .select(api_answers::created_at)
        .first(tx.connection())
        .optional()?;
    Ok(diesel::delete(api_answers::table)
        .filter(api_answers::tenant_id.eq(tenant))
        .filter(api_answers::created_at.lt(before))
        .filter(api_answers::created_at.le(old.unwrap_or(before)))
        .execute(tx.connection())?)
}

/// Begins a write of the platform's.
///
/// # Errors
/// The database's, outside.
pub fn begin_for_platform(
    tx: &mut PlatformTx<'_>,
    name: Name<'_>,
    not_before: DateTime<Utc>,
) -> Result<Result<Option<Kept>, ()>, StoreError> {
    if !alone(tx.connection(), "platform", name)? {
        return Ok(Err(()));
    }
    diesel::delete(platform_answers::table)
        .filter(platform_answers::key_id.eq(name.key.uuid()))
        .filter(platform_answers::route.eq(name.route))
        .filter(platform_answers::idempotency_key.eq(name.idempotency_key))
        .filter(platform_answers::created_at.lt(not_before))
        .execute(tx.connection())?;
    let row: Option<(Vec<u8>, i16, Json)> = platform_answers::table
        .filter(platform_answers::key_id.eq(name.key.uuid()))
        .filter(platform_answers::route.eq(name.route))
        .filter(platform_answers::idempotency_key.eq(name.idempotency_key))
        .select((
            platform_answers::request_hash,
            platform_answers::status,
            platform_answers::body,
        ))
        .first(tx.connection())
        .optional()?;
    Ok(Ok(row.map(|(request_hash, status, body)| Kept {
        request_hash,
        status,
        body,
    })))
}

/// Keeps the answer of this transaction's effect on the platform.
///
/// # Errors
/// The database's.
pub fn keep_for_platform(
    tx: &mut PlatformTx<'_>,
    name: Name<'_>,
    kept: &Kept,
) -> Result<(), StoreError> {
    let (id, now): (Uuid, _) = (name.key.uuid(), tx.now());
    diesel::insert_into(platform_answers::table)
        .values((
            platform_answers::key_id.eq(id),
            platform_answers::route.eq(name.route),
            platform_answers::idempotency_key.eq(name.idempotency_key),
            platform_answers::request_hash.eq(&kept.request_hash),
            platform_answers::status.eq(kept.status),
            platform_answers::body.eq(&kept.body),
            platform_answers::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Clears the platform's answers from before; answers how many went.
///
/// # Errors
/// The database's.
pub fn prune_for_platform(
    tx: &mut PlatformTx<'_>,
    before: DateTime<Utc>,
) -> Result<usize, StoreError> {
    Ok(
        diesel::delete(platform_answers::table.filter(platform_answers::created_at.lt(before)))
            .execute(tx.connection())?,
    )
}
