//! The letters of invitations: asked for in the transaction that invites, written by a job a few
//! hundred at a time, so that ten thousand invitations do not hold a request.

use domain::permission::System;
use domain::token::InvitationKind;
use domain::{UserId, UserStatus};
use serde_json::{Value as Json, json};
use store::users;
use store::{StoreError, TenantTx};

use super::rules::Doer;
use crate::VerbError;
use crate::jobs::{self, JobKind, NewJob};
use crate::letters::{self, Letter, Links, Recipient};
use crate::links;
use crate::roles::RoleBook;

/// How many letters one job writes.
const BATCH: usize = 200;

/// Asks for the letters of these people.
pub(super) fn ask_for_letters<P>(
    tx: &mut TenantTx<'_, P>,
    people: &[UserId],
    inviter: &Doer,
) -> Result<(), StoreError> {
    for batch in people.chunks(BATCH) {
        let payload = json!({ "users": batch, "inviter": inviter.name });
        jobs::enqueue(tx, &NewJob::now(JobKind::InvitationsWrite, payload))?;
    }
    Ok(())
}

/// Writes the letters of those who are still invited. Done twice, the later letter counts: its link
/// ends the earlier one.
///
/// # Errors
/// The database's.
pub fn write_letters(
    tx: &mut TenantTx<'_, System>,
    portal: &Links,
    payload: &Json,
) -> Result<(), VerbError> {
    let people: Vec<UserId> = payload
        .get("users")
        .and_then(|users| serde_json::from_value(users.clone()).ok())
        .unwrap_or_default();
    let inviter = payload
        .get("inviter")
        .and_then(Json::as_str)
        .unwrap_or_default();
    let book = RoleBook::read(tx)?;
    for person in users::lock(tx, &people)? {
        if person.status != UserStatus::Invited {
            continue;
        }
        let link = links::mint::<InvitationKind, _>(tx, person.id, &person.email)?;
        let letter = Letter::Invitation {
            inviter,
            role: book.name(person.role),
            path: &link.path(),
            expires_at: link.expires_at,
        };
        let to = Recipient {
            email: &person.email,
            name: person.name.as_str(),
        };
        letters::write(tx, portal, to, &letter)?;
    }
    Ok(())
}
