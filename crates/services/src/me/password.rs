//! Changing the own password: the current one is asked for, so that an open browser is not enough. In
//! steps as signing in: no connection is held while hashing.

use std::time::Duration;

use domain::permission::SignedIn;
use domain::phc::PhcString;
use domain::{EmailAddress, Password, UserId};
use serde_json::json;
use store::{StoreError, TenantTx, credentials};

use crate::VerbError;
use crate::audit::{self, Action, Entry, Target};
use crate::credentials::changed;
use crate::letters::{Links, Recipient};
use crate::password_lane::{LaneError, PasswordLane};
use crate::sessions::Opened;
use crate::throttle::{self, Limits, Weight};

/// Whose password is to be changed, after the try was counted.
#[derive(Debug)]
pub struct Checked {
    user: UserId,
    /// The name as shown, which a new password may not be made of.
    pub name: String,
    /// The address, likewise.
    pub email: EmailAddress,
    hash: Option<PhcString>,
}

/// What the lane found out.
#[derive(Debug)]
pub struct Proof {
    hash: Option<PhcString>,
    /// The new password's hash; `None` when the current password was wrong.
    new: Option<PhcString>,
}

impl Proof {
    /// Whether the current password was right.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        self.new.is_some()
    }

    /// The new password's hash, if the current one was right and `stored` is still what it was compared with.
    pub(crate) fn new_for(&self, stored: Option<&PhcString>) -> Option<&PhcString> {
        self.new.as_ref().filter(|_| stored == self.hash.as_ref())
    }
}

/// Compares the current password with the stored one and hashes the new one.
pub(crate) async fn prove(
    lane: &PasswordLane,
    stored: Option<PhcString>,
    current: Password,
    new: Password,
) -> Result<Proof, LaneError> {
    let verdict = lane.verify(stored.clone(), current).await?;
    let new = match verdict.is_right() {
        true => Some(lane.hash(new).await?),
        false => None,
    };
    Ok(Proof { hash: stored, new })
}

/// First step: counts the try. Commits in any case, so that wrong tries count.
///
/// # Errors
/// The database's.
pub fn check_password(
    tx: &mut TenantTx<'_, SignedIn>,
    limits: &Limits,
) -> Result<Result<Checked, Duration>, VerbError> {
    let own = tx.user()?.id;
    if let Weight::TooMuch { retry_after, first } = throttle::weigh(tx, &limits.own_password(own))?
    {
        if first {
            refuse(tx, "too many tries")?;
        }
        return Ok(Err(retry_after));
    }
    let holder = credentials::locked(tx, own, None)?.ok_or(StoreError::NotFound)?;
    Ok(Ok(Checked {
        user: own,
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
    tracing::debug!(user = %checked.user, right = proof.is_right(), "the current password was compared");
    Ok(proof)
}

/// Third step: stores the new password, ends all other sessions, mailed links and known devices, and
/// gives this session another token. `None`, with an entry in the log, when the current one was wrong.
///
/// # Errors
/// The database's.
pub fn change_password(
    tx: &mut TenantTx<'_, SignedIn>,
    portal: &Links,
    proof: &Proof,
    limits: &Limits,
) -> Result<Option<Opened>, VerbError> {
    let own = tx.user()?.clone();
    let holder = credentials::locked(tx, own.id, None)?.ok_or(StoreError::NotFound)?;
    let Some(new) = proof.new_for(holder.hash.as_ref()) else {
        refuse(tx, "wrong password")?;
        return Ok(None);
    };
    throttle::forgive(tx, &[limits.own_password(own.id)])?;
    let to = Recipient {
        email: &holder.email,
        name: &holder.name,
    };
    let renewed = changed(tx, portal, own.id, to, new)?;
    audit::record(
        tx,
        Entry::done(Action::PasswordChanged, Target::user(own.id, own.name)),
    )?;
    Ok(renewed.own)
}

fn refuse(tx: &mut TenantTx<'_, SignedIn>, reason: &str) -> Result<(), StoreError> {
    let own = tx.user()?.clone();
    let entry = Entry::refused(Action::PasswordRefused, Target::user(own.id, own.name))
        .after(json!({ "reason": reason }));
    audit::record(tx, entry)
}
