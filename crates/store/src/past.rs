//! Rows whose moment is not the transaction's: what happened before, as it is loaded. For the system
//! alone, many rows to a statement.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Jsonb, Timestamptz, Uuid as SqlUuid};
use domain::permission::System;
use domain::phc::PhcString;
use domain::{KeyId, RoleId, UserId};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::schema::tenant::{api_keys, credentials, roles};
use crate::users::uuids;
use crate::{StoreError, TenantTx};

/// How many rows one statement carries.
const BATCH: usize = 2_000;

/// An entry of the audit log with its own moment.
#[derive(Debug, Clone, Serialize)]
#[allow(
    missing_docs,
    reason = "the columns of the table, which are commented there"
)]
pub struct PastEntry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub actor_kind: &'static str,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub action: &'static str,
    pub outcome: &'static str,
    pub target_kind: &'static str,
    pub target_id: Option<Uuid>,
    pub target_name: String,
    pub before: Option<Json>,
    pub after: Option<Json>,
    pub address: Option<std::net::IpAddr>,
    pub device: String,
    pub request_id: Uuid,
}

#[derive(QueryableByName)]
struct Appended {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Appends the entries to the tenant's chain, in this order. Answers how many.
///
/// # Errors
/// The database's; then nothing of the transaction may stand.
pub fn append_entries(
    tx: &mut TenantTx<'_, System>,
    entries: &[PastEntry],
) -> Result<i64, StoreError> {
    let mut appended = 0;
    for batch in entries.chunks(BATCH) {
        let rows = serde_json::to_value(batch)
            .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
        // An aggregate calls the function row by row, in the order of the array.
        appended += crate::raw::query(
            "select count(append_audit(e.id, e.at, e.actor_kind, e.actor_id, e.actor_name, e.action, e.outcome,
                 e.target_kind, e.target_id, e.target_name, e.before, e.after, e.address, e.device, e.request_id)) as count
             from jsonb_to_recordset($1) as e(id uuid, at timestamptz, actor_kind text, actor_id uuid, actor_name text,
                 action text, outcome text, target_kind text, target_id uuid, target_name text, before jsonb, after jsonb,
                 address inet, device text, request_id uuid)",
        )
        .bind::<Jsonb, _>(rows)
        .get_result::<Appended>(tx.connection())?
        .count;
    }
    Ok(appended)
}

/// Gives these people, who have none, the same password.
///
/// # Errors
/// The database's.
pub fn share_password(
    tx: &mut TenantTx<'_, System>,
    people: &[UserId],
    hash: &PhcString,
) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    for batch in people.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|person| {
                (
                    credentials::tenant_id.eq(tenant),
                    credentials::user_id.eq(person.uuid()),
                    credentials::password_hash.eq(hash),
                    credentials::changed_at.eq(now),
                )
            })
            .collect();
        diesel::insert_into(credentials::table)
            .values(rows)
            .on_conflict_do_nothing()
            .execute(tx.connection())?;
    }
    Ok(())
}

/// Sets when these people's records were last changed.
///
/// # Errors
/// The database's.
pub fn changed_at(
    tx: &mut TenantTx<'_, System>,
    people: &[UserId],
    moments: &[DateTime<Utc>],
) -> Result<(), StoreError> {
    let tenant = tx.tenant().uuid();
    crate::raw::query(
        "update users set updated_at = past.at from unnest($2, $3) as past(id, at)
         where users.tenant_id = $1 and users.id = past.id",
    )
    .bind::<SqlUuid, _>(tenant)
    .bind::<Array<SqlUuid>, _>(uuids(people))
    .bind::<Array<Timestamptz>, _>(moments)
    .execute(tx.connection())?;
    Ok(())
}

/// Runs a script of the demo's within the tenant: it fills tables of an application, which this crate does not know.
///
/// # Errors
/// The database's.
pub fn fill(tx: &mut TenantTx<'_, System>, script: &'static str) -> Result<(), StoreError> {
    Ok(tx.connection().batch_execute(script)?)
}

/// Sets when a role was made and last changed.
///
/// # Errors
/// The database's.
pub fn role_made_at(
    tx: &mut TenantTx<'_, System>,
    role: RoleId,
    made: DateTime<Utc>,
    changed: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(roles::table)
        .filter(roles::tenant_id.eq(tx.tenant().uuid()))
        .filter(roles::id.eq(role.uuid()))
        .set((roles::created_at.eq(made), roles::updated_at.eq(changed)))
        .execute(tx.connection())?;
    Ok(())
}

/// Sets when a key was made.
///
/// # Errors
/// The database's.
pub fn key_made_at(
    tx: &mut TenantTx<'_, System>,
    key: KeyId,
    made: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(api_keys::table)
        .filter(api_keys::tenant_id.eq(tx.tenant().uuid()))
        .filter(api_keys::id.eq(key.uuid()))
        .set(api_keys::created_at.eq(made))
        .execute(tx.connection())?;
    Ok(())
}
