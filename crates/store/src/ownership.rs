//! Offers of a tenant's ownership: one at a time, by the hash of the mailed token.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{TokenHash, UserId};
use uuid::Uuid;

use crate::schema::tenant::ownership_offers as offers;
use crate::{StoreError, TenantTx};

/// An offer that is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub id: Uuid,
    /// The owner who offers.
    pub from: UserId,
    /// The person who is to own the tenant.
    pub to: UserId,
    /// Until when it can be answered.
    pub expires_at: DateTime<Utc>,
}

type Row = (Uuid, Uuid, Uuid, DateTime<Utc>);

fn offer((id, from, to, expires_at): Row) -> Offer {
    Offer {
        id,
        from: UserId::from_uuid(from),
        to: UserId::from_uuid(to),
        expires_at,
    }
}

/// Writes an offer down; the one before is replaced.
///
/// # Errors
/// The database's.
pub fn add<P>(
    tx: &mut TenantTx<'_, P>,
    (from, to): (UserId, UserId),
    token_hash: TokenHash,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    end_open(tx, "replaced")?;
    let (tenant, id, now) = (tx.tenant().uuid(), tx.fresh_uuid(), tx.now());
    diesel::insert_into(offers::table)
        .values((
            offers::tenant_id.eq(tenant),
            offers::id.eq(id),
            offers::from_user.eq(from.uuid()),
            offers::to_user.eq(to.uuid()),
            offers::token_hash.eq(token_hash),
            offers::created_at.eq(now),
            offers::expires_at.eq(expires_at),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// The offer that waits for an answer, if there is one.
///
/// # Errors
/// The database's.
pub fn open<P>(tx: &mut TenantTx<'_, P>) -> Result<Option<Offer>, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let row: Option<Row> = offers::table
        .filter(offers::tenant_id.eq(tenant))
        .filter(offers::ended_at.is_null())
        .filter(offers::expires_at.gt(now))
        .select((
            offers::id,
            offers::from_user,
            offers::to_user,
            offers::expires_at,
        ))
        .first(tx.connection())
        .optional()?;
    Ok(row.map(offer))
}

/// The open offer of this token, for this person and nobody else; kept from others until the end.
///
/// # Errors
/// The database's.
pub fn of_token<P>(
    tx: &mut TenantTx<'_, P>,
    token_hash: &TokenHash,
    to: UserId,
) -> Result<Option<Offer>, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let row: Option<Row> = offers::table
        .filter(offers::tenant_id.eq(tenant))
        .filter(offers::token_hash.eq(*token_hash))
        .filter(offers::to_user.eq(to.uuid()))
        .filter(offers::ended_at.is_null())
        .filter(offers::expires_at.gt(now))
        .select((
            offers::id,
            offers::from_user,
            offers::to_user,
            offers::expires_at,
        ))
        .for_update()
        .first(tx.connection())
        .optional()?;
    Ok(row.map(offer))
}

/// Ends the open offer with this outcome; answers whether there was one.
///
/// # Errors
/// The database's.
pub fn end_open<P>(tx: &mut TenantTx<'_, P>, outcome: &'static str) -> Result<bool, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let ended = diesel::update(offers::table)
        .filter(offers::tenant_id.eq(tenant))
        .filter(offers::ended_at.is_null())
        .set((offers::ended_at.eq(now), offers::outcome.eq(outcome)))
        .execute(tx.connection())?;
    Ok(ended > 0)
}
