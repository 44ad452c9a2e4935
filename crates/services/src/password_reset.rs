//! A forgotten password: asking for a letter, writing it in a job, choosing another password by its
//! link. Whoever asks learns nothing about who has an account.

use std::time::Duration;

use domain::permission::{Anyone, System};
use domain::phc::PhcString;
use domain::token::{KnownDeviceKind, PasswordResetKind};
use domain::{EmailAddress, KnownDeviceToken, PasswordResetToken, UserId};
use serde_json::{Value as Json, json};
use store::{StoreError, TenantTx, credentials, known_devices};
use uuid::Uuid;

use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::credentials::changed;
use crate::jobs::{self, JobKind, NewJob};
use crate::letters::{self, Letter, Links, Recipient};
use crate::links::{self, LinkHolder, Minted};
use crate::throttle::{self, Limits, Weight};
use crate::{VerbError, tokens};

/// What is said to everybody who asks.
pub const ANSWER: &str = "If that address has an account, a letter is on its way.";

/// Whether the wish was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It was, whoever asked.
    Taken,
    /// Not before this time is over.
    TooOften {
        /// When it may be asked again.
        retry_after: Duration,
    },
}

/// Takes the wish for a letter. The same statements for everybody: the letter is written by a job,
/// which knows whether there is somebody to write to. Commits in any case.
///
/// # Errors
/// The database's.
pub fn ask(
    tx: &mut TenantTx<'_, Anyone>,
    email: &EmailAddress,
    limits: &Limits,
) -> Result<Asked, StoreError> {
    let holder = credentials::by_email(tx, &email.folded(), None)?;
    let mut limit_of = vec![limits.letters(email)];
    limit_of.extend(tx.request().address.map(|address| limits.network(address)));
    for limit in &limit_of {
        if let Weight::TooMuch { retry_after, .. } = throttle::weigh(tx, limit)? {
            return Ok(Asked::TooOften { retry_after });
        }
    }
    // Somebody or nobody: a job's payload is seen by the platform, so it names no address.
    let user = holder.map_or_else(Uuid::new_v4, |holder| holder.id.uuid());
    let job = NewJob::now(JobKind::PasswordResetIssue, json!({ "user": user }));
    jobs::enqueue(tx, &job)?;
    let target = Target::named(TargetKind::User, email.as_str());
    audit::record(tx, Entry::done(Action::PasswordResetRequested, target))?;
    Ok(Asked::Taken)
}

/// The job behind [`ask`]: writes the letter to the address in the person's row, if there is an active
/// person. Answers whether it did.
///
/// # Errors
/// The database's.
pub fn issue(
    tx: &mut TenantTx<'_, System>,
    portal: &Links,
    payload: &Json,
) -> Result<bool, StoreError> {
    let user = payload
        .get("user")
        .and_then(Json::as_str)
        .and_then(|text| text.parse::<Uuid>().ok());
    let Some(user) = user.map(UserId::from_uuid) else {
        return Ok(false);
    };
    let holder = credentials::locked(tx, user, None)?;
    let Some(holder) = holder.filter(|holder| holder.status.may_sign_in()) else {
        return Ok(false);
    };
    let minted: Minted<PasswordResetKind> = links::mint(tx, holder.id, &holder.email)?;
    let to = Recipient {
        email: &holder.email,
        name: &holder.name,
    };
    let path = minted.path();
    let letter = Letter::PasswordReset {
        path: &path,
        expires_at: minted.expires_at,
    };
    letters::write(tx, portal, to, &letter)?;
    Ok(true)
}

/// Whom the link is for, if it still works. Using it up is [`finish`]; looking is free.
///
/// # Errors
/// The database's.
pub fn look(
    tx: &mut TenantTx<'_, Anyone>,
    token: &PasswordResetToken,
) -> Result<Option<LinkHolder>, StoreError> {
    Ok(links::look(tx, token)?.filter(|holder| holder.status.may_sign_in()))
}

/// Sets the password that was hashed on the lane, uses the link up, and ends every session, link and
/// known device of the person. Answers the token by which this browser is known from now on; not
/// found when the link does not work any more.
///
/// # Errors
/// [`StoreError::NotFound`] as said, or the database's.
pub fn finish(
    tx: &mut TenantTx<'_, Anyone>,
    portal: &Links,
    token: &PasswordResetToken,
    hash: &PhcString,
) -> Result<KnownDeviceToken, VerbError> {
    let holder = look(tx, token)?.ok_or(StoreError::NotFound)?;
    let locked = credentials::locked(tx, holder.user, None)?;
    let may = locked.is_some_and(|now| now.status.may_sign_in());
    let holder = links::take(tx, token)?
        .filter(|_| may)
        .ok_or(StoreError::NotFound)?;
    let to = Recipient {
        email: &holder.email,
        name: &holder.name,
    };
    let ended = changed(tx, portal, holder.user, to, hash)?.ended;
    let device = tokens::draw::<KnownDeviceKind>();
    known_devices::remember(tx, holder.user, &device.hash())?;
    let entry = Entry::done(
        Action::PasswordReset,
        Target::user(holder.user, holder.name.clone()),
    )
    .after(json!({ "sessions_ended": ended }))
    .by(holder.user, holder.name);
    audit::record(tx, entry)?;
    Ok(device)
}
