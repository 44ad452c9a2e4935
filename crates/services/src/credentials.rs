//! What happens when somebody's password changes, whichever way: everything that was opened with the old
//! one is shut, and the person is written to.

use domain::UserId;
use domain::phc::PhcString;
use serde_json::json;
use store::{StoreError, TenantTx, credentials, known_devices};

use crate::events::{self, EventKind};
use crate::letters::{self, Letter, Links, Recipient};
use crate::links;
use crate::sessions::{self, Renewed};

/// Stores the new password, ends the sessions, mailed links and known devices of the person, and tells
/// it. The session that asks, if it is theirs, goes on under another token. The audit entry is the
/// caller's.
///
/// # Errors
/// The database's.
pub(crate) fn changed<P>(
    tx: &mut TenantTx<'_, P>,
    portal: &Links,
    user: UserId,
    to: Recipient<'_>,
    hash: &PhcString,
) -> Result<Renewed, StoreError> {
    credentials::set(tx, user, hash)?;
    links::void_all(tx, user)?;
    known_devices::forget(tx, user)?;
    let renewed = sessions::rights_changed(tx, user)?;
    let changed = EventKind::PasswordChanged;
    events::emit(tx, changed, Some(user.uuid()), &json!({}))?;
    let device = tx.request().device.clone();
    letters::write(tx, portal, to, &Letter::PasswordChanged { device: &device })?;
    Ok(renewed)
}
