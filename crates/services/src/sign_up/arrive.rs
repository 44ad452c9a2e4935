//! Coming into the tenant that was made for whoever signed up, without typing the password again: by the token that
//! the browser was given in which it was chosen, once, and never again after the owner's first sign-in.

use chrono::TimeDelta;
use domain::permission::System;
use domain::{ArrivalToken, EmailAddress, UserStatus};
use store::users::{self, User};
use store::{Credential, Request, Store, StoreError, TenantTx, credentials};

use crate::sessions::{Lifetimes, Stay};
use crate::sign_in::{self, Entered};
use crate::{TenantEntry, VerbError};

/// How long after the password was chosen. Longer than any tenant takes to be made; after that one signs in.
const LIFETIME: TimeDelta = TimeDelta::hours(1);
/// The system's name for it, where it reads the owner.
const NAME: &str = "sign-up";

/// The page of the tenant's host that takes the token.
#[must_use]
pub fn path(token: &ArrivalToken) -> String {
    format!("/arrivals/{}", token.reveal().as_str())
}

/// The owner's address, if the token still works. Looking changes nothing.
///
/// # Errors
/// The database's.
pub fn look(
    store: &Store,
    entry: &TenantEntry,
    request: &Request,
    token: &ArrivalToken,
) -> Result<Option<EmailAddress>, VerbError> {
    let found = inside(store, entry, request, token, |_, owner| Ok(owner.email));
    match found {
        Ok(email) => Ok(Some(email)),
        Err(VerbError::Store(StoreError::NotFound)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Lets the owner in. Of any number of callers at once one is let in: the first sign-in is the last by such a token.
///
/// # Errors
/// [`StoreError::NotFound`] when the token does not work any more, or the database's.
pub fn enter(
    store: &Store,
    entry: &TenantEntry,
    request: &Request,
    token: &ArrivalToken,
    lifetimes: Lifetimes,
) -> Result<Entered, VerbError> {
    inside(store, entry, request, token, |tx, owner| {
        let name = owner.name.as_str();
        Ok(sign_in::enter(
            tx,
            owner.id,
            name,
            None,
            Stay::UntilClosed,
            lifetimes,
        )?)
    })
}

/// Asks the catalogue whose token it is, then does the work beside that person's row, kept from others until the end.
fn inside<T>(
    store: &Store,
    entry: &TenantEntry,
    request: &Request,
    token: &ArrivalToken,
    mut work: impl FnMut(&mut TenantTx<'_, System>, User) -> Result<T, VerbError>,
) -> Result<T, VerbError> {
    let (tenant, since) = (entry.scope.tenant(), request.now - LIFETIME);
    let email = store
        .platform(request.now, |tx| {
            tx.arrival_of(tenant, &token.hash(), since)
        })?
        .ok_or(StoreError::NotFound)?;
    let credential = Credential::System(NAME);
    store.tenant(&entry.scope, credential, request, |tx| {
        let holder = credentials::by_email(tx, &email.folded(), None)?;
        let holder = holder.ok_or(StoreError::NotFound)?;
        let owner = users::lock(tx, &[holder.id])?.pop();
        let owner = owner
            .filter(|owner| owner.status == UserStatus::Active && owner.last_sign_in_at.is_none());
        work(tx, owner.ok_or(StoreError::NotFound)?)
    })
}
