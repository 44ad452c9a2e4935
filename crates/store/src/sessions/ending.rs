//! Ending sessions: one, a person's others, all of some people, those that ran out. Who may is decided
//! above.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{SessionId, UserId};
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::sessions;
use crate::sweep;

/// A session that was ended, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Which.
    pub id: SessionId,
    /// On which device it was.
    pub device: String,
}

fn ended(rows: Vec<(Uuid, Uuid, String)>) -> Vec<(UserId, Ended)> {
    let row = |(id, user, device)| {
        let id = SessionId::from_uuid(id);
        (UserId::from_uuid(user), Ended { id, device })
    };
    rows.into_iter().map(row).collect()
}

/// Ends one session of this person; `None` when there is no such session of theirs.
///
/// # Errors
/// The database's.
pub fn end<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    session: SessionId,
) -> Result<Option<Ended>, StoreError> {
    let tenant = tx.tenant().uuid();
    let rows = diesel::delete(sessions::table)
        .filter(sessions::tenant_id.eq(tenant))
        .filter(sessions::user_id.eq(user.uuid()))
        .filter(sessions::id.eq(session.uuid()))
        .returning((sessions::id, sessions::user_id, sessions::device))
        .get_results(tx.connection())?;
    Ok(ended(rows).pop().map(|(_, ended)| ended))
}

/// Ends all sessions of this person but one; answers whose they were, and which.
///
/// # Errors
/// The database's.
pub fn end_others<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    stays: SessionId,
) -> Result<Vec<(UserId, Ended)>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(ended(
        diesel::delete(sessions::table)
            .filter(sessions::tenant_id.eq(tenant))
            .filter(sessions::user_id.eq(user.uuid()))
            .filter(sessions::id.ne(stays.uuid()))
            .returning((sessions::id, sessions::user_id, sessions::device))
            .get_results(tx.connection())?,
    ))
}

/// Ends all sessions of these people; answers whose they were, and which.
///
/// # Errors
/// The database's.
pub fn end_all<P>(
    tx: &mut TenantTx<'_, P>,
    people: &[UserId],
) -> Result<Vec<(UserId, Ended)>, StoreError> {
    let tenant = tx.tenant().uuid();
    let people: Vec<Uuid> = people.iter().map(|person| person.uuid()).collect();
    Ok(ended(
        diesel::delete(sessions::table)
            .filter(sessions::tenant_id.eq(tenant))
            .filter(sessions::user_id.eq_any(people))
            .returning((sessions::id, sessions::user_id, sessions::device))
            .get_results(tx.connection())?,
    ))
}

/// Clears one batch of the sessions that have run out.
///
/// # Errors
/// The database's.
pub fn end_expired<P>(
    tx: &mut TenantTx<'_, P>,
    now: DateTime<Utc>,
) -> Result<Vec<(UserId, Ended)>, StoreError> {
    let tenant = tx.tenant().uuid();
    let has_run_out = || {
        sessions::expires_at
            .le(now)
            .or(sessions::idle_expires_at.le(now))
    };
    let over: Vec<Uuid> = sessions::table
        .filter(sessions::tenant_id.eq(tenant))
        .filter(has_run_out())
        .select(sessions::id)
        .limit(sweep::BATCH)
        .load(tx.connection())?;
    Ok(ended(
        diesel::delete(sessions::table)
            .filter(sessions::tenant_id.eq(tenant))
            // Once more: a session may have been seen since.
            .filter(has_run_out())
            .filter(sessions::id.eq_any(over))
            .returning((sessions::id, sessions::user_id, sessions::device))
            .get_results(tx.connection())?,
    ))
}
