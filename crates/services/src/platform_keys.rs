//! API keys of the platform: making one, which shows it once, listing, rotating and revoking them. The rules
//! are those of a tenant's keys: nobody puts more into a key than they have, a key does no more than its
//! maker may, and the key of somebody who is not active rests.

use chrono::{DateTime, TimeDelta, Utc};
use domain::staff::{AnyStaff, ManagePlatformKeys};
use domain::{ApiKey, FieldErrors, KeyId, StaffPermission, StaffPermissions, TokenHash, text};
use serde_json::json;
pub use store::keys::KeyRow;
use store::keys::NewKey;
use store::platform_keys as stored;
use store::{StaffActor, StaffTx, StoreError};
use uuid::Uuid;

use crate::VerbError;
use crate::keys::{self, Made};
use crate::platform_audit::{self, Action, Entry, Target};
use crate::tokens;

/// A key to be made, as a form, the API or the command line says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub permissions: StaffPermissions,
    /// For how long it opens; `None` for as long as it is not revoked.
    pub lives: Option<TimeDelta>,
}

impl Wish {
    /// Reads what is asked for: name, keys of permissions, days to live.
    ///
    /// # Errors
    /// What is wrong, by field: `name`, `permissions`, `expires_in_days`.
    pub fn read(name: &str, keys: &[String], days: Option<i64>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = errors.check("name", text::line(name, keys::MAX_NAME));
        if let Some(unknown) = keys
            .iter()
            .find(|key| StaffPermission::from_key(key).is_none())
        {
            errors.add(
                "permissions",
                format!("There is no permission “{unknown}”."),
            );
        }
        if keys.is_empty() {
            errors.add(
                "permissions",
                "Choose at least one thing that the key may do.",
            );
        }
        if let Err(words) = keys::days_in(days) {
            errors.add("expires_in_days", words);
        }
        match (name, errors.is_empty()) {
            (Some(name), true) => Ok(Self {
                name,
                permissions: StaffPermissions::from_keys(keys.iter().map(String::as_str)),
                lives: days.map(TimeDelta::days),
            }),
            _ => Err(errors),
        }
    }
}

/// Makes a key.
///
/// # Errors
/// [`VerbError::Refused`] for more than one has oneself, or the database's.
pub fn create(tx: &mut StaffTx<'_, ManagePlatformKeys>, wish: &Wish) -> Result<Made, VerbError> {
    refuse_more_than_one_has(tx, &wish.permissions)?;
    let expires_at = wish.lives.map(|lives| tx.now() + lives);
    let made = write(tx, &wish.name, &wish.permissions, expires_at)?;
    let fields = json!({ "name": wish.name, "permissions": wish.permissions.keys(), "expires_at": expires_at });
    let entry = Entry::done(Action::KeyCreated, Target::key(made.id, &wish.name));
    platform_audit::record(tx, entry.after(fields))?;
    Ok(made)
}

/// The keys, the newest first; those that were revoked stay for 30 days.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut StaffTx<'_, ManagePlatformKeys>) -> Result<Vec<KeyRow>, VerbError> {
    let since = tx.now() - keys::REVOKED;
    Ok(stored::list(tx, since)?)
}

/// Puts a new key in the place of one, which opens for so many days more. The new one is of whoever rotates.
///
/// # Errors
/// [`VerbError::Conflict`] for a key that is revoked, replaced or expired; more than one has; or the database's.
pub fn rotate(
    tx: &mut StaffTx<'_, ManagePlatformKeys>,
    id: KeyId,
    overlap_days: i64,
) -> Result<Made, VerbError> {
    let old = stored::lock(tx, id)?;
    keys::refuse_ended(&old, tx.now())?;
    let overlap = keys::overlap(overlap_days)?;
    let permissions = StaffPermissions::from_keys(old.permissions.iter().map(String::as_str));
    refuse_more_than_one_has(tx, &permissions)?;
    let expires_at = keys::renewed(&old, tx.now());
    let made = write(tx, &old.name, &permissions, expires_at)?;
    let until = keys::still_opens(&old, tx.now() + overlap);
    stored::replace(tx, id, made.id, until)?;
    let entry = Entry::done(Action::KeyRotated, Target::key(id, &old.name))
        .before(json!({ "expires_at": old.expires_at }))
        .after(json!({ "replaced_by": made.id, "expires_at": until }));
    platform_audit::record(tx, entry)?;
    Ok(made)
}

/// Ends a key at once. Answers its name; revoking it again changes nothing.
///
/// # Errors
/// `StoreError::NotFound`, or the database's.
pub fn revoke(tx: &mut StaffTx<'_, ManagePlatformKeys>, id: KeyId) -> Result<String, VerbError> {
    let old = stored::lock(tx, id)?;
    if old.revoked_at.is_none() {
        stored::revoke(tx, id)?;
        let entry = Entry::done(Action::KeyRevoked, Target::key(id, &old.name));
        platform_audit::record(tx, entry)?;
    }
    Ok(old.name)
}

/// Notes, once, that a key stood in the address of a request. Answers whether it was one of ours.
///
/// # Errors
/// The database's.
pub fn expose(tx: &mut StaffTx<'_, AnyStaff>, hash: &TokenHash) -> Result<bool, StoreError> {
    let Some((id, name)) = stored::expose(tx, hash)? else {
        return Ok(false);
    };
    let entry = Entry::refused(Action::KeyExposed, Target::key(id, &name));
    platform_audit::record(tx, entry)?;
    Ok(true)
}

/// Notes that a key of the platform was used at a tenant's door. Answers whether it is a key at all: of one
/// that is none nothing is noted.
///
/// # Errors
/// The database's.
pub fn note_stray(tx: &mut StaffTx<'_, AnyStaff>, asked: &str) -> Result<bool, StoreError> {
    if !matches!(tx.actor(), StaffActor::Key(_)) {
        return Ok(false);
    }
    let target = platform_audit::Target::named(platform_audit::TargetKind::Page, asked);
    let why = json!({ "reason": "the request was for a tenant's rows" });
    platform_audit::record(tx, Entry::refused(Action::AccessRefused, target).after(why))?;
    Ok(true)
}

fn write(
    tx: &mut StaffTx<'_, ManagePlatformKeys>,
    name: &str,
    permissions: &StaffPermissions,
    expires_at: Option<DateTime<Utc>>,
) -> Result<Made, StoreError> {
    let (made_by, made_by_name) = maker(tx);
    let made = Made {
        id: KeyId::from_uuid(tx.fresh_uuid()),
        key: ApiKey::of_platform(&tokens::secret()),
    };
    stored::add(
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

/// Whose rights bound the key: those of the person, or of whoever made the key that makes it.
fn maker<P>(tx: &StaffTx<'_, P>) -> (Option<Uuid>, String) {
    match tx.actor() {
        StaffActor::Staff(staff) => (Some(staff.id.uuid()), staff.name.clone()),
        StaffActor::Key(key) => (key.made_by.map(|id| id.uuid()), key.name.clone()),
        StaffActor::System(name) => (None, (*name).to_owned()),
        StaffActor::Anonymous => (None, String::new()),
    }
}

fn refuse_more_than_one_has<P>(
    tx: &StaffTx<'_, P>,
    wanted: &StaffPermissions,
) -> Result<(), VerbError> {
    let covered = match tx.actor() {
        StaffActor::Staff(staff) => staff.role.permissions().cover(wanted),
        StaffActor::Key(key) => key.permissions.cover(wanted),
        StaffActor::System(_) => true,
        StaffActor::Anonymous => false,
    };
    if covered {
        return Ok(());
    }
    Err(VerbError::Refused(
        "The key would allow more than you may do yourself.".to_owned(),
    ))
}
