//! Signed-in devices: beginning a session, giving it another token, listing and ending one's own, and
//! ending somebody else's for those verbs that take rights away.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::{Anyone, ManageSessions, ReadSessions, SignedIn};
use domain::token::SessionKind;
use domain::{SessionId, SessionToken, UserId, UserStatus};
use serde_json::json;
use store::sessions::{self, NewSession};
pub use store::sessions::{Ended, SessionRow};
use store::users::User;
use store::{StoreError, TenantTx};

use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};
use crate::roles::RoleBook;
use crate::throttle::{self, Limits, Weight};
use crate::tokens;
use crate::users::rules::Doer;

/// How long sessions live. From the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// Without a request.
    pub idle: TimeDelta,
    /// In any case.
    pub absolute: TimeDelta,
    /// Both, for who asked to be kept signed in.
    pub keep: TimeDelta,
}

/// Whether a session outlives the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// It ends with the browser.
    UntilClosed,
    /// "Keep me signed in".
    Kept,
}

/// A session as its browser must get it: the only moment at which the token is known.
#[derive(Debug)]
pub struct Opened {
    /// For the cookie.
    pub token: SessionToken,
    /// How long the cookie is kept; `None` until the browser is closed.
    pub keep_for: Option<Duration>,
}

/// Begins a session for a person who has just proven who they are.
///
/// # Errors
/// The database's.
pub fn begin<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    stay: Stay,
    lifetimes: Lifetimes,
) -> Result<Opened, StoreError> {
    let token = tokens::draw::<SessionKind>();
    let (idle, absolute) = match stay {
        Stay::UntilClosed => (lifetimes.idle, lifetimes.absolute),
        Stay::Kept => (lifetimes.keep, lifetimes.keep),
    };
    let id = sessions::begin(
        tx,
        &NewSession {
            user,
            token_hash: token.hash(),
            keep: stay == Stay::Kept,
            idle_expires_at: tx.now() + idle,
            expires_at: tx.now() + absolute,
        },
    )?;
    let data = json!({ "session_id": id, "device": tx.request().device });
    events::emit(tx, EventKind::SessionCreated, Some(user.uuid()), &data)?;
    let keep_for = match stay {
        Stay::UntilClosed => None,
        Stay::Kept => lifetimes.keep.to_std().ok(),
    };
    Ok(Opened { token, keep_for })
}

/// Gives the own session another token, so that one that was seen before opens nothing any more.
///
/// # Errors
/// [`StoreError::Unauthenticated`] when it has ended in the meantime, or the database's.
pub fn rotate<P>(tx: &mut TenantTx<'_, P>) -> Result<Opened, StoreError> {
    let token = tokens::draw::<SessionKind>();
    let session = tx.user()?.session;
    let (until, keep) =
        sessions::rotate(tx, session, &token.hash())?.ok_or(StoreError::Unauthenticated)?;
    let left = (until - tx.now()).to_std().ok();
    Ok(Opened {
        token,
        keep_for: left.filter(|_| keep),
    })
}

/// What became of a person's sessions when their rights changed.
#[derive(Debug)]
pub struct Renewed {
    /// How many ended.
    pub ended: usize,
    /// The own one goes on under another token, which the door must put into the cookie.
    pub own: Option<Opened>,
}

/// After a change of somebody's rights: all of their sessions end, but the one that asks.
///
/// # Errors
/// The database's.
pub fn rights_changed<P>(tx: &mut TenantTx<'_, P>, user: UserId) -> Result<Renewed, StoreError> {
    let own = tx.user().ok().filter(|own| own.id == user);
    match own.map(|own| own.session) {
        Some(stays) => {
            let ended = sessions::end_others(tx, user, stays)?;
            tell(tx, &ended)?;
            Ok(Renewed {
                ended: ended.len(),
                own: Some(rotate(tx)?),
            })
        }
        None => Ok(Renewed {
            ended: end_all_of(tx, &[user])?,
            own: None,
        }),
    }
}

/// Ends all sessions of these people; answers how many there were. The caller's own audit entry tells why.
///
/// # Errors
/// The database's.
pub fn end_all_of<P>(tx: &mut TenantTx<'_, P>, people: &[UserId]) -> Result<usize, StoreError> {
    let ended = sessions::end_all(tx, people)?;
    tell(tx, &ended)?;
    Ok(ended.len())
}

/// Ends one batch of the sessions that have run out; answers how many.
///
/// # Errors
/// The database's.
pub fn end_expired<P>(tx: &mut TenantTx<'_, P>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let ended = sessions::end_expired(tx, now)?;
    tell(tx, &ended)?;
    Ok(ended.len())
}

/// However a session ends, this is told.
fn tell<P>(tx: &mut TenantTx<'_, P>, ended: &[(UserId, Ended)]) -> Result<(), StoreError> {
    let subject = |(user, session): &(UserId, Ended)| {
        let data = json!({ "session_id": session.id, "device": session.device });
        (user.uuid(), data)
    };
    let subjects: Vec<_> = ended.iter().map(subject).collect();
    events::emit_many(tx, EventKind::SessionEnded, &subjects)
}

/// The own live sessions, the one used last on top.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut TenantTx<'_, SignedIn>) -> Result<Vec<SessionRow>, VerbError> {
    let user = tx.user()?.id;
    Ok(sessions::of_user(tx, user)?)
}

/// Ends one of the own sessions. Answers whether it was the one that asks.
///
/// # Errors
/// Not found when it is nobody's or somebody else's, or has ended already.
pub fn end(tx: &mut TenantTx<'_, SignedIn>, session: SessionId) -> Result<Ended, VerbError> {
    let own = tx.user()?.clone();
    let ended = sessions::end(tx, own.id, session)?.ok_or(StoreError::NotFound)?;
    tell(tx, &[(own.id, ended.clone())])?;
    let action = if session == own.session {
        Action::SessionEnded
    } else {
        Action::SessionRevoked
    };
    let target = Target::of(TargetKind::Session, session.uuid(), own.name);
    let entry = Entry::done(action, target).before(json!({ "device": ended.device }));
    audit::record(tx, entry)?;
    Ok(ended)
}

/// Ends all own sessions but the one that asks; answers how many.
///
/// # Errors
/// The database's.
pub fn end_others(tx: &mut TenantTx<'_, SignedIn>) -> Result<usize, VerbError> {
    let own = tx.user()?.clone();
    let ended = sessions::end_others(tx, own.id, own.session)?;
    tell(tx, &ended)?;
    if !ended.is_empty() {
        let devices: Vec<&str> = ended.iter().map(|(_, one)| one.device.as_str()).collect();
        let entry = Entry::done(Action::SessionRevoked, Target::user(own.id, own.name))
            .before(json!({ "devices": devices }));
        audit::record(tx, entry)?;
    }
    Ok(ended.len())
}

/// Notes that a session was shown here that another tenant gave out: once a while for each network, so
/// that nobody fills the log. It opened nothing.
///
/// # Errors
/// The database's.
pub fn note_foreign(tx: &mut TenantTx<'_, Anyone>, limits: &Limits) -> Result<(), StoreError> {
    if let Some(address) = tx.request().address
        && throttle::weigh(tx, &limits.foreign(address))? != Weight::Light
    {
        return Ok(());
    }
    let target = Target::named(TargetKind::Session, "of another organisation");
    let why = json!({ "reason": "a session of another organisation was shown" });
    audit::record(tx, Entry::refused(Action::AccessRefused, target).after(why))
}

/// The live sessions of somebody of the tenant, the one used last on top.
///
/// # Errors
/// `StoreError::NotFound` for nobody and for whoever was removed, or the database's.
pub fn of(tx: &mut TenantTx<'_, ReadSessions>, user: UserId) -> Result<Vec<SessionRow>, VerbError> {
    still_there(tx, user)?;
    Ok(sessions::of_user(tx, user)?)
}

fn still_there<P>(tx: &mut TenantTx<'_, P>, user: UserId) -> Result<User, StoreError> {
    let person = store::users::read(tx, user)?;
    match person.status {
        UserStatus::Removed => Err(StoreError::NotFound),
        _ => Ok(person),
    }
}

/// Ends one session of somebody.
///
/// # Errors
/// Not found when there is none, and a rule that protects whoever may do more.
pub fn end_of(
    tx: &mut TenantTx<'_, ManageSessions>,
    user: UserId,
    session: SessionId,
) -> Result<Ended, VerbError> {
    let person = still_there(tx, user)?;
    let book = RoleBook::read(tx)?;
    if !Doer::of(tx)?.may_touch(person.role, &book) {
        return Err(VerbError::Refused("They may do more than you.".to_owned()));
    }
    let ended = sessions::end(tx, user, session)?.ok_or(StoreError::NotFound)?;
    tell(tx, &[(user, ended.clone())])?;
    let target = Target::of(TargetKind::Session, session.uuid(), person.name.as_str());
    let entry = Entry::done(Action::SessionRevoked, target);
    audit::record(tx, entry.before(json!({ "device": ended.device })))?;
    Ok(ended)
}

/// Ends the session that asks.
///
/// # Errors
/// The database's; none when it had ended already.
pub fn sign_out(tx: &mut TenantTx<'_, SignedIn>) -> Result<(), VerbError> {
    let session = tx.user()?.session;
    match end(tx, session) {
        Ok(_) | Err(VerbError::Store(StoreError::NotFound)) => Ok(()),
        Err(error) => Err(error),
    }
}
