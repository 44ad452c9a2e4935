//! Inviting staff: by mail from the staff page, or by a link that the command line shows once. Accepting is
//! in `invitation`.

use chrono::{DateTime, Utc};
use domain::staff::ManageStaff;
use domain::token::StaffInvitationKind;
use domain::{EmailAddress, FieldErrors, PersonName, StaffId, StaffRole, StaffStatus};
use serde_json::json;
use store::staff::people::{self, Person};
use store::{StaffActor, StaffTx, StoreError};

use super::deeds::must_cover;
use super::links::{self, Minted};
use crate::VerbError;
use crate::letters::{Letter, Links, Recipient};
use crate::platform_audit::{self, Action, Entry, Target};
use crate::platform_letters;

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// Where the link goes.
    pub email: EmailAddress,
    /// What they are called until they say so themselves.
    pub name: PersonName,
    /// What they will be allowed.
    pub role: StaffRole,
}

/// A link that is shown once, to whoever made it on the machine itself.
#[derive(Debug, Clone)]
pub struct OneTimeLink {
    /// For whom.
    pub staff: StaffId,
    /// The whole address.
    pub link: String,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

/// Invites somebody by mail.
///
/// # Errors
/// [`VerbError::Invalid`] when the address is somebody's already; [`VerbError::Refused`] when the role holds
/// more than whoever invites.
pub fn invite(
    tx: &mut StaffTx<'_, ManageStaff>,
    portal: &Links,
    invitee: &Invitee,
) -> Result<StaffId, VerbError> {
    must_cover(tx, invitee.role)?;
    let id = add(tx, invitee)?;
    mail(tx, portal, id, invitee)?;
    platform_audit::record(tx, invited(id, invitee))?;
    Ok(id)
}

/// Sends somebody who has not come yet a new link; the one before stops working.
///
/// # Errors
/// Not found; [`VerbError::Conflict`] when they have come already.
pub fn resend(
    tx: &mut StaffTx<'_, ManageStaff>,
    portal: &Links,
    id: StaffId,
) -> Result<Person, VerbError> {
    let person = people::lock_with_owners(tx, id)?.person;
    must_be_invited(&person)?;
    must_cover(tx, person.role)?;
    let invitee = invitee(&person)?;
    mail(tx, portal, id, &invitee)?;
    let target = Target::staff(id, person.name.clone());
    platform_audit::record(tx, Entry::done(Action::StaffInvitationResent, target))?;
    Ok(person)
}

/// Makes the platform's first owner, who sets a password by the link that is answered: there is no default
/// password. While the owner has not come yet, the same address gets a new link.
///
/// # Errors
/// [`VerbError::Conflict`] when there is an active owner, who then invites from the staff page.
pub fn create_first_owner(
    tx: &mut StaffTx<'_, ManageStaff>,
    portal: &Links,
    email: &EmailAddress,
    name: &PersonName,
) -> Result<OneTimeLink, VerbError> {
    if people::has_owner(tx)? {
        let words = "There is an owner already, who invites others on the staff page.";
        return Err(VerbError::Conflict(words.to_owned()));
    }
    let invitee = Invitee {
        email: email.clone(),
        name: name.clone(),
        role: StaffRole::Owner,
    };
    let waiting = people::by_email(tx, email)?
        .filter(|one| one.status == StaffStatus::Invited && one.role == StaffRole::Owner);
    let (id, entry) = match waiting {
        Some(person) => {
            let target = Target::staff(person.id, person.name);
            let entry = Entry::done(Action::StaffInvitationResent, target);
            (person.id, entry)
        }
        None => {
            let id = add(tx, &invitee)?;
            (id, invited(id, &invitee))
        }
    };
    let Minted { path, expires_at } = links::mint::<StaffInvitationKind>(tx, id)?;
    platform_audit::record(tx, entry)?;
    Ok(OneTimeLink {
        staff: id,
        link: portal.to(&path),
        expires_at,
    })
}

fn add(tx: &mut StaffTx<'_, ManageStaff>, invitee: &Invitee) -> Result<StaffId, VerbError> {
    people::add(tx, &invitee.email, &invitee.name, invitee.role)?.ok_or_else(|| {
        let sentence = "Somebody of the staff has this address already.";
        VerbError::Invalid(FieldErrors::one("email", sentence))
    })
}

fn mail(
    tx: &mut StaffTx<'_, ManageStaff>,
    portal: &Links,
    id: StaffId,
    invitee: &Invitee,
) -> Result<(), StoreError> {
    let minted = links::mint::<StaffInvitationKind>(tx, id)?;
    let inviter = match tx.actor() {
        StaffActor::Staff(staff) => staff.name.clone(),
        StaffActor::Key(key) => key.name.clone(),
        StaffActor::System(_) | StaffActor::Anonymous => platform_letters::NAME.to_owned(),
    };
    let letter = Letter::Invitation {
        inviter: &inviter,
        role: invitee.role.name(),
        path: &minted.path,
        expires_at: minted.expires_at,
    };
    let to = Recipient {
        email: &invitee.email,
        name: invitee.name.as_str(),
    };
    platform_letters::write(tx, portal, to, &letter).map(drop)
}

fn invited(id: StaffId, invitee: &Invitee) -> Entry {
    let fields = json!({ "email": invitee.email, "role": invitee.role });
    Entry::done(
        Action::StaffInvited,
        Target::staff(id, invitee.name.as_str()),
    )
    .after(fields)
}

fn invitee(person: &Person) -> Result<Invitee, VerbError> {
    let name =
        PersonName::parse(&person.name).map_err(|error| VerbError::Conflict(error.to_string()))?;
    Ok(Invitee {
        email: person.email.clone(),
        name,
        role: person.role,
    })
}

fn must_be_invited(person: &Person) -> Result<(), VerbError> {
    if person.status == StaffStatus::Invited {
        return Ok(());
    }
    let words = format!("{} has accepted the invitation already.", person.name);
    Err(VerbError::Conflict(words))
}
