//! Making a tenant: written down as being provisioned, furnished in one transaction of its own, then
//! opened. Done again after an interruption, it goes on where it was; done twice, it changes nothing.

use domain::colour::Colour;
use domain::permission::System;
use domain::{
    EmailAddress, Locale, PersonName, PhcString, Role, Slug, TenantId, TenantState, TimeZone,
    UserId, UserStatus,
};
use serde_json::json;
use store::brands::{self, Brand};
use store::users::{self, NewUser};
use store::{Credential, Request, Store, StoreError, TenantTx, catalogue, credentials, limits};

use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};
use crate::{TenantEntry, VerbError};

/// A tenant to be made.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// The DNS label that names it, once and for all.
    pub slug: Slug,
    /// The name as shown.
    pub name: String,
    /// Language and region.
    pub locale: Locale,
    /// Time zone.
    pub timezone: TimeZone,
    /// The host names; the first is canonical.
    pub hosts: Vec<String>,
    /// The brand colour.
    pub primary: Colour,
    /// The second colour.
    pub secondary: Option<Colour>,
    /// How many people it may have.
    pub seats: i64,
}

/// The first person of a tenant.
#[derive(Debug, Clone)]
pub struct FirstOwner {
    /// Their name.
    pub name: PersonName,
    /// Their address.
    pub email: EmailAddress,
    /// The hash of the password they sign in with.
    pub password: PhcString,
}

/// Makes the tenant with its owner. A tenant of this slug that is there already stays as it is.
///
/// # Errors
/// [`VerbError::Conflict`] when one of the hosts is another tenant's; else the database's.
pub fn provision(
    store: &Store,
    request: &Request,
    tenant: &NewTenant,
    owner: &FirstOwner,
) -> Result<TenantEntry, VerbError> {
    establish(store, request, tenant, Kind::Real, |tx| {
        found(tx, tenant, owner)
    })
}

/// Whether a tenant is somebody's or made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody's.
    Real,
    /// Made up to look around in.
    Demo,
}

/// Makes the tenant; `furnish` fills it, in the transaction that also sets its look and its limit.
pub(crate) fn establish(
    store: &Store,
    request: &Request,
    tenant: &NewTenant,
    kind: Kind,
    mut furnish: impl FnMut(&mut TenantTx<'_, System>) -> Result<(), VerbError>,
) -> Result<TenantEntry, VerbError> {
    let (id, status) = write_down(store, request, tenant, kind)?;
    if status == TenantState::Provisioning.as_str() {
        let entry = store.resolve_tenant(id)?.ok_or(StoreError::NotFound)?;
        let credential = Credential::System("provisioning");
        store.tenant(&entry.scope, credential, request, |tx| {
            // Taken by whoever comes first: a second process waits here and then finds people.
            limits::set(tx, limits::USERS, tenant.seats)?;
            if users::count(tx)?.total() > 0 {
                return Ok(());
            }
            let brand = Brand {
                primary: tenant.primary.to_string(),
                secondary: tenant.secondary.map(|colour| colour.to_string()),
            };
            brands::set(tx, &brand)?;
            furnish(tx)
        })?;
        store.platform(request.now, |tx| {
            let (from, to) = (TenantState::Provisioning, TenantState::Active);
            tx.step_tenant(id, from.as_str(), to.as_str())
        })?;
    }
    Ok(store.resolve_tenant(id)?.ok_or(StoreError::NotFound)?)
}

/// The row in the catalogue, new or found.
fn write_down(
    store: &Store,
    request: &Request,
    tenant: &NewTenant,
    kind: Kind,
) -> Result<(TenantId, String), VerbError> {
    store.platform(request.now, |tx| {
        let slug = tenant.slug.as_str();
        if let Some(found) = tx.tenant_of_slug(slug)? {
            return Ok(found);
        }
        let row = catalogue::NewTenant {
            id: TenantId::from_uuid(tx.fresh_uuid()),
            slug: slug.to_owned(),
            name: tenant.name.clone(),
            status: TenantState::Provisioning.as_str().to_owned(),
            locale: tenant.locale.as_str().to_owned(),
            timezone: tenant.timezone.as_str().to_owned(),
            hosts: tenant.hosts.clone(),
            demo: kind == Kind::Demo,
        };
        if tx.add_tenant(&row)? {
            return Ok((row.id, row.status));
        }
        // Another process may have been faster; else a host is taken.
        tx.tenant_of_slug(slug)?.ok_or_else(|| {
            VerbError::Conflict(format!("One of the hosts of {slug} is another tenant's."))
        })
    })
}

/// The owner, and the first entry of the log.
fn found(
    tx: &mut TenantTx<'_, System>,
    tenant: &NewTenant,
    owner: &FirstOwner,
) -> Result<(), VerbError> {
    let person = NewUser {
        id: UserId::from_uuid(tx.fresh_uuid()),
        email: owner.email.clone(),
        name: owner.name.clone(),
        status: UserStatus::Active,
        role: Role::OWNER,
        department: None,
        location: None,
        phone: None,
        fields: domain::FreeFields::default(),
        invited_by: None,
        invited_at: None,
        last_sign_in_at: None,
        created_at: tx.now(),
    };
    seat(tx, 1)?;
    users::add(tx, std::slice::from_ref(&person))?;
    credentials::set(tx, person.id, &owner.password)?;
    let data = json!({ "role": "owner" });
    events::emit(tx, EventKind::UserCreated, Some(person.id.uuid()), &data)?;
    let target = Target::of(TargetKind::Tenant, tx.tenant().uuid(), &*tenant.name);
    let after =
        json!({ "slug": tenant.slug.as_str(), "hosts": tenant.hosts, "owner": owner.email });
    audit::record(tx, Entry::done(Action::TenantCreated, target).after(after))?;
    Ok(())
}

/// Takes seats for people who come with the tenant.
pub(crate) fn seat(tx: &mut TenantTx<'_, System>, count: i64) -> Result<(), VerbError> {
    limits::reserve(tx, limits::USERS, count)?.map_err(|limit| VerbError::LimitReached {
        resource: limits::USERS,
        used: limit.used,
        hard: limit.hard,
        requested: count,
    })
}
