//! Adding one person with all that is known of them, as a program does: with a password they are active at
//! once, without one they are invited by mail.

use domain::permission::ManageUsers;
use domain::{FieldErrors, PhcString, UserId, UserStatus};
use serde_json::json;
use store::users::{self, NewUser};
use store::{TenantTx, credentials};

use super::change::Typed;
use super::invite::already;
use super::rules::Doer;
use super::{invitations, reserve_seats, told};
use crate::VerbError;
use crate::audit::{self, Action, Entry, Target};
use crate::events::{self, EventKind};
use crate::roles::RoleBook;

/// Adds the person. With the hash of a password they may sign in at once and get no mail.
///
/// # Errors
/// [`VerbError::Invalid`] by field, [`VerbError::Refused`] for a role above one's own, no seat, or the
/// database's.
pub fn create(
    tx: &mut TenantTx<'_, ManageUsers>,
    typed: &Typed,
    password: Option<&PhcString>,
) -> Result<UserId, VerbError> {
    let (about, role) = typed.check()?;
    let book = RoleBook::read(tx)?;
    let doer = Doer::of(tx)?;
    if book.find(role).is_none() {
        return Err(FieldErrors::one("role", "There is no such role.").into());
    }
    if !doer.may_give(role, &book) {
        return Err(VerbError::Refused(
            "You cannot give a role that allows more than yours.".to_owned(),
        ));
    }
    if let Some(known) = users::by_addresses(tx, &[&about.email])?.pop() {
        let sentence = already(known.status, known.name.as_str());
        return Err(FieldErrors::one("email", sentence).into());
    }
    reserve_seats(tx, 1)?;
    let (id, now) = (UserId::from_uuid(tx.fresh_uuid()), tx.now());
    let (status, action, event) = match password {
        Some(_) => (
            UserStatus::Active,
            Action::UserCreated,
            EventKind::UserCreated,
        ),
        None => (
            UserStatus::Invited,
            Action::UserInvited,
            EventKind::UserInvited,
        ),
    };
    let person = NewUser {
        id,
        email: about.email.clone(),
        name: about.name.clone(),
        status,
        role,
        department: about.department.clone(),
        location: about.location.clone(),
        phone: about.phone.clone(),
        fields: about.fields.clone(),
        invited_by: doer.id,
        invited_at: password.is_none().then_some(now),
        last_sign_in_at: None,
        created_at: now,
    };
    if users::add(tx, &[person])?.is_empty() {
        return Err(VerbError::Conflict(
            "Somebody else added them at this very moment.".to_owned(),
        ));
    }
    let added = users::read(tx, id)?;
    if users::Change::of(&added) != about {
        users::change(tx, id, added.version, &about)?;
    }
    match password {
        Some(hash) => credentials::set(tx, id, hash)?,
        None => invitations::ask_for_letters(tx, &[id], &doer)?,
    }
    let data = told(id, about.email.as_str(), about.name.as_str(), role, &book);
    events::emit(tx, event, Some(id.uuid()), &data)?;
    let entry = Entry::done(action, Target::user(id, about.name.as_str()));
    let after = json!({ "email": about.email, "role": book.name(role), "status": status });
    audit::record(tx, entry.after(after))?;
    Ok(id)
}
