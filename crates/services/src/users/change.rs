//! Changing what is written about a person, and their role, by one form. Whoever saves second is told.

use domain::permission::ManageUsers;
use domain::{
    EmailAddress, FieldErrors, FreeFields, Locale, PersonName, Role, TimeZone, UserId, UserStatus,
    text,
};
use serde_json::{Map, Value as Json, json};
use store::users::{self, Change, User};
use store::{StoreError, TenantTx};

use super::deed::{self, Deed};
use super::rules::Doer;
use super::{invitations, told};
use crate::VerbError;
use crate::audit::{self, Action, Entry, Target};
use crate::events::{self, EventKind};
use crate::letters::{self, Letter, Links, Recipient};
use crate::roles::RoleBook;

/// The most characters of a department and of a location.
pub const MAX_LINE: usize = 100;

/// What a form about a person holds, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields of the form")]
pub struct Typed {
    pub email: String,
    pub name: String,
    pub role: String,
    pub department: String,
    pub location: String,
    pub phone: String,
    pub locale: String,
    pub timezone: String,
    pub notify_email: bool,
    pub notify_in_app: bool,
    pub fields: Vec<(String, String)>,
}

impl Typed {
    /// The form as it stands for this person.
    #[must_use]
    pub fn of(person: &User) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            email: person.email.as_str().to_owned(),
            name: person.name.to_string(),
            role: person.role.to_string(),
            department: text(&person.department),
            location: text(&person.location),
            phone: text(&person.phone),
            locale: text(&person.locale),
            timezone: text(&person.timezone),
            notify_email: person.notify_email,
            notify_in_app: person.notify_in_app,
            fields: person
                .fields
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        }
    }

    /// The typed texts as values, or what is wrong with each.
    ///
    /// # Errors
    /// By field.
    pub fn check(&self) -> Result<(Change, Role), FieldErrors> {
        let mut errors = FieldErrors::new();
        let email = errors.check("email", EmailAddress::parse(&self.email));
        let name = errors.check("name", PersonName::parse(&self.name));
        let role = errors.check(
            "role",
            self.role
                .parse::<Role>()
                .map_err(|_| "Choose a role from the list."),
        );
        let line = |text: &str| text::optional_line(text, MAX_LINE);
        let department = errors.check("department", line(&self.department));
        let location = errors.check("location", line(&self.location));
        let phone = errors.check("phone", text::optional_phone(&self.phone));
        let pairs = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let fields = errors.check("fields", FreeFields::parse(pairs));
        let locale = chosen(&mut errors, "locale", &self.locale, |text| {
            Locale::parse(text).is_ok()
        });
        let timezone = chosen(&mut errors, "timezone", &self.timezone, |text| {
            TimeZone::parse(text).is_ok()
        });
        match (email, name, role, department, location, phone, fields) {
            (
                Some(email),
                Some(name),
                Some(role),
                Some(department),
                Some(location),
                Some(phone),
                Some(fields),
            ) if errors.is_empty() => {
                let change = Change {
                    email,
                    name,
                    department,
                    location,
                    phone,
                    fields,
                    locale,
                    timezone,
                    notify_email: self.notify_email,
                    notify_in_app: self.notify_in_app,
                };
                Ok((change, role))
            }
            _ => Err(errors),
        }
    }
}

fn chosen(
    errors: &mut FieldErrors,
    field: &'static str,
    text: &str,
    known: impl Fn(&str) -> bool,
) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    if !known(text) {
        errors.add(field, "Choose one from the list.");
    }
    Some(text.to_owned())
}

/// Changes the person, if the record still has the version that the form was made from. A new address
/// ends the links mailed to the old one, which is told; an invited person gets a new letter there.
///
/// # Errors
/// [`VerbError::Stale`], [`VerbError::Invalid`] by field, [`VerbError::Refused`] by a rule, or the
/// database's.
pub fn change(
    tx: &mut TenantTx<'_, ManageUsers>,
    portal: &Links,
    id: UserId,
    version: i32,
    typed: &Typed,
) -> Result<(), VerbError> {
    let (new, role) = typed.check()?;
    // The owners' rows come first in every verb.
    users::lock_owners(tx)?;
    let old = users::lock(tx, &[id])?
        .pop()
        .filter(|old| old.status != UserStatus::Removed);
    let old = old.ok_or(StoreError::NotFound)?;
    let book = RoleBook::read(tx)?;
    let doer = Doer::of(tx)?;
    if !doer.may_touch(old.role, &book) {
        return Err(VerbError::Refused(
            "They may do more than you, so you cannot change them.".to_owned(),
        ));
    }
    if old.version != version {
        return Err(VerbError::Stale);
    }
    if book.find(role).is_none() {
        return Err(FieldErrors::one("role", "Choose a role from the list.").into());
    }
    let moved = !old.email.same_mailbox(&new.email);
    if moved {
        refuse_taken(tx, &new.email)?;
    }
    if role != old.role {
        deed::one(tx, id, Deed::GiveRole(role))?;
    }
    if new == Change::of(&old) {
        return Ok(());
    }
    let version = users::read(tx, id)?.version;
    users::change(tx, id, version, &new)?;
    if moved {
        move_mail(tx, portal, &old, &new, &doer)?;
    }
    let data = told(id, new.email.as_str(), new.name.as_str(), role, &book);
    events::emit(tx, EventKind::UserUpdated, Some(id.uuid()), &data)?;
    let action = if moved {
        Action::UserEmailChanged
    } else {
        Action::UserChanged
    };
    let (before, after) = difference(&Change::of(&old), &new);
    let entry = Entry::done(action, Target::user(id, new.name.as_str()));
    Ok(audit::record(tx, entry.before(before).after(after))?)
}

fn refuse_taken(tx: &mut TenantTx<'_, ManageUsers>, email: &EmailAddress) -> Result<(), VerbError> {
    match users::by_addresses(tx, &[email])?.pop() {
        Some(known) => {
            let sentence = format!("{} has this address already.", known.name);
            Err(FieldErrors::one("email", sentence).into())
        }
        None => Ok(()),
    }
}

/// Nothing mailed to the old address opens anything any more, and whoever reads there is told.
fn move_mail(
    tx: &mut TenantTx<'_, ManageUsers>,
    portal: &Links,
    old: &User,
    new: &Change,
    doer: &Doer,
) -> Result<(), VerbError> {
    users::void_links(tx, &[old.id])?;
    if old.status == UserStatus::Invited {
        return Ok(invitations::ask_for_letters(tx, &[old.id], doer)?);
    }
    let to = Recipient {
        email: &old.email,
        name: old.name.as_str(),
    };
    let letter = Letter::AddressChanged {
        email: new.email.as_str(),
    };
    letters::write(tx, portal, to, &letter)?;
    Ok(())
}

/// Only what is not the same.
fn difference(old: &Change, new: &Change) -> (Json, Json) {
    let (mut before, mut after) = (Map::new(), Map::new());
    let (old, new) = (as_fields(old), as_fields(new));
    for ((name, was), (_, is)) in old.into_iter().zip(new) {
        if was != is {
            before.insert(name.to_owned(), was);
            after.insert(name.to_owned(), is);
        }
    }
    (before.into(), after.into())
}

fn as_fields(change: &Change) -> [(&'static str, Json); 10] {
    [
        ("email", json!(change.email)),
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
}
