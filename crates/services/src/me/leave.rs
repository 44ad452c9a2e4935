//! Leaving the organisation by oneself: a removal like any other, which an admin can undo.

use domain::UserStatus;
use domain::permission::SignedIn;
use serde_json::json;
use store::limits::{self, USERS};
use store::users::{self, Step};
use store::{StoreError, TenantTx};

use crate::audit::{self, Action, Entry, Target};
use crate::events::{self, EventKind};
use crate::{VerbError, sessions};

/// What is said to the last owner.
pub const LAST_OWNER: &str =
    "You are the last owner. Make somebody else an owner first, or close the organisation.";

/// Whether whoever asks is the only active owner, who cannot leave.
///
/// # Errors
/// The database's.
pub fn is_last_owner(tx: &mut TenantTx<'_, SignedIn>) -> Result<bool, VerbError> {
    let own = tx.user()?.id;
    let owners = users::lock_owners(tx)?;
    Ok(owners == [own])
}

/// Takes whoever asks off the list: their seat is free, their sessions and mailed links end, what they made
/// with keys rests.
///
/// # Errors
/// [`VerbError::Conflict`] for the last owner, or the database's.
pub fn leave(tx: &mut TenantTx<'_, SignedIn>) -> Result<(), VerbError> {
    let own = tx.user()?.id;
    if is_last_owner(tx)? {
        return Err(VerbError::Conflict(LAST_OWNER.to_owned()));
    }
    let user = users::lock(tx, &[own])?.pop().ok_or(StoreError::NotFound)?;
    let step = Step {
        from: user.status,
        to: UserStatus::Removed,
        reason: None,
    };
    if users::set_status(tx, &[own], step)? != 1 {
        return Err(VerbError::Stale);
    }
    sessions::end_all_of(tx, &[own])?;
    users::void_links(tx, &[own])?;
    if user.status.holds_seat() {
        limits::release(tx, USERS, 1)?;
    }
    let data = json!({ "email": user.email, "name": user.name, "by": "themselves" });
    events::emit(tx, EventKind::UserRemoved, Some(own.uuid()), &data)?;
    let entry = Entry::done(Action::UserLeft, Target::user(own, user.name.as_str()))
        .before(json!({ "status": user.status }))
        .after(json!({ "status": UserStatus::Removed }));
    Ok(audit::record(tx, entry)?)
}
