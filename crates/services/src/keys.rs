//! API keys of a tenant: making one, which shows it once, listing, rotating and revoking them. Nobody puts
//! more into a key than they have, and a key does no more than its maker may at that moment; the key of
//! somebody who was suspended or removed rests until they are back or somebody else rotates it.

mod wish;

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::{Anyone, ManageKeys, ReadKeys};
use domain::{ApiKey, FieldErrors, KeyId, Permissions, TokenHash};
use serde_json::{Value as Json, json};
pub use store::keys::KeyRow;
use store::keys::{self, NewKey};
use store::{Actor, StoreError, TenantTx};
use uuid::Uuid;

use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};
use crate::tokens;
use crate::users::rules::Doer;
pub use wish::{MAX_DAYS, Wish};
pub(crate) use wish::{MAX_NAME, days_in};

/// The most keys that open something at once.
pub const MAX: i64 = 100;
/// The longest that a rotated key still opens beside the new one.
pub const MAX_OVERLAP_DAYS: i64 = 30;
/// How long a revoked key stays in the list.
pub(crate) const REVOKED: TimeDelta = TimeDelta::days(30);

/// A key as its holder must get it: the only moment at which it is known.
#[derive(Debug)]
pub struct Made {
    /// Which.
    pub id: KeyId,
    /// The key itself.
    pub key: ApiKey,
}

/// Where a key stands, in a word.
#[must_use]
pub fn state(row: &KeyRow, now: DateTime<Utc>) -> &'static str {
    let expired = row.expires_at.is_some_and(|until| until <= now);
    match row {
        _ if row.revoked_at.is_some() => "revoked",
        _ if expired && row.replaced_by.is_some() => "replaced",
        _ if expired => "expired",
        _ if !row.maker_active => "resting",
        _ if row.replaced_by.is_some() => "overlapping",
        _ => "active",
    }
}

/// Makes a key.
///
/// # Errors
/// [`VerbError::Refused`] for more than one has oneself, [`VerbError::Conflict`] for too many keys, or the
/// database's.
pub fn create(tx: &mut TenantTx<'_, ManageKeys>, wish: &Wish) -> Result<Made, VerbError> {
    refuse_more_than_one_has(tx, &wish.permissions)?;
    if keys::count(tx)? >= MAX {
        return Err(VerbError::Conflict(format!(
            "There are {MAX} keys already. Revoke one that nothing uses first."
        )));
    }
    let expires_at = wish.lives.map(|lives| tx.now() + lives);
    let made = write(tx, &wish.name, &wish.permissions, expires_at)?;
    emit(tx, EventKind::KeyCreated, made.id, &wish.name)?;
    let fields = json!({ "name": wish.name, "permissions": wish.permissions.keys(), "expires_at": expires_at });
    let entry = Entry::done(Action::KeyCreated, target(made.id, &wish.name));
    audit::record(tx, entry.after(fields))?;
    Ok(made)
}

/// The keys, the newest first; those that were revoked stay for 30 days.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut TenantTx<'_, ReadKeys>) -> Result<Vec<KeyRow>, VerbError> {
    let since = tx.now() - REVOKED;
    Ok(keys::list(tx, since)?)
}

/// One key.
///
/// # Errors
/// `StoreError::NotFound`, or the database's.
pub fn read<P>(tx: &mut TenantTx<'_, P>, id: KeyId) -> Result<KeyRow, VerbError> {
    Ok(keys::lock(tx, id)?)
}

/// Puts a new key in the place of one, which opens for so many days more. The new one is of whoever rotates.
///
/// # Errors
/// [`VerbError::Conflict`] for a key that is revoked, replaced or expired; more than one has; or the database's.
pub fn rotate(
    tx: &mut TenantTx<'_, ManageKeys>,
    id: KeyId,
    overlap_days: i64,
) -> Result<Made, VerbError> {
    let old = keys::lock(tx, id)?;
    refuse_ended(&old, tx.now())?;
    let overlap = overlap(overlap_days)?;
    let permissions = Permissions::from_keys(old.permissions.iter().map(String::as_str));
    refuse_more_than_one_has(tx, &permissions)?;
    let made = write(tx, &old.name, &permissions, renewed(&old, tx.now()))?;
    let until = still_opens(&old, tx.now() + overlap);
    keys::replace(tx, id, made.id, until)?;
    emit(tx, EventKind::KeyRotated, made.id, &old.name)?;
    let entry = Entry::done(Action::KeyRotated, target(id, &old.name));
    let fields = json!({ "replaced_by": made.id, "expires_at": until });
    audit::record(
        tx,
        entry
            .before(json!({ "expires_at": old.expires_at }))
            .after(fields),
    )?;
    Ok(made)
}

/// Ends a key at once. Answers its name; revoking it again changes nothing.
///
/// # Errors
/// `StoreError::NotFound`, or the database's.
pub fn revoke(tx: &mut TenantTx<'_, ManageKeys>, id: KeyId) -> Result<String, VerbError> {
    let old = keys::lock(tx, id)?;
    if old.revoked_at.is_some() {
        return Ok(old.name);
    }
    keys::revoke(tx, id)?;
    emit(tx, EventKind::KeyRevoked, id, &old.name)?;
    let entry = Entry::done(Action::KeyRevoked, target(id, &old.name));
    audit::record(tx, entry)?;
    Ok(old.name)
}

/// Notes, once, that a key stood in the address of a request. Answers whether it was one of ours.
///
/// # Errors
/// The database's.
pub fn expose(tx: &mut TenantTx<'_, Anyone>, hash: &TokenHash) -> Result<bool, StoreError> {
    let Some((id, name)) = keys::expose(tx, hash)? else {
        return Ok(false);
    };
    let entry = Entry::refused(Action::KeyExposed, target(id, &name));
    audit::record(tx, entry)?;
    Ok(true)
}

/// Notes that a key of this tenant was used under the name of another, or of the platform. Answers whether it
/// is a key at all: of one that is none nothing is noted.
///
/// # Errors
/// The database's.
pub fn note_stray(tx: &mut TenantTx<'_, Anyone>, asked: &str) -> Result<bool, VerbError> {
    if !matches!(tx.actor(), Actor::Key(_)) {
        return Ok(false);
    }
    let entry = Entry::refused(
        Action::AccessRefused,
        Target::named(TargetKind::Page, asked),
    );
    let why = json!({ "reason": "the request named another world than the key" });
    audit::record(tx, entry.after(why))?;
    Ok(true)
}

fn write(
    tx: &mut TenantTx<'_, ManageKeys>,
    name: &str,
    permissions: &Permissions,
    expires_at: Option<DateTime<Utc>>,
) -> Result<Made, StoreError> {
    let (made_by, made_by_name) = maker(tx)?;
    let made = Made {
        id: KeyId::from_uuid(tx.fresh_uuid()),
        key: ApiKey::of_tenant(tx.tenant(), &tokens::secret()),
    };
    keys::add(
        tx,
        &NewKey {
            id: made.id,
            name,
            key: &made.key,
            permissions: permissions.keys(),
            made_by,
            made_by_name: &made_by_name,
            expires_at,
        },
    )?;
    Ok(made)
}

/// Whose rights bound the key: those of the person, or of whoever made the key that makes it; a visitor's key would outlive the visit.
fn maker<P>(tx: &TenantTx<'_, P>) -> Result<(Option<Uuid>, String), StoreError> {
    Ok(match tx.actor() {
        Actor::User(user) => (Some(user.id.uuid()), user.name.clone()),
        Actor::Key(key) => (key.made_by.map(|id| id.uuid()), key.name.clone()),
        Actor::System(name) => (None, (*name).to_owned()),
        Actor::Visitor(_) | Actor::Anonymous => return Err(StoreError::NoPerson),
    })
}

/// Until when the new key of a rotation opens: as long from now as the old one did from its making.
pub(crate) fn renewed(old: &KeyRow, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    Some(now + (old.expires_at? - old.created_at))
}

/// Until when the old key of a rotation opens: never longer than it did.
pub(crate) fn still_opens(old: &KeyRow, until: DateTime<Utc>) -> DateTime<Utc> {
    old.expires_at.map_or(until, |own| own.min(until))
}

/// The time for which both keys of a rotation open.
pub(crate) fn overlap(days: i64) -> Result<TimeDelta, FieldErrors> {
    if (0..=MAX_OVERLAP_DAYS).contains(&days) {
        Ok(TimeDelta::days(days))
    } else {
        let words = format!("Choose from 0 to {MAX_OVERLAP_DAYS} days.");
        Err(FieldErrors::one("overlap_days", words))
    }
}

pub(crate) fn refuse_ended(old: &KeyRow, now: DateTime<Utc>) -> Result<(), VerbError> {
    match state(old, now) {
        "active" | "resting" if old.replaced_by.is_none() => Ok(()),
        "revoked" => Err(conflict("This key was revoked. Make a new one.")),
        "expired" => Err(conflict("This key has expired. Make a new one.")),
        _ => Err(conflict(
            "This key was rotated already. Rotate the one that replaced it.",
        )),
    }
}

fn conflict(words: &str) -> VerbError {
    VerbError::Conflict(words.to_owned())
}

fn refuse_more_than_one_has<P>(
    tx: &TenantTx<'_, P>,
    permissions: &Permissions,
) -> Result<(), VerbError> {
    if Doer::of(tx)?.permissions.cover(permissions) {
        return Ok(());
    }
    Err(VerbError::Refused(
        "The key would allow more than you may do yourself.".to_owned(),
    ))
}

fn emit<P>(
    tx: &mut TenantTx<'_, P>,
    kind: EventKind,
    id: KeyId,
    name: &str,
) -> Result<(), StoreError> {
    let data: Json = json!({ "id": id, "name": name });
    events::emit(tx, kind, Some(id.uuid()), &data)
}

fn target(id: KeyId, name: &str) -> Target {
    Target::of(TargetKind::Key, id.uuid(), name)
}
