//! Signed-in devices of staff: beginning, listing and ending them. Reading one is the guard's. Tokens come
//! here hashed.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{SessionId, StaffId, TokenHash};
use ipnetwork::IpNetwork;
use uuid::Uuid;

use crate::StoreError;
use crate::guard::Request;
use crate::platform::PlatformTx;
use crate::schema::catalogue::staff_sessions;
use crate::sessions::{Ended, SessionRow};

/// A session to begin; device and address come from the request.
#[derive(Debug, Clone, Copy)]
pub struct NewSession {
    /// Whose.
    pub staff: StaffId,
    /// What the cookie's token hashes to.
    pub token_hash: TokenHash,
    /// The end where nothing is asked in the meantime.
    pub idle_expires_at: DateTime<Utc>,
    /// The end in any case.
    pub expires_at: DateTime<Utc>,
}

/// Begins a session.
///
/// # Errors
/// The database's.
pub fn begin(
    tx: &mut PlatformTx<'_>,
    request: &Request,
    session: &NewSession,
) -> Result<SessionId, StoreError> {
    let (id, now) = (tx.fresh_uuid(), tx.now());
    diesel::insert_into(staff_sessions::table)
        .values((
            staff_sessions::id.eq(id),
            staff_sessions::staff_id.eq(session.staff.uuid()),
            staff_sessions::token_hash.eq(session.token_hash),
            staff_sessions::device.eq(&request.device),
            staff_sessions::address.eq(request.address.map(IpNetwork::from)),
            staff_sessions::created_at.eq(now),
            staff_sessions::last_seen_at.eq(now),
            staff_sessions::idle_expires_at.eq(session.idle_expires_at),
            staff_sessions::expires_at.eq(session.expires_at),
        ))
        .execute(tx.connection())?;
    Ok(SessionId::from_uuid(id))
}

/// Gives a session another token; the old one opens nothing from now on. False when it has ended in the
/// meantime.
///
/// # Errors
/// The database's.
pub fn rotate(
    tx: &mut PlatformTx<'_>,
    session: SessionId,
    token_hash: &TokenHash,
) -> Result<bool, StoreError> {
    let rotated =
        diesel::update(staff_sessions::table.filter(staff_sessions::id.eq(session.uuid())))
            .set(staff_sessions::token_hash.eq(*token_hash))
            .execute(tx.connection())?;
    Ok(rotated == 1)
}

/// The live sessions of a person, the one used last on top.
///
/// # Errors
/// The database's.
pub fn of(tx: &mut PlatformTx<'_>, staff: StaffId) -> Result<Vec<SessionRow>, StoreError> {
    type Row = (
        Uuid,
        String,
        Option<IpNetwork>,
        DateTime<Utc>,
        DateTime<Utc>,
    );
    let now = tx.now();
    let rows: Vec<Row> = staff_sessions::table
        .filter(staff_sessions::staff_id.eq(staff.uuid()))
        .filter(staff_sessions::expires_at.gt(now))
        .filter(staff_sessions::idle_expires_at.gt(now))
        .order((
            staff_sessions::last_seen_at.desc(),
            staff_sessions::id.desc(),
        ))
        .select((
            staff_sessions::id,
            staff_sessions::device,
            staff_sessions::address,
            staff_sessions::created_at,
            staff_sessions::last_seen_at,
        ))
        .load(tx.connection())?;
    let row = |(id, device, address, created_at, last_seen_at): Row| SessionRow {
        id: SessionId::from_uuid(id),
        device,
        address: address.map(|network| network.ip()),
        keep: false,
        created_at,
        last_seen_at,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Which sessions of a person end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(SessionId),
    /// All but this one.
    Others(SessionId),
    /// All.
    All,
}

/// Ends sessions of this person; answers those that there were.
///
/// # Errors
/// The database's.
pub fn end(
    tx: &mut PlatformTx<'_>,
    staff: StaffId,
    which: Which,
) -> Result<Vec<Ended>, StoreError> {
    let mut ending = diesel::delete(staff_sessions::table)
        .filter(staff_sessions::staff_id.eq(staff.uuid()))
        .into_boxed();
    match which {
        Which::One(one) => ending = ending.filter(staff_sessions::id.eq(one.uuid())),
        Which::Others(stays) => ending = ending.filter(staff_sessions::id.ne(stays.uuid())),
        Which::All => {}
    }
    let rows: Vec<(Uuid, String)> = ending
        .returning((staff_sessions::id, staff_sessions::device))
        .get_results(tx.connection())?;
    let ended = |(id, device)| Ended {
        id: SessionId::from_uuid(id),
        device,
    };
    Ok(rows.into_iter().map(ended).collect())
}
