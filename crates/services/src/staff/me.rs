//! The own record of somebody of the staff: name, how the portal speaks to them, password. Every verb is
//! about whoever is signed in and takes no identifier.

use std::time::Duration;

use domain::staff::SignedInStaff;
use domain::{EmailAddress, Password, PhcString, StaffId, StaffSessionToken};
use serde_json::json;
pub use store::staff::people::Profile;
use store::staff::people::{self, Person};
use store::staff::sessions::{self as stored_sessions, Which};
use store::staff::{credentials, devices, links as stored_links};
use store::{StaffTx, StoreError};

use super::password_reset::tell_changed;
use super::sessions;
use crate::VerbError;
use crate::letters::Links;
pub use crate::me::Proof;
use crate::me::prove;
use crate::password_lane::{LaneError, PasswordLane};
use crate::platform_audit::{self, Action, Entry, Target};
use crate::throttle::{self, Limits, Weight};

/// The own record.
///
/// # Errors
/// The database's.
pub fn read(tx: &mut StaffTx<'_, SignedInStaff>) -> Result<Person, VerbError> {
    let own = tx.staff()?.id;
    Ok(people::read(tx, own)?)
}

/// Changes the own name and preferences, if the record still has the version that the form was made from.
///
/// # Errors
/// [`VerbError::Stale`] when it has another one, or the database's.
pub fn change_profile(
    tx: &mut StaffTx<'_, SignedInStaff>,
    version: i32,
    profile: &Profile,
) -> Result<(), VerbError> {
    let before = read(tx)?;
    if !people::set_profile(tx, before.id, version, profile)? {
        return Err(VerbError::Stale);
    }
    let old = json!({ "name": before.name, "locale": before.locale, "timezone": before.timezone });
    let new =
        json!({ "name": profile.name, "locale": profile.locale, "timezone": profile.timezone });
    if old != new {
        let target = Target::staff(before.id, profile.name.as_str());
        let entry = Entry::done(Action::ProfileChanged, target)
            .before(old)
            .after(new);
        platform_audit::record(tx, entry)?;
    }
    Ok(())
}

/// Whose password is to be changed, after the try was counted.
#[derive(Debug)]
pub struct Checked {
    id: StaffId,
    /// The name as shown, which a new password may not be made of.
    pub name: String,
    /// The address, likewise.
    pub email: EmailAddress,
    hash: Option<PhcString>,
}

/// First step: counts the try. Commits in any case, so that wrong tries count.
///
/// # Errors
/// The database's.
pub fn check_password(
    tx: &mut StaffTx<'_, SignedInStaff>,
    limits: &Limits,
) -> Result<Result<Checked, Duration>, VerbError> {
    let own = tx.staff()?.id;
    let limit = limits.own_staff_password(own);
    if let Weight::TooMuch { retry_after, first } = throttle::weigh_at_platform(tx, &limit)? {
        if first {
            refuse(tx, "too many tries")?;
        }
        return Ok(Err(retry_after));
    }
    let holder = credentials::locked(tx, own)?.ok_or(StoreError::NotFound)?;
    Ok(Ok(Checked {
        id: own,
        name: holder.name,
        email: holder.email,
        hash: holder.hash,
    }))
}

/// Second step, without a transaction: compares the current password and hashes the new one.
///
/// # Errors
/// The lane is full or gone.
pub async fn prove_password(
    lane: &PasswordLane,
    checked: Checked,
    current: Password,
    new: Password,
) -> Result<Proof, LaneError> {
    let proof = prove(lane, checked.hash, current, new).await?;
    tracing::debug!(staff = %checked.id, right = proof.is_right(), "the current password was compared");
    Ok(proof)
}

/// Third step: stores the new password, ends all other sessions, links and known devices, and gives this
/// session another token. `None`, with an entry in the log, when the current one was wrong.
///
/// # Errors
/// The database's.
pub fn change_password(
    tx: &mut StaffTx<'_, SignedInStaff>,
    portal: &Links,
    proof: &Proof,
    limits: &Limits,
) -> Result<Option<StaffSessionToken>, VerbError> {
    let own = tx.staff()?.clone();
    let holder = credentials::locked(tx, own.id)?.ok_or(StoreError::NotFound)?;
    let Some(new) = proof.new_for(holder.hash.as_ref()) else {
        refuse(tx, "wrong password")?;
        return Ok(None);
    };
    throttle::forgive_at_platform(tx, &limits.own_staff_password(own.id))?;
    credentials::set(tx, own.id, new)?;
    stored_links::void_all(tx, own.id)?;
    devices::forget(tx, own.id)?;
    stored_sessions::end(tx, own.id, Which::Others(own.session))?;
    let token = sessions::rotate(tx)?;
    tell_changed(tx, portal, &holder.email, &holder.name)?;
    let target = Target::staff(own.id, own.name);
    platform_audit::record(tx, Entry::done(Action::PasswordChanged, target))?;
    Ok(Some(token))
}

fn refuse(tx: &mut StaffTx<'_, SignedInStaff>, reason: &str) -> Result<(), StoreError> {
    let own = tx.staff()?.clone();
    let entry = Entry::refused(Action::PasswordRefused, Target::staff(own.id, own.name))
        .after(json!({ "reason": reason }));
    platform_audit::record(tx, entry)
}
