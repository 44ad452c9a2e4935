//! What is done to staff: another role, suspending, restoring, removing. There is always an active owner,
//! and nobody gives or takes what they do not have themselves.

use domain::staff::ManageStaff;
use domain::{
    StaffId, StaffPermission, StaffPermissions, StaffRole, StaffSessionToken, StaffStatus,
};
use serde_json::json;
use store::staff::links as stored_links;
use store::staff::people::{self, Locked, Person};
use store::staff::sessions::{self as stored, Which};
use store::{StaffActor, StaffTx, StoreError};

use super::sessions;
use crate::platform_audit::{self, Action, Entry, Target};
use crate::{VerbError, visits};

/// One of the staff, for their page.
///
/// # Errors
/// Not found, or the database's.
pub fn read<P>(tx: &mut StaffTx<'_, P>, id: StaffId) -> Result<Person, StoreError> {
    people::read(tx, id)
}

/// Gives somebody another role. Their sessions end, and their visits where it may not visit; one's own goes on under the token that is answered.
///
/// # Errors
/// Not found; [`VerbError::Refused`] for the last owner, and for more than one's own.
pub fn change_role(
    tx: &mut StaffTx<'_, ManageStaff>,
    id: StaffId,
    role: StaffRole,
) -> Result<Option<StaffSessionToken>, VerbError> {
    let held = hold(tx, id)?;
    must_cover(tx, role)?;
    let person = &held.person;
    if person.role == role {
        return Ok(None);
    }
    if role != StaffRole::Owner {
        an_owner_stays(&held)?;
    }
    people::set_role(tx, id, role)?;
    if !role.permissions().allow(StaffPermission::VisitTenants) {
        visits::ask_out(tx, id)?;
    }
    let token = if is_oneself(tx, id) {
        let own = tx.staff()?.session;
        stored::end(tx, id, Which::Others(own))?;
        Some(sessions::rotate(tx)?)
    } else {
        stored::end(tx, id, Which::All)?;
        None
    };
    let entry = Entry::done(Action::StaffRoleChanged, Target::staff(id, &*person.name))
        .before(json!({ "role": person.role }))
        .after(json!({ "role": role }));
    platform_audit::record(tx, entry)?;
    Ok(token)
}

/// Shuts somebody out for now: their sessions and links end at once, and they are out of every tenant.
///
/// # Errors
/// Not found; [`VerbError::Refused`] for oneself and the last owner; [`VerbError::Conflict`] for whoever is
/// not active.
pub fn suspend(
    tx: &mut StaffTx<'_, ManageStaff>,
    id: StaffId,
    reason: Option<&str>,
) -> Result<Person, VerbError> {
    let held = hold(tx, id)?;
    an_owner_stays(&held)?;
    if is_oneself(tx, id) {
        let words = "You cannot suspend yourself. Ask another owner.";
        return Err(VerbError::Refused(words.to_owned()));
    }
    let person = held.person;
    must_be(&person, StaffStatus::Active)?;
    people::set_status(tx, id, StaffStatus::Suspended)?;
    let ended = stored::end(tx, id, Which::All)?.len();
    stored_links::void_all(tx, id)?;
    visits::ask_out(tx, id)?;
    let entry = Entry::done(Action::StaffSuspended, Target::staff(id, &*person.name))
        .before(json!({ "status": "active" }))
        .after(json!({ "status": "suspended", "reason": reason, "sessions_ended": ended }));
    platform_audit::record(tx, entry)?;
    Ok(person)
}

/// Lets somebody in again.
///
/// # Errors
/// Not found; [`VerbError::Conflict`] for whoever is not suspended.
pub fn restore(tx: &mut StaffTx<'_, ManageStaff>, id: StaffId) -> Result<Person, VerbError> {
    let person = hold(tx, id)?.person;
    must_be(&person, StaffStatus::Suspended)?;
    people::set_status(tx, id, StaffStatus::Active)?;
    let entry = Entry::done(Action::StaffRestored, Target::staff(id, &*person.name))
        .before(json!({ "status": "suspended" }))
        .after(json!({ "status": "active" }));
    platform_audit::record(tx, entry)?;
    Ok(person)
}

/// Removes somebody for good, with password, sessions, links and visits. Removing oneself is leaving.
///
/// # Errors
/// Not found; [`VerbError::Refused`] for the last owner.
pub fn remove(tx: &mut StaffTx<'_, ManageStaff>, id: StaffId) -> Result<Person, VerbError> {
    let held = hold(tx, id)?;
    an_owner_stays(&held)?;
    let person = held.person;
    // Before the person goes, and with them where they asked to enter.
    visits::ask_out(tx, id)?;
    people::remove(tx, id)?;
    let fields = json!({ "email": person.email, "role": person.role, "status": person.status });
    let entry = Entry::done(Action::StaffRemoved, Target::staff(id, &*person.name)).before(fields);
    platform_audit::record(tx, entry)?;
    Ok(person)
}

/// The person's row, held, if whoever acts has at least that person's rights.
fn hold(tx: &mut StaffTx<'_, ManageStaff>, id: StaffId) -> Result<Locked, VerbError> {
    let held = people::lock_with_owners(tx, id)?;
    must_cover(tx, held.person.role)?;
    Ok(held)
}

fn is_oneself(tx: &StaffTx<'_, ManageStaff>, id: StaffId) -> bool {
    tx.staff().is_ok_and(|own| own.id == id)
}

fn an_owner_stays(held: &Locked) -> Result<(), VerbError> {
    let person = &held.person;
    let is_owner = person.role == StaffRole::Owner && person.status == StaffStatus::Active;
    if is_owner && held.owners <= 1 {
        let words = format!(
            "{} is the only owner, and there must always be one. Make somebody else an owner first.",
            person.name
        );
        return Err(VerbError::Refused(words));
    }
    Ok(())
}

/// Whoever acts holds all that the role holds.
pub(super) fn must_cover(tx: &StaffTx<'_, ManageStaff>, role: StaffRole) -> Result<(), VerbError> {
    let held = match tx.actor() {
        StaffActor::Staff(staff) => staff.role.permissions(),
        StaffActor::Key(key) => key.permissions.clone(),
        StaffActor::System(_) => return Ok(()),
        StaffActor::Anonymous => StaffPermissions::default(),
    };
    if held.cover(&role.permissions()) {
        return Ok(());
    }
    let words = format!("{} is more than you are yourself.", role.name());
    Err(VerbError::Refused(words))
}

fn must_be(person: &Person, status: StaffStatus) -> Result<(), VerbError> {
    if person.status == status {
        return Ok(());
    }
    let words = match person.status {
        StaffStatus::Invited => "has not accepted the invitation yet",
        StaffStatus::Active => "is active",
        StaffStatus::Suspended => "is suspended already",
    };
    Err(VerbError::Conflict(format!("{} {words}.", person.name)))
}
