//! Handing a tenant over: the owner offers, the person who is to own it confirms by the mailed link while
//! signed in, and then the two change roles. There is an owner at every moment.

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::{OwnTenant, SignedIn};
use domain::token::OwnershipKind;
use domain::{BuiltInRole, EmailAddress, FieldErrors, OwnershipToken, Role, UserId, UserStatus};
use serde_json::json;
use store::ownership::{self, Offer};
use store::users::{self, User};
use store::{Actor, StoreError, TenantTx, credentials};

use crate::audit::{self, Action, Entry, Target};
use crate::events::{self, EventKind};
use crate::letters::{self, Letter, Links, Recipient};
use crate::{VerbError, sessions, tokens};

/// How long an offer can be answered.
const LIFETIME: TimeDelta = TimeDelta::days(3);
/// The path of the page that takes the token.
const PATH: &str = "/ownership-offers/";

/// An offer as its pages show it.
#[derive(Debug, Clone)]
pub struct Offered {
    /// Who offers.
    pub from_id: UserId,
    /// Who offers, by name.
    pub from: String,
    /// Who is to own.
    pub to_id: UserId,
    /// Who is to own, by name.
    pub to: String,
    /// Until when it can be answered.
    pub expires_at: DateTime<Utc>,
}

/// The offer that waits for an answer.
///
/// # Errors
/// The database's.
pub fn open(tx: &mut TenantTx<'_, OwnTenant>) -> Result<Option<Offered>, StoreError> {
    match ownership::open(tx)? {
        Some(offer) => named(tx, offer).map(Some),
        None => Ok(None),
    }
}

fn named<P>(tx: &mut TenantTx<'_, P>, offer: Offer) -> Result<Offered, StoreError> {
    let names = users::names(tx, &[offer.from, offer.to])?;
    let name = |id: UserId| {
        let found = names.iter().find(|(other, _)| *other == id);
        found.map_or_else(String::new, |(_, name)| name.to_string())
    };
    Ok(Offered {
        from_id: offer.from,
        from: name(offer.from),
        to_id: offer.to,
        to: name(offer.to),
        expires_at: offer.expires_at,
    })
}

/// Offers the ownership to the active person with this address. An earlier offer is replaced. A key offers what its
/// maker owns.
///
/// # Errors
/// [`VerbError::Invalid`] beside `email`, [`VerbError::Refused`] for whoever is no owner, or the database's.
pub fn offer(
    tx: &mut TenantTx<'_, OwnTenant>,
    portal: &Links,
    email: &EmailAddress,
) -> Result<(), VerbError> {
    let (owner_id, owner_name) = offerer(tx)?;
    let found = credentials::by_email(tx, &email.folded(), None)?;
    let Some(next) = found.filter(|next| next.status == UserStatus::Active) else {
        let sentence = "Nobody active here has this address.";
        return Err(FieldErrors::one("email", sentence).into());
    };
    if next.id == owner_id || users::lock_owners(tx)?.contains(&next.id) {
        let sentence = "This person is an owner already.";
        return Err(FieldErrors::one("email", sentence).into());
    }
    let token = tokens::draw::<OwnershipKind>();
    let expires_at = tx.now() + LIFETIME;
    ownership::add(tx, (owner_id, next.id), token.hash(), expires_at)?;
    let path = format!("{PATH}{}", token.reveal().as_str());
    let to = Recipient {
        email: &next.email,
        name: &next.name,
    };
    let letter = Letter::OwnershipOffer {
        owner: &owner_name,
        path: &path,
        expires_at,
    };
    letters::write(tx, portal, to, &letter)?;
    let data = json!({ "from": owner_id, "to": next.id });
    events::emit(tx, EventKind::OwnershipOffered, Some(next.id.uuid()), &data)?;
    let entry = Entry::done(Action::OwnershipOffered, Target::user(next.id, next.name));
    Ok(audit::record(tx, entry)?)
}

/// The owner who offers: whoever is signed in, or whoever made the key that asks. A key is no owner by itself.
fn offerer(tx: &mut TenantTx<'_, OwnTenant>) -> Result<(UserId, String), VerbError> {
    let Actor::Key(key) = tx.actor() else {
        let user = tx.user()?;
        return match user.role.is_owner() {
            true => Ok((user.id, user.name.clone())),
            false => Err(VerbError::Refused("Only the owner can do this.".to_owned())),
        };
    };
    if let Some(maker) = key.made_by
        && users::lock_owners(tx)?.contains(&maker)
    {
        let mut names = users::names(tx, &[maker])?.into_iter();
        let name = names.next().map(|(_, name)| name.to_string());
        return Ok((maker, name.unwrap_or_default()));
    }
    let words = "Only the owner can do this, or a key that an owner made.";
    Err(VerbError::Refused(words.to_owned()))
}

/// Takes the offer back.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none, or the database's.
pub fn withdraw(tx: &mut TenantTx<'_, OwnTenant>) -> Result<(), VerbError> {
    let offer = ownership::open(tx)?.ok_or(StoreError::NotFound)?;
    let to = named(tx, offer)?.to;
    ownership::end_open(tx, "withdrawn")?;
    let entry = Entry::done(Action::OwnershipWithdrawn, Target::user(offer.to, to));
    Ok(audit::record(tx, entry)?)
}

/// What the link offers to whoever is signed in, if it works and is theirs.
///
/// # Errors
/// The database's.
pub fn look(
    tx: &mut TenantTx<'_, SignedIn>,
    token: &OwnershipToken,
) -> Result<Option<Offered>, VerbError> {
    let own = tx.user()?.id;
    match ownership::of_token(tx, &token.hash(), own)? {
        Some(offer) => Ok(Some(named(tx, offer)?)),
        None => Ok(None),
    }
}

/// Takes the ownership: the person becomes the owner, the one before an admin. Both sign in anew, for a
/// session never outlives the rights it was begun with.
///
/// # Errors
/// [`StoreError::NotFound`] for a link that does not work or is somebody else's, [`VerbError::Conflict`] when
/// the one who offered owns nothing any more, or the database's.
pub fn accept(tx: &mut TenantTx<'_, SignedIn>, token: &OwnershipToken) -> Result<(), VerbError> {
    let own = tx.user()?.id;
    // First the people, then the offer, in the order of all verbs.
    let owners = users::lock_owners(tx)?;
    let offer = ownership::of_token(tx, &token.hash(), own)?.ok_or(StoreError::NotFound)?;
    let people = users::lock(tx, &[offer.from, offer.to])?;
    let one = |id: UserId| people.iter().find(|person| person.id == id);
    let (Some(from), Some(to)) = (one(offer.from), one(offer.to)) else {
        return Err(StoreError::NotFound.into());
    };
    if !owners.contains(&from.id) || to.status != UserStatus::Active {
        ownership::end_open(tx, "withdrawn")?;
        return Err(VerbError::Conflict(
            "Whoever offered this does not own the organisation any more.".to_owned(),
        ));
    }
    swap(tx, from, to)?;
    let data = json!({ "from": from.id, "to": to.id });
    events::emit(
        tx,
        EventKind::OwnershipTransferred,
        Some(to.id.uuid()),
        &data,
    )?;
    let (before, after) = (json!({ "owner": from.name }), json!({ "owner": to.name }));
    let target = Target::user(from.id, from.name.as_str());
    let entry = Entry::done(Action::OwnershipTransferred, target);
    Ok(audit::record(tx, entry.before(before).after(after))?)
}

fn swap(tx: &mut TenantTx<'_, SignedIn>, from: &User, to: &User) -> Result<(), VerbError> {
    users::set_role(tx, &[to.id], Role::OWNER)?;
    users::set_role(tx, &[from.id], Role::BuiltIn(BuiltInRole::Admin))?;
    ownership::end_open(tx, "accepted")?;
    sessions::end_all_of(tx, &[from.id, to.id])?;
    Ok(())
}

/// Says no: nothing changes.
///
/// # Errors
/// [`StoreError::NotFound`] for a link that does not work or is somebody else's, or the database's.
pub fn decline(tx: &mut TenantTx<'_, SignedIn>, token: &OwnershipToken) -> Result<(), VerbError> {
    let own = tx.user()?.id;
    let offer = ownership::of_token(tx, &token.hash(), own)?.ok_or(StoreError::NotFound)?;
    let from = named(tx, offer)?.from;
    ownership::end_open(tx, "declined")?;
    let entry = Entry::done(Action::OwnershipDeclined, Target::user(offer.from, from));
    Ok(audit::record(tx, entry)?)
}
