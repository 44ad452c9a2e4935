//! What each step does inside the tenant. Done twice, it changes nothing.

use domain::permission::System;
use domain::token::InvitationKind;
use domain::{Role, UserId, UserStatus};
use serde_json::json;
use store::brands::{self, Brand};
use store::catalogue::Furnishing;
use store::users::{self, NewUser};
use store::{StoreError, TenantTx, credentials, limits};

use super::maker::Movers;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};
use crate::letters::{self, Letter, Links, Recipient};
use crate::limits::{ALWAYS, Taking};
use crate::links::{self, Minted};
use crate::{TenantEntry, VerbError};

/// Whether nobody is here yet; of two who ask at once, one waits for the other.
fn is_empty(tx: &mut TenantTx<'_, System>) -> Result<bool, StoreError> {
    limits::lock(tx, limits::USERS)?;
    Ok(users::count(tx)?.total() == 0)
}

/// Lets everybody in whom somebody else brings along.
pub(super) fn move_in(tx: &mut TenantTx<'_, System>, movers: Movers<'_>) -> Result<(), VerbError> {
    if is_empty(tx)? { movers(tx) } else { Ok(()) }
}

/// Lets the first owner in, with a password or to be invited, and begins the log.
pub(super) fn owner(
    tx: &mut TenantTx<'_, System>,
    entry: &TenantEntry,
    furnishing: &Furnishing,
) -> Result<(), VerbError> {
    if !is_empty(tx)? {
        return Ok(());
    }
    let hash = furnishing.admin_password_hash.as_ref();
    let status = match hash {
        Some(_) => UserStatus::Active,
        None => UserStatus::Invited,
    };
    let person = NewUser {
        id: UserId::from_uuid(furnishing.admin_id.unwrap_or_else(|| tx.fresh_uuid())),
        email: furnishing.admin_email.clone(),
        name: furnishing.admin_name.clone(),
        status,
        role: Role::OWNER,
        department: None,
        location: None,
        phone: None,
        fields: domain::FreeFields::default(),
        invited_by: None,
        invited_at: (status == UserStatus::Invited).then(|| tx.now()),
        last_sign_in_at: None,
        created_at: tx.now(),
    };
    seat(tx, 1)?;
    users::add(tx, std::slice::from_ref(&person))?;
    if let Some(hash) = hash {
        credentials::set(tx, person.id, hash)?;
    }
    let data = json!({ "role": "owner" });
    events::emit(tx, EventKind::UserCreated, Some(person.id.uuid()), &data)?;
    let told = json!({ "name": entry.name, "slug": entry.slug, "plan": entry.plan });
    let id = tx.tenant().uuid();
    events::emit(tx, EventKind::TenantCreated, Some(id), &told)?;
    let target = Target::of(TargetKind::Tenant, id, &*entry.name);
    let after = json!({ "slug": entry.slug, "owner": person.email });
    Ok(audit::record(
        tx,
        Entry::done(Action::TenantCreated, target).after(after),
    )?)
}

/// Takes seats for people who come with the tenant.
pub(crate) fn seat(tx: &mut TenantTx<'_, System>, count: i64) -> Result<(), VerbError> {
    crate::limits::take(tx, limits::USERS, count, ALWAYS, Taking::Use).map(drop)
}

/// Sets the colours that were asked for; without any the tenant looks as everybody does at first.
pub(super) fn brand(
    tx: &mut TenantTx<'_, System>,
    furnishing: &Furnishing,
) -> Result<(), StoreError> {
    let Some(primary) = furnishing.primary_color.clone() else {
        return Ok(());
    };
    let secondary = furnishing.secondary_color.clone();
    brands::set(tx, &Brand { primary, secondary })
}

/// Writes to the owner: the way in, or the link by which they choose a password.
pub(super) fn welcome(
    tx: &mut TenantTx<'_, System>,
    portal: &Links,
    furnishing: &Furnishing,
) -> Result<(), StoreError> {
    limits::lock(tx, limits::USERS)?;
    let email = &furnishing.admin_email;
    let Some(owner) = credentials::by_email(tx, &email.folded(), None)? else {
        return Ok(());
    };
    if store::letters::was_written_to(tx, email)? {
        return Ok(());
    }
    let to = Recipient {
        email,
        name: furnishing.admin_name.as_str(),
    };
    if owner.status == UserStatus::Invited {
        let minted: Minted<InvitationKind> = links::mint(tx, owner.id, email)?;
        let (path, expires_at) = (minted.path(), minted.expires_at);
        let letter = Letter::OwnerInvitation {
            path: &path,
            expires_at,
        };
        letters::write(tx, portal, to, &letter)?;
    } else {
        letters::write(tx, portal, to, &Letter::TenantReady)?;
    }
    Ok(())
}
