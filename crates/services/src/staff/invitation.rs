//! Accepting an invitation to run the platform, by the link that was mailed or shown.

use domain::staff::AnyStaff;
use domain::{PersonName, PhcString, StaffInvitationToken, StaffStatus};
use serde_json::json;
pub use store::staff::links::Holder;
use store::staff::{credentials, people};
use store::{StaffTx, StoreError};

use super::links;
use super::sign_in::{self, Entered};
use crate::VerbError;
use crate::platform_audit::{self, Action, Entry, Target};
use crate::sessions::Lifetimes;

/// Whom the link is for, if it still works. Using it up is [`accept`]; looking is free.
///
/// # Errors
/// The database's.
pub fn look(
    tx: &mut StaffTx<'_, AnyStaff>,
    token: &StaffInvitationToken,
) -> Result<Option<Holder>, StoreError> {
    let found = links::look(tx, token)?;
    Ok(found.filter(|holder| holder.status == StaffStatus::Invited))
}

/// Uses the link up: the person becomes active under this name and password, and is in.
///
/// # Errors
/// [`StoreError::NotFound`] when the link does not work any more, or the database's.
pub fn accept(
    tx: &mut StaffTx<'_, AnyStaff>,
    token: &StaffInvitationToken,
    name: &PersonName,
    hash: &PhcString,
    lifetimes: Lifetimes,
) -> Result<Entered, VerbError> {
    let holder = look(tx, token)?.ok_or(StoreError::NotFound)?;
    let now = credentials::locked(tx, holder.id)?.ok_or(StoreError::NotFound)?;
    let holder = links::take(tx, token)?
        .filter(|_| now.status == StaffStatus::Invited)
        .ok_or(StoreError::NotFound)?;
    people::joined(tx, holder.id, name)?;
    credentials::set(tx, holder.id, hash)?;
    let entry = Entry::done(Action::StaffJoined, Target::staff(holder.id, name.as_str()))
        .before(json!({ "status": "invited", "name": holder.name }))
        .after(json!({ "status": "active", "name": name }))
        .by(holder.id, name.as_str());
    platform_audit::record(tx, entry)?;
    Ok(sign_in::enter(
        tx,
        holder.id,
        name.as_str(),
        None,
        lifetimes,
    )?)
}
