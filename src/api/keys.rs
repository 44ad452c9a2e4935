//! API keys of a tenant: listing, making, rotating and revoking them.

use chrono::{DateTime, Utc};
use domain::permission::{ManageKeys, ReadKeys};
use domain::{KeyId, UserId};
use serde::{Deserialize, Serialize};
use services::keys::{self, KeyRow, Made, Wish};
use services::{StoreError, TenantTx, VerbError};
use utoipa::ToSchema;
use uuid::Uuid;

use super::door::Door;
use super::fields::Nothing;
use super::{Api, Body, Outcome, Query, permissions};

/// API keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct Keys {
    /// The newest first; those that were revoked stay for 30 days.
    pub keys: Vec<KeyFields>,
}

/// One API key.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneKey {
    /// Which.
    pub key: KeyFields,
}

/// An API key.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyFields {
    /// Which.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// How it begins, to be recognised by.
    pub prefix: String,
    /// What it may do, as long as its maker may too.
    pub permissions: Vec<String>,
    /// active, overlapping, replaced, expired, revoked, or resting with its maker.
    pub state: String,
    /// The id of whoever made it, if a person did.
    pub created_by: Option<String>,
    /// Their name, or that of the key or command that made it.
    pub created_by_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it opens.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was first seen in the address of a request: rotate such a key.
    pub exposed_at: Option<DateTime<Utc>>,
    /// The key that a rotation put in its place.
    pub replaced_by: Option<String>,
    /// The key itself, in the first answer to its making and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What it is called.
    pub name: String,
    /// What it may do, as `users:read`.
    #[schema(schema_with = permissions::of_key)]
    pub permissions: Vec<String>,
    /// For how many days it opens; left out, until it is revoked.
    #[schema(minimum = 1, maximum = 3_650)]
    pub expires_in_days: Option<i64>,
}

/// How a key is rotated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// For how many days the old key opens beside the new one; 7 where nothing is said.
    #[schema(minimum = 0, maximum = 30)]
    pub overlap_days: Option<i64>,
}

/// For how long both keys of a rotation open where nothing is said.
pub(super) const OVERLAP_DAYS: i64 = 7;

/// A key that was revoked.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedKey {
    /// Which.
    pub key_id: String,
    /// Always true.
    pub revoked: bool,
}

impl KeyFields {
    pub(super) fn of(row: KeyRow, now: DateTime<Utc>, maker: fn(Uuid) -> String) -> Self {
        Self {
            state: keys::state(&row, now).to_owned(),
            id: row.id.to_string(),
            name: row.name,
            prefix: row.prefix,
            permissions: row.permissions,
            created_by: row.made_by.map(maker),
            created_by_name: row.made_by_name,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
            exposed_at: row.exposed_at,
            replaced_by: row.replaced_by.map(|id| id.to_string()),
            secret: None,
        }
    }
}

fn person(id: Uuid) -> String {
    UserId::from_uuid(id).to_string()
}

/// `GET /tenants/{tenant_id}/keys`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(api: Api<ReadKeys>, query: Query<Nothing>) -> Outcome<Keys> {
    api.read(query, |tx, _| {
        let now = tx.now();
        let rows = keys::list(tx)?.into_iter();
        Ok(Keys {
            keys: rows.map(|row| KeyFields::of(row, now, person)).collect(),
        })
    })
    .await
}

/// `POST /tenants/{tenant_id}/keys`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn create(api: Api<ManageKeys>, body: Body<NewKey>) -> Outcome<OneKey, 201> {
    api.write(body, |tx, body| {
        let wish = Wish::read(&body.name, &body.permissions, body.expires_in_days)?;
        let made = keys::create(tx, &wish)?;
        shown(tx, &made)
    })
    .await
}

/// `POST /tenants/{tenant_id}/keys/{key_id}/rotation`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn rotate(api: Api<ManageKeys>, body: Body<Rotation>) -> Outcome<OneKey, 201> {
    let id = api.part::<KeyId>("key_id");
    api.write(body, move |tx, body| {
        let days = body.overlap_days.unwrap_or(OVERLAP_DAYS);
        let made = keys::rotate(tx, id.ok_or(StoreError::NotFound)?, days)?;
        shown(tx, &made)
    })
    .await
}

/// The one time at which the key itself is in an answer.
fn shown(tx: &mut TenantTx<'_, ManageKeys>, made: &Made) -> Result<OneKey, VerbError> {
    let row = keys::read(tx, made.id)?;
    let fields = KeyFields::of(row, tx.now(), person);
    Ok(OneKey {
        key: KeyFields {
            secret: Some(made.key.reveal().to_owned()),
            ..fields
        },
    })
}

/// `DELETE /tenants/{tenant_id}/keys/{key_id}`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn revoke(api: Api<ManageKeys>, body: Body<Nothing>) -> Outcome<RevokedKey> {
    let id = api.part::<KeyId>("key_id");
    api.write(body, move |tx, _| {
        let id = id.ok_or(StoreError::NotFound)?;
        keys::revoke(tx, id)?;
        Ok(RevokedKey {
            key_id: id.to_string(),
            revoked: true,
        })
    })
    .await
}
