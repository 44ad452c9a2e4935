//! Accepting an invitation by the mailed link. Inviting, resending and revoking is in `invitations`.

use domain::permission::Anyone;
use domain::phc::PhcString;
use domain::{InvitationToken, PersonName, UserStatus};
use serde_json::json;
use store::users::{self, Change, Step};
use store::{StoreError, TenantTx, credentials};

use crate::VerbError;
use crate::audit::{self, Action, Entry, Target};
use crate::events::{self, EventKind};
use crate::letters::{self, Letter, Links, Recipient};
use crate::links::{self, LinkHolder};
use crate::sessions::{Lifetimes, Stay};
use crate::sign_in::{self, Entered};

/// What the page of an invitation says.
#[derive(Debug, Clone)]
pub struct Invited {
    /// For whom it is.
    pub holder: LinkHolder,
    /// Who invited, by name; empty when nobody known did.
    pub inviter: String,
}

/// What the link offers, if it still works. Using it up is [`accept`]; looking is free.
///
/// # Errors
/// The database's.
pub fn look(
    tx: &mut TenantTx<'_, Anyone>,
    token: &InvitationToken,
) -> Result<Option<Invited>, StoreError> {
    let found = links::look(tx, token)?;
    let Some(holder) = found.filter(|holder| holder.status == UserStatus::Invited) else {
        return Ok(None);
    };
    let inviter = match holder.invited_by {
        Some(id) => users::names(tx, &[id])?.pop(),
        None => None,
    };
    Ok(Some(Invited {
        holder,
        inviter: inviter.map_or_else(String::new, |(_, name)| name.to_string()),
    }))
}

/// Uses the link up: the person becomes active under this name and password, and is in.
///
/// # Errors
/// [`StoreError::NotFound`] when the link does not work any more, or the database's.
pub fn accept(
    tx: &mut TenantTx<'_, Anyone>,
    portal: &Links,
    token: &InvitationToken,
    name: &PersonName,
    hash: &PhcString,
    lifetimes: Lifetimes,
) -> Result<Entered, VerbError> {
    let holder = look(tx, token)?.ok_or(StoreError::NotFound)?.holder;
    let user = users::lock(tx, &[holder.user])?
        .pop()
        .ok_or(StoreError::NotFound)?;
    let holder = links::take(tx, token)?
        .filter(|_| user.status == UserStatus::Invited)
        .ok_or(StoreError::NotFound)?;
    let joins = Step {
        from: UserStatus::Invited,
        to: UserStatus::Active,
        reason: None,
    };
    let change = Change {
        name: name.clone(),
        ..Change::of(&user)
    };
    users::change(tx, holder.user, user.version, &change)?;
    users::set_status(tx, &[holder.user], joins)?;
    credentials::set(tx, holder.user, hash)?;
    let data = json!({ "email": user.email });
    events::emit(tx, EventKind::UserJoined, Some(holder.user.uuid()), &data)?;
    let to = Recipient {
        email: &user.email,
        name: name.as_str(),
    };
    letters::write(tx, portal, to, &Letter::Welcome)?;
    let entry = Entry::done(Action::UserJoined, Target::user(holder.user, name.as_str()))
        .before(json!({ "status": "invited", "name": user.name }))
        .after(json!({ "status": "active", "name": name }))
        .by(holder.user, name.as_str());
    audit::record(tx, entry)?;
    Ok(sign_in::enter(
        tx,
        holder.user,
        name.as_str(),
        None,
        Stay::UntilClosed,
        lifetimes,
    )?)
}
