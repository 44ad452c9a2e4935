//! Keeping a tenant that one of its owners closed: by the link in an owner's letter, in the days of grace.
//! Nobody is let into the tenant by it, and what the platform closed it does not open.

use chrono::{DateTime, Utc};
use domain::permission::System;
use domain::staff::{DeleteTenants, ReadTenants};
use domain::{KeepToken, TenantState, UserId, UserStatus};
use store::{Credential, Request, StaffCredential, Store, StoreError, users};

use crate::tenants::{Doer, TenantRecord, deletion};
use crate::{TenantEntry, VerbError, links};

/// As what the link is looked for, and as what the catalogue is changed.
const NAME: &str = "keeping";

/// What the link's page says.
#[derive(Debug, Clone)]
pub struct Keeping {
    /// Whose link it is, by name.
    pub owner: String,
    /// When the tenant goes otherwise.
    pub delete_at: DateTime<Utc>,
}

/// What the link offers: `None` for one that is none of this tenant's active owners', and for a tenant that
/// no owner closed. Looking changes nothing.
///
/// # Errors
/// The database's.
pub fn look(
    store: &Store,
    entry: &TenantEntry,
    request: &Request,
    token: &KeepToken,
) -> Result<Option<Keeping>, VerbError> {
    let Some((_, owner)) = holder(store, entry, request, token)? else {
        return Ok(None);
    };
    let tenant = entry.scope.tenant();
    let credential = StaffCredential::System(NAME);
    let (record, closed_by) =
        store.staff::<ReadTenants, _, StoreError>(credential, request, |tx| {
            Ok((tx.tenant_record(tenant)?, tx.closed_by(tenant)?))
        })?;
    let closed = record.status == TenantState::DeletionScheduled && closed_by.is_some();
    let delete_at = record.delete_at.filter(|_| closed);
    Ok(delete_at.map(|delete_at| Keeping { owner, delete_at }))
}

/// Keeps the tenant: it is what it was before it was closed.
///
/// # Errors
/// [`StoreError::NotFound`] for a link that does not work, [`VerbError::Conflict`] for a tenant that is not
/// an owner's to keep, or the database's.
pub fn keep(
    store: &Store,
    entry: &TenantEntry,
    request: &Request,
    token: &KeepToken,
) -> Result<TenantRecord, VerbError> {
    let owner = holder(store, entry, request, token)?.ok_or(StoreError::NotFound)?;
    let (tenant, by) = (entry.scope.tenant(), Doer::Person(owner.0, owner.1));
    let credential = StaffCredential::System(NAME);
    store.staff::<DeleteTenants, _, VerbError>(credential, request, |tx| {
        deletion::keep(tx, tenant, &by)
    })
}

/// The active owner whose link it is. It is looked for among this tenant's own rows, as the system: the tenant
/// is closed to everybody else.
fn holder(
    store: &Store,
    entry: &TenantEntry,
    request: &Request,
    token: &KeepToken,
) -> Result<Option<(UserId, String)>, VerbError> {
    let credential = Credential::System(NAME);
    store.tenant::<System, _, VerbError>(&entry.scope, credential, request, |tx| {
        let Some(holder) = links::look(tx, token)? else {
            return Ok(None);
        };
        let person = users::read(tx, holder.user)?;
        let owns = person.status == UserStatus::Active && person.role.is_owner();
        Ok(owns.then_some((holder.user, holder.name)))
    })
}
