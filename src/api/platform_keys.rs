//! API keys of the platform: listing, making, rotating and revoking them.

use domain::staff::ManagePlatformKeys;
use domain::{KeyId, StaffId};
use services::keys::Made;
use services::platform_keys::{self, Wish};
use services::{StaffTx, StoreError, VerbError};
use uuid::Uuid;

use super::door::Door;
use super::fields::Nothing;
use super::keys::{KeyFields, Keys, NewKey, OVERLAP_DAYS, OneKey, RevokedKey, Rotation};
use super::{Body, Outcome, PlatformApi, Query};

fn staff(id: Uuid) -> String {
    StaffId::from_uuid(id).to_string()
}

/// `GET /keys`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(api: PlatformApi<ManagePlatformKeys>, query: Query<Nothing>) -> Outcome<Keys> {
    api.read(query, |tx, _| {
        let now = tx.now();
        let rows = platform_keys::list(tx)?.into_iter();
        Ok(Keys {
            keys: rows.map(|row| KeyFields::of(row, now, staff)).collect(),
        })
    })
    .await
}

/// `POST /keys`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn create(
    api: PlatformApi<ManagePlatformKeys>,
    body: Body<NewKey>,
) -> Outcome<OneKey, 201> {
    api.write(body, |tx, body| {
        let wish = Wish::read(&body.name, &body.permissions, body.expires_in_days)?;
        let made = platform_keys::create(tx, &wish)?;
        shown(tx, &made)
    })
    .await
}

/// `POST /keys/{key_id}/rotation`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn rotate(
    api: PlatformApi<ManagePlatformKeys>,
    body: Body<Rotation>,
) -> Outcome<OneKey, 201> {
    let id = api.part::<KeyId>("key_id");
    api.write(body, move |tx, body| {
        let days = body.overlap_days.unwrap_or(OVERLAP_DAYS);
        let made = platform_keys::rotate(tx, id.ok_or(StoreError::NotFound)?, days)?;
        shown(tx, &made)
    })
    .await
}

fn shown(tx: &mut StaffTx<'_, ManagePlatformKeys>, made: &Made) -> Result<OneKey, VerbError> {
    let now = tx.now();
    let mut rows = platform_keys::list(tx)?.into_iter();
    let row = rows.find(|row| row.id == made.id);
    let fields = KeyFields::of(row.ok_or(StoreError::NotFound)?, now, staff);
    Ok(OneKey {
        key: KeyFields {
            secret: Some(made.key.reveal().to_owned()),
            ..fields
        },
    })
}

/// `DELETE /keys/{key_id}`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn revoke(
    api: PlatformApi<ManagePlatformKeys>,
    body: Body<Nothing>,
) -> Outcome<RevokedKey> {
    let id = api.part::<KeyId>("key_id");
    api.write(body, move |tx, _| {
        let id = id.ok_or(StoreError::NotFound)?;
        platform_keys::revoke(tx, id)?;
        Ok(RevokedKey {
            key_id: id.to_string(),
            revoked: true,
        })
    })
    .await
}
