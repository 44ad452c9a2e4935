//! The own record: profile, preferences, password. Every verb is about whoever is signed in and takes
//! no identifier, so that it cannot be about anybody else.

mod leave;
mod password;

use domain::permission::SignedIn;
use domain::{FreeFields, Locale, PersonName, TimeZone};
use serde_json::{Map, Value as Json, json};
pub use store::users::User;
use store::users::{self, Change};
use store::{StoreError, TenantTx};

use crate::VerbError;
use crate::audit::{self, Action, Entry, Target};
use crate::events::{self, EventKind};

pub use leave::{LAST_OWNER, is_last_owner, leave};
pub(crate) use password::prove;
pub use password::{Checked, Proof, change_password, check_password, prove_password};

/// What a person may change about themselves. Address, role and status are not theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name as shown.
    pub name: PersonName,
    /// Where they work.
    pub department: Option<String>,
    /// Where they are.
    pub location: Option<String>,
    /// How they are reached.
    pub phone: Option<String>,
    /// Fields of the tenant's own.
    pub fields: FreeFields,
}

/// How the portal speaks to a person; `None` as the tenant does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferences {
    /// Language and region.
    pub locale: Option<Locale>,
    /// Time zone.
    pub timezone: Option<TimeZone>,
    /// Whether notices come by mail.
    pub notify_email: bool,
    /// Whether notices are shown in the portal.
    pub notify_in_app: bool,
}

/// The own record.
///
/// # Errors
/// The database's.
pub fn read(tx: &mut TenantTx<'_, SignedIn>) -> Result<User, VerbError> {
    let own = tx.user()?.id;
    Ok(users::read(tx, own)?)
}

/// Changes the own profile, if the record still has the version that the form was made from.
///
/// # Errors
/// [`VerbError::Stale`] when it has another one, or the database's.
pub fn change_profile(
    tx: &mut TenantTx<'_, SignedIn>,
    version: i32,
    profile: &Profile,
) -> Result<User, VerbError> {
    let before = held(tx, version)?;
    let change = Change {
        name: profile.name.clone(),
        department: profile.department.clone(),
        location: profile.location.clone(),
        phone: profile.phone.clone(),
        fields: profile.fields.clone(),
        ..Change::of(&before)
    };
    write(tx, Action::ProfileChanged, &before, &change)
}

/// Changes the own preferences, if the record still has the version that the form was made from.
///
/// # Errors
/// [`VerbError::Stale`] when it has another one, or the database's.
pub fn change_preferences(
    tx: &mut TenantTx<'_, SignedIn>,
    version: i32,
    preferences: Preferences,
) -> Result<User, VerbError> {
    let before = held(tx, version)?;
    let change = Change {
        locale: preferences.locale.map(|locale| locale.as_str().to_owned()),
        timezone: preferences.timezone.map(|zone| zone.as_str().to_owned()),
        notify_email: preferences.notify_email,
        notify_in_app: preferences.notify_in_app,
        ..Change::of(&before)
    };
    write(tx, Action::PreferencesChanged, &before, &change)
}

/// The own record, held until the transaction ends, if it still has this version.
fn held(tx: &mut TenantTx<'_, SignedIn>, version: i32) -> Result<User, VerbError> {
    let own = tx.user()?.id;
    let user = users::lock(tx, &[own])?.pop().ok_or(StoreError::NotFound)?;
    if user.version == version {
        Ok(user)
    } else {
        Err(VerbError::Stale)
    }
}

fn write(
    tx: &mut TenantTx<'_, SignedIn>,
    action: Action,
    before: &User,
    change: &Change,
) -> Result<User, VerbError> {
    let (old, new) = differences(&Change::of(before), change);
    if new.is_empty() {
        return read(tx);
    }
    if !users::change(tx, before.id, before.version, change)? {
        return Err(VerbError::Stale);
    }
    let changed: Vec<&String> = new.keys().collect();
    let data = json!({ "changed": changed });
    events::emit(tx, EventKind::UserUpdated, Some(before.id.uuid()), &data)?;
    let entry = Entry::done(action, Target::user(before.id, change.name.as_str()))
        .before(Json::Object(old))
        .after(Json::Object(new));
    audit::record(tx, entry)?;
    read(tx)
}

/// The fields that differ, as they were and as they will be.
fn differences(before: &Change, after: &Change) -> (Map<String, Json>, Map<String, Json>) {
    let fields = |change: &Change| {
        [
            ("name", json!(change.name)),
            ("department", json!(change.department)),
            ("location", json!(change.location)),
            ("phone", json!(change.phone)),
            ("fields", json!(change.fields)),
            ("locale", json!(change.locale)),
            ("timezone", json!(change.timezone)),
            ("notify_email", json!(change.notify_email)),
            ("notify_in_app", json!(change.notify_in_app)),
        ]
    };
    let (mut old, mut new) = (Map::new(), Map::new());
    for ((name, was), (_, is)) in fields(before).into_iter().zip(fields(after)) {
        if was != is {
            old.insert(name.to_owned(), was);
            new.insert(name.to_owned(), is);
        }
    }
    (old, new)
}
