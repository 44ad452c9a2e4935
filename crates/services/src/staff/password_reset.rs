//! A forgotten password of staff: asking for a letter, writing it in a job, choosing another password by its
//! link. Whoever asks learns nothing about who is of the staff.

use domain::staff::AnyStaff;
use domain::token::{KnownDeviceKind, StaffResetKind};
use domain::{EmailAddress, KnownDeviceToken, PhcString, StaffId, StaffResetToken, StaffStatus};
use serde_json::{Value as Json, json};
use store::staff::links::{self as stored_links, Holder};
use store::staff::sessions::{self as stored_sessions, Which};
use store::staff::{credentials, devices};
use store::{PlatformTx, StaffTx, StoreError};
use uuid::Uuid;

use super::links;
use crate::jobs::{self, JobKind, NewJob};
use crate::letters::{Letter, Links, Recipient};
pub use crate::password_reset::{ANSWER, Asked};
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};
use crate::throttle::{self, Limits, Weight};
use crate::worker::work::{Outcome, Work};
use crate::{VerbError, platform_letters, tokens};

/// Takes the wish for a letter. The same statements for everybody: the letter is written by a job, which
/// knows whether there is somebody to write to. Commits in any case.
///
/// # Errors
/// The database's.
pub fn ask(
    tx: &mut StaffTx<'_, AnyStaff>,
    email: &EmailAddress,
    limits: &Limits,
) -> Result<Asked, StoreError> {
    let holder = credentials::by_email(tx, &email.folded(), None)?;
    let mut limit_of = vec![limits.letters(email)];
    limit_of.extend(tx.request().address.map(|address| limits.network(address)));
    for limit in &limit_of {
        if let Weight::TooMuch { retry_after, .. } = throttle::weigh_at_platform(tx, limit)? {
            return Ok(Asked::TooOften { retry_after });
        }
    }
    // Somebody or nobody: the job's payload names no address.
    let staff = holder.map_or_else(Uuid::new_v4, |holder| holder.id.uuid());
    let job = NewJob::now(JobKind::StaffResetIssue, json!({ "staff": staff }));
    jobs::enqueue_for_platform(tx, &job)?;
    let target = Target::named(TargetKind::Staff, email.as_str());
    let entry = Entry::done(Action::PasswordResetRequested, target);
    platform_audit::record(tx, entry)?;
    Ok(Asked::Taken)
}

/// The job behind [`ask`]: writes the letter to the address in the person's row, if there is an active
/// person.
pub(crate) fn issue(work: &Work<'_>) -> Outcome {
    let portal = work.platform_links();
    work.conclude_for_platform(|tx| write_letter(tx, &portal, work.payload()))
        .map_or_else(Outcome::from, |()| Outcome::Done)
}

fn write_letter(tx: &mut PlatformTx<'_>, portal: &Links, payload: &Json) -> Result<(), StoreError> {
    let staff = payload
        .get("staff")
        .and_then(Json::as_str)
        .and_then(|text| text.parse::<Uuid>().ok());
    let Some(staff) = staff.map(StaffId::from_uuid) else {
        return Ok(());
    };
    let holder = credentials::locked(tx, staff)?;
    let Some(holder) = holder.filter(|holder| holder.status == StaffStatus::Active) else {
        return Ok(());
    };
    let minted = links::mint::<StaffResetKind>(tx, holder.id)?;
    let to = Recipient {
        email: &holder.email,
        name: &holder.name,
    };
    let letter = Letter::PasswordReset {
        path: &minted.path,
        expires_at: minted.expires_at,
    };
    platform_letters::write(tx, portal, to, &letter).map(drop)
}

/// Whom the link is for, if it still works. Using it up is [`finish`]; looking is free.
///
/// # Errors
/// The database's.
pub fn look(
    tx: &mut StaffTx<'_, AnyStaff>,
    token: &StaffResetToken,
) -> Result<Option<Holder>, StoreError> {
    Ok(links::look(tx, token)?.filter(|holder| holder.status == StaffStatus::Active))
}

/// Sets the password that was hashed on the lane, uses the link up, and ends every session, link and known
/// device of the person. Answers the token by which this browser is known from now on.
///
/// # Errors
/// [`StoreError::NotFound`] when the link does not work any more, or the database's.
pub fn finish(
    tx: &mut StaffTx<'_, AnyStaff>,
    portal: &Links,
    token: &StaffResetToken,
    hash: &PhcString,
) -> Result<KnownDeviceToken, VerbError> {
    let holder = look(tx, token)?.ok_or(StoreError::NotFound)?;
    let locked = credentials::locked(tx, holder.id)?;
    let may = locked.is_some_and(|now| now.status == StaffStatus::Active);
    let holder = links::take(tx, token)?
        .filter(|_| may)
        .ok_or(StoreError::NotFound)?;
    credentials::set(tx, holder.id, hash)?;
    stored_links::void_all(tx, holder.id)?;
    devices::forget(tx, holder.id)?;
    let ended = stored_sessions::end(tx, holder.id, Which::All)?.len();
    let device = tokens::draw::<KnownDeviceKind>();
    devices::remember(tx, holder.id, &device.hash())?;
    tell_changed(tx, portal, &holder.email, &holder.name)?;
    let entry = Entry::done(
        Action::PasswordReset,
        Target::staff(holder.id, holder.name.clone()),
    )
    .after(json!({ "sessions_ended": ended }))
    .by(holder.id, holder.name);
    platform_audit::record(tx, entry)?;
    Ok(device)
}

/// The warning that a password is another one now.
pub(super) fn tell_changed<P>(
    tx: &mut StaffTx<'_, P>,
    portal: &Links,
    email: &EmailAddress,
    name: &str,
) -> Result<(), StoreError> {
    let device = tx.request().device.clone();
    let letter = Letter::PasswordChanged { device: &device };
    platform_letters::write(tx, portal, Recipient { email, name }, &letter).map(drop)
}
