//! Ending sessions: one, a person's others, all of a person. Who may is decided above; those that ran
//! out are cleared by `sweep`.

use diesel::prelude::*;
use domain::{SessionId, UserId};
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::sessions;

/// A session that was ended, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Which.
    pub id: SessionId,
    /// On which device it was.
    pub device: String,
}

fn ended(rows: Vec<(Uuid, String)>) -> Vec<Ended> {
    let row = |(id, device)| Ended {
        id: SessionId::from_uuid(id),
        device,
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
        .returning((sessions::id, sessions::device))
        .get_results(tx.connection())?;
    Ok(ended(rows).pop())
}

/// Ends all sessions of this person but one.
///
/// # Errors
/// The database's.
pub fn end_others<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    stays: SessionId,
) -> Result<Vec<Ended>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(ended(
        diesel::delete(sessions::table)
            .filter(sessions::tenant_id.eq(tenant))
            .filter(sessions::user_id.eq(user.uuid()))
            .filter(sessions::id.ne(stays.uuid()))
            .returning((sessions::id, sessions::device))
            .get_results(tx.connection())?,
    ))
}

/// Ends all sessions of this person.
///
/// # Errors
/// The database's.
pub fn end_all<P>(tx: &mut TenantTx<'_, P>, user: UserId) -> Result<Vec<Ended>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(ended(
        diesel::delete(sessions::table)
            .filter(sessions::tenant_id.eq(tenant))
            .filter(sessions::user_id.eq(user.uuid()))
            .returning((sessions::id, sessions::device))
            .get_results(tx.connection())?,
    ))
}
