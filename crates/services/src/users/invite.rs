//! Inviting people by their addresses. All or none: what was typed stays until every address is right.

use domain::address_list::{self, Addressee, BadAddress};
use domain::permission::ManageUsers;
use domain::{FieldErrors, FreeFields, PersonName, Role, UserId, UserStatus};
use serde_json::json;
use store::TenantTx;
use store::users::{self, NewUser};

use super::rules::Doer;
use super::{invitations, reserve_seats, told};
use crate::VerbError;
use crate::audit::{self, Action, Done};
use crate::events::{self, EventKind};
use crate::roles::RoleBook;

/// The most invitations of one form; more come as a file.
pub const MAX_AT_ONCE: usize = 500;

/// Somebody to be invited, with what is known of them.
#[derive(Debug, Clone)]
pub(super) struct Guest {
    pub(super) addressee: Addressee,
    pub(super) role: Role,
    pub(super) department: Option<String>,
    pub(super) location: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) fields: FreeFields,
}

/// Invites everybody who is named in the text, with this role.
///
/// # Errors
/// [`VerbError::Invalid`] with every wrong line in words, [`VerbError::Refused`] for a role above one's
/// own, no seats, or the database's.
pub fn invite(
    tx: &mut TenantTx<'_, ManageUsers>,
    addresses: &str,
    role: &str,
) -> Result<Vec<UserId>, VerbError> {
    let book = RoleBook::read(tx)?;
    let doer = Doer::of(tx)?;
    let mut errors = FieldErrors::new();
    let role = role
        .parse::<Role>()
        .ok()
        .filter(|role| book.find(*role).is_some());
    if role.is_none() {
        errors.add("role", "Choose a role from the list.");
    }
    let (good, mut bad) = address_list::parse(addresses);
    if good.len() > MAX_AT_ONCE {
        errors.add(
            "addresses",
            format!("Invite at most {MAX_AT_ONCE} people at once; for more, import a file."),
        );
    } else {
        bad.extend(known(tx, &good)?);
    }
    if !bad.is_empty() {
        errors.add("addresses", in_words(&bad));
    } else if good.is_empty() {
        errors.add("addresses", "Write at least one address.");
    }
    errors.into_result()?;
    let role = role.unwrap_or(Role::BuiltIn(domain::BuiltInRole::Viewer));
    if !doer.may_give(role, &book) {
        return Err(VerbError::Refused(
            "You cannot give a role that allows more than yours.".to_owned(),
        ));
    }
    let guests: Vec<Guest> = good
        .into_iter()
        .map(|addressee| Guest {
            addressee,
            role,
            department: None,
            location: None,
            phone: None,
            fields: FreeFields::default(),
        })
        .collect();
    add(tx, &guests, &doer, &book)
}

/// Reserves the seats, writes the people, the events, the letters' jobs and the audit entries.
pub(super) fn add<P>(
    tx: &mut TenantTx<'_, P>,
    guests: &[Guest],
    doer: &Doer,
    book: &RoleBook,
) -> Result<Vec<UserId>, VerbError> {
    reserve_seats(tx, i64::try_from(guests.len()).unwrap_or(i64::MAX))?;
    let now = tx.now();
    let people: Vec<NewUser> = guests
        .iter()
        .map(|guest| {
            Ok(NewUser {
                id: UserId::from_uuid(tx.fresh_uuid()),
                email: guest.addressee.email.clone(),
                name: name_of(&guest.addressee)?,
                status: UserStatus::Invited,
                role: guest.role,
                department: guest.department.clone(),
                location: guest.location.clone(),
                phone: guest.phone.clone(),
                fields: guest.fields.clone(),
                invited_by: doer.id,
                invited_at: Some(now),
                last_sign_in_at: None,
                created_at: now,
            })
        })
        .collect::<Result<_, VerbError>>()?;
    let added = users::add(tx, &people)?;
    if added.len() != people.len() {
        return Err(VerbError::Conflict(
            "Somebody else invited one of them at this very moment. Try again to see whom."
                .to_owned(),
        ));
    }
    let subjects: Vec<_> = people
        .iter()
        .map(|person| {
            let data = told(
                person.id,
                person.email.as_str(),
                person.name.as_str(),
                person.role,
                book,
            );
            (person.id.uuid(), data)
        })
        .collect();
    events::emit_many(tx, EventKind::UserInvited, &subjects)?;
    invitations::ask_for_letters(tx, &added, doer)?;
    let entries = people
        .iter()
        .map(|person| Done {
            id: person.id,
            name: person.name.to_string(),
            before: serde_json::Value::Null,
            after: json!({ "email": person.email, "role": book.name(person.role), "status": person.status }),
        })
        .collect();
    audit::record_many(tx, Action::UserInvited, entries)?;
    Ok(added)
}

/// Those of the list who are here already, each with what to do instead.
fn known<P>(tx: &mut TenantTx<'_, P>, list: &[Addressee]) -> Result<Vec<BadAddress>, VerbError> {
    let addresses: Vec<_> = list.iter().map(|addressee| &addressee.email).collect();
    let known = users::by_addresses(tx, &addresses)?;
    Ok(known
        .into_iter()
        .map(|known| BadAddress {
            why: already(known.status, known.name.as_str()),
            text: known.email_folded,
        })
        .collect())
}

/// Why somebody who is here already cannot be invited.
pub(super) fn already(status: UserStatus, name: &str) -> String {
    match status {
        UserStatus::Invited => "Invited already; send the invitation again instead.".to_owned(),
        UserStatus::Suspended => {
            format!("Here already and suspended ({name}); restore them instead.")
        }
        UserStatus::Inactive => {
            format!("Here already and inactive ({name}); restore them instead.")
        }
        UserStatus::Active | UserStatus::Removed => format!("Here already ({name})."),
    }
}

/// The name that was written, or what the address says.
fn name_of(addressee: &Addressee) -> Result<PersonName, VerbError> {
    let guess = || address_list::name_from(&addressee.email);
    let name = addressee.name.clone().or_else(guess);
    name.ok_or_else(|| VerbError::Conflict("An address makes no name.".to_owned()))
}

fn in_words(bad: &[BadAddress]) -> String {
    let lines: Vec<String> = bad
        .iter()
        .take(20)
        .map(|bad| format!("{}: {}", bad.text, bad.why))
        .collect();
    let more = bad.len().saturating_sub(lines.len());
    let mut text = lines.join("\n");
    if more > 0 {
        text.push_str(&format!("\nand {more} more."));
    }
    text
}
