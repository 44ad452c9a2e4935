//! Signing in, in three steps: weigh the try in one transaction, judge the password on the lane without
//! holding a connection, admit or refuse in a second transaction. Unknown, wrong and suspended cost the
//! same and are answered the same.

use domain::permission::Anyone;
use domain::phc::PhcString;
use domain::token::KnownDeviceKind;
use domain::{EmailAddress, KnownDeviceToken, UserId};
use serde_json::json;
use store::credentials::{self, Holder};
use store::{StoreError, TenantTx, known_devices, users};

pub use crate::attempt::{Account, Attempt, Judged, Weighed, judge};
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::sessions::{self, Lifetimes, Opened, Stay};
use crate::throttle::{self, Limits, Weight};
use crate::tokens;

/// What is said to everybody who is not let in, whatever the reason.
pub const REFUSAL: &str = "That email and password do not match an account here.";

impl Account for Holder {
    fn hash(&self) -> Option<&PhcString> {
        self.hash.as_ref()
    }
}

/// A person who is in.
#[derive(Debug)]
pub struct Entered {
    /// The session for the cookie.
    pub session: Opened,
    /// The token by which the browser is known from now on.
    pub device: KnownDeviceToken,
}

/// First step: counts the try and looks the account up. Commits in any case.
///
/// # Errors
/// The database's.
pub fn weigh(
    tx: &mut TenantTx<'_, Anyone>,
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
        (Some(holder), Some(device)) if holder.knows_device => limits.device(holder.id, device),
        _ => limits.account(email),
    });
    for limit in &limit_of {
        if let Weight::TooMuch { retry_after, first } = throttle::weigh(tx, limit)? {
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
    tx: &mut TenantTx<'_, Anyone>,
    judged: &Judged<Holder>,
    stay: Stay,
    lifetimes: Lifetimes,
) -> Result<Option<Entered>, StoreError> {
    let attempt = &judged.attempt;
    let Some(holder) = attempt
        .holder
        .as_ref()
        .filter(|holder| judged.right && holder.status.may_sign_in())
    else {
        let reason = match &attempt.holder {
            Some(holder) if !holder.status.may_sign_in() => holder.status.as_str(),
            Some(_) => "wrong password",
            None => "no such account",
        };
        refuse(tx, &attempt.email, attempt.holder.as_ref(), reason)?;
        return Ok(None);
    };
    let now = credentials::held(tx, holder.id)?;
    if !now.is_some_and(|(status, hash)| status.may_sign_in() && Some(hash) == holder.hash) {
        refuse(tx, &attempt.email, Some(holder), "changed in the meantime")?;
        return Ok(None);
    }
    if let (Some(old), Some(new)) = (&holder.hash, &judged.renewed) {
        credentials::replace(tx, holder.id, old, new)?;
    }
    throttle::forgive(tx, &attempt.counted)?;
    enter(
        tx,
        holder.id,
        &holder.name,
        attempt.device.clone(),
        stay,
        lifetimes,
    )
    .map(Some)
}

/// Lets a person in who has proven who they are: session, device, log.
pub(crate) fn enter<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    name: &str,
    device: Option<KnownDeviceToken>,
    stay: Stay,
    lifetimes: Lifetimes,
) -> Result<Entered, StoreError> {
    let device = device.unwrap_or_else(tokens::draw::<KnownDeviceKind>);
    known_devices::remember(tx, user, &device.hash())?;
    let session = sessions::begin(tx, user, stay, lifetimes)?;
    users::signed_in(tx, user)?;
    let kept = stay == Stay::Kept;
    let entry = Entry::done(Action::SessionCreated, Target::user(user, name))
        .after(json!({ "kept": kept }))
        .by(user, name);
    audit::record(tx, entry)?;
    Ok(Entered { session, device })
}

fn refuse(
    tx: &mut TenantTx<'_, Anyone>,
    email: &EmailAddress,
    holder: Option<&Holder>,
    reason: &str,
) -> Result<(), StoreError> {
    let target = match holder {
        Some(holder) => Target::user(holder.id, holder.name.clone()),
        None => Target::named(TargetKind::User, email.as_str()),
    };
    let entry = Entry::refused(Action::SessionRefused, target).after(json!({ "reason": reason }));
    audit::record(tx, entry)
}
