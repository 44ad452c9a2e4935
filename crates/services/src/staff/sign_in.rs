//! Signing in as staff, in three steps as at a tenant's door: weigh the try in one transaction, judge the
//! password on the lane without holding a connection, admit or refuse in a second transaction. Unknown,
//! wrong and suspended cost the same and are answered the same.

use domain::staff::AnyStaff;
use domain::token::KnownDeviceKind;
use domain::{EmailAddress, KnownDeviceToken, PhcString, StaffId, StaffSessionToken, StaffStatus};
use serde_json::json;
use store::staff::credentials::{self, Holder};
use store::staff::{devices, people};
use store::{StaffTx, StoreError};

use super::sessions;
pub use crate::attempt::{Account, Attempt, Judged, Weighed, judge};
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};
use crate::sessions::Lifetimes;
pub use crate::sign_in::REFUSAL;
use crate::throttle::{self, Limits, Weight};
use crate::tokens;

impl Account for Holder {
    fn hash(&self) -> Option<&PhcString> {
        self.hash.as_ref()
    }
}

/// Somebody who is in.
#[derive(Debug)]
pub struct Entered {
    /// The session's token, for the cookie.
    pub session: StaffSessionToken,
    /// The token by which the browser is known from now on.
    pub device: KnownDeviceToken,
}

/// First step: counts the try and looks the account up. Commits in any case.
///
/// # Errors
/// The database's.
pub fn weigh(
    tx: &mut StaffTx<'_, AnyStaff>,
    email: &EmailAddress,
    device: Option<&KnownDeviceToken>,
    limits: &Limits,
) -> Result<Weighed<Holder>, StoreError> {
    let shown = device.map(KnownDeviceToken::hash);
    let holder = credentials::by_email(tx, &email.folded(), shown.as_ref())?;
    let mut limit_of = vec![];
    if let Some(address) = tx.request().address {
        limit_of.push(limits.network(address));
    }
    limit_of.push(match (&holder, &shown) {
        (Some(holder), Some(device)) if holder.knows_device => {
            limits.staff_device(holder.id, device)
        }
        _ => limits.account(email),
    });
    for limit in &limit_of {
        if let Weight::TooMuch { retry_after, first } = throttle::weigh_at_platform(tx, limit)? {
            if first {
                refuse(tx, email, holder.as_ref(), "too many tries")?;
            }
            return Ok(Weighed::TooOften { retry_after });
        }
    }
    Ok(Weighed::Go(Box::new(Attempt {
        email: email.clone(),
        device: device
            .filter(|_| holder.as_ref().is_some_and(|one| one.knows_device))
            .cloned(),
        holder,
        counted: limit_of,
    })))
}

/// Last step, after the password was judged: lets the person in if the password was right, is still the same, and they may sign in.
/// `None` for everybody else, with an entry in the log.
///
/// # Errors
/// The database's.
pub fn admit(
    tx: &mut StaffTx<'_, AnyStaff>,
    judged: &Judged<Holder>,
    lifetimes: Lifetimes,
) -> Result<Option<Entered>, StoreError> {
    let attempt = &judged.attempt;
    let Some(holder) = attempt
        .holder
        .as_ref()
        .filter(|holder| judged.right && holder.status == StaffStatus::Active)
    else {
        let reason = match (&attempt.holder, judged.right) {
            (None, _) => "no such account",
            (Some(_), false) => "wrong password",
            (Some(_), true) => "not active",
        };
        refuse(tx, &attempt.email, attempt.holder.as_ref(), reason)?;
        return Ok(None);
    };
    let now = credentials::locked(tx, holder.id)?;
    let same = |now: &Holder| now.status == StaffStatus::Active && now.hash == holder.hash;
    let Some(holder) = now.filter(same) else {
        refuse(tx, &attempt.email, Some(holder), "changed in the meantime")?;
        return Ok(None);
    };
    if let (Some(old), Some(new)) = (&holder.hash, &judged.renewed) {
        credentials::replace(tx, holder.id, old, new)?;
    }
    for limit in &attempt.counted {
        throttle::forgive_at_platform(tx, limit)?;
    }
    let device = attempt.device.clone();
    enter(tx, holder.id, &holder.name, device, lifetimes).map(Some)
}

/// Lets somebody in who has proven who they are: session, device, log.
pub(super) fn enter<P>(
    tx: &mut StaffTx<'_, P>,
    id: StaffId,
    name: &str,
    device: Option<KnownDeviceToken>,
    lifetimes: Lifetimes,
) -> Result<Entered, StoreError> {
    let device = device.unwrap_or_else(tokens::draw::<KnownDeviceKind>);
    devices::remember(tx, id, &device.hash())?;
    let session = sessions::begin(tx, id, lifetimes)?;
    people::signed_in(tx, id)?;
    let entry = Entry::done(Action::SessionCreated, Target::staff(id, name)).by(id, name);
    platform_audit::record(tx, entry)?;
    Ok(Entered { session, device })
}

fn refuse(
    tx: &mut StaffTx<'_, AnyStaff>,
    email: &EmailAddress,
    holder: Option<&Holder>,
    reason: &str,
) -> Result<(), StoreError> {
    let target = match holder {
        Some(holder) => Target::staff(holder.id, holder.name.clone()),
        None => Target::named(TargetKind::Staff, email.as_str()),
    };
    let entry = Entry::refused(Action::SessionRefused, target).after(json!({ "reason": reason }));
    platform_audit::record(tx, entry)
}
