//! Signed-in devices of staff: beginning a session, giving it another token, listing and ending one's own,
//! and ending somebody else's for those verbs that take rights away.

use domain::staff::SignedInStaff;
use domain::token::StaffSessionKind;
use domain::{SessionId, StaffId, StaffSessionToken};
use serde_json::json;
use store::staff::sessions::{self as stored, NewSession, Which};
use store::{StaffTx, StoreError};

use crate::VerbError;
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};
pub use crate::sessions::{Ended, Lifetimes, SessionRow};
use crate::tokens;

/// Begins a session for somebody who has just proven who they are. It ends with the browser: staff are
/// not kept signed in.
///
/// # Errors
/// The database's.
pub fn begin<P>(
    tx: &mut StaffTx<'_, P>,
    id: StaffId,
    lifetimes: Lifetimes,
) -> Result<StaffSessionToken, StoreError> {
    let token = tokens::draw::<StaffSessionKind>();
    let request = tx.request().clone();
    let session = NewSession {
        staff: id,
        token_hash: token.hash(),
        idle_expires_at: tx.now() + lifetimes.idle,
        expires_at: tx.now() + lifetimes.absolute,
    };
    stored::begin(tx, &request, &session)?;
    Ok(token)
}

/// Gives the own session another token, so that one that was seen before opens nothing any more.
///
/// # Errors
/// [`StoreError::Unauthenticated`] when it has ended in the meantime, or the database's.
pub(super) fn rotate<P>(tx: &mut StaffTx<'_, P>) -> Result<StaffSessionToken, StoreError> {
    let token = tokens::draw::<StaffSessionKind>();
    let session = tx.staff()?.session;
    if stored::rotate(tx, session, &token.hash())? {
        Ok(token)
    } else {
        Err(StoreError::Unauthenticated)
    }
}

/// The own live sessions, the one used last on top.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut StaffTx<'_, SignedInStaff>) -> Result<Vec<SessionRow>, VerbError> {
    let own = tx.staff()?.id;
    Ok(stored::of(tx, own)?)
}

/// Ends one of the own sessions.
///
/// # Errors
/// Not found when it is nobody's or somebody else's, or has ended already.
pub fn end(tx: &mut StaffTx<'_, SignedInStaff>, session: SessionId) -> Result<Ended, VerbError> {
    let own = tx.staff()?.clone();
    let ended = stored::end(tx, own.id, Which::One(session))?
        .pop()
        .ok_or(StoreError::NotFound)?;
    let action = if session == own.session {
        Action::SessionEnded
    } else {
        Action::SessionRevoked
    };
    let target = Target::of(TargetKind::Session, session.uuid(), own.name);
    let entry = Entry::done(action, target).before(json!({ "device": ended.device }));
    platform_audit::record(tx, entry)?;
    Ok(ended)
}

/// Ends all own sessions but the one that asks; answers how many.
///
/// # Errors
/// The database's.
pub fn end_others(tx: &mut StaffTx<'_, SignedInStaff>) -> Result<usize, VerbError> {
    let own = tx.staff()?.clone();
    let ended = stored::end(tx, own.id, Which::Others(own.session))?;
    if !ended.is_empty() {
        let devices: Vec<&str> = ended.iter().map(|one| one.device.as_str()).collect();
        let entry = Entry::done(Action::SessionRevoked, Target::staff(own.id, own.name))
            .before(json!({ "devices": devices }));
        platform_audit::record(tx, entry)?;
    }
    Ok(ended.len())
}

/// Ends the session that asks.
///
/// # Errors
/// The database's; none when it had ended already.
pub fn sign_out(tx: &mut StaffTx<'_, SignedInStaff>) -> Result<(), VerbError> {
    let session = tx.staff()?.session;
    match end(tx, session) {
        Ok(_) | Err(VerbError::Store(StoreError::NotFound)) => Ok(()),
        Err(error) => Err(error),
    }
}
