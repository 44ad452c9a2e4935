//! Asking from inside a tenant: the right is proven and what is in use is read there, and what is asked for lies in the
//! catalogue, where its people have no hand.

use domain::permission::{ManageSettings, System};
use domain::staff::{ManageTenants, ReadTenants};
use domain::{Resource, ScalingId, TenantId, TimeZone};
use store::catalogue::Scaling;
use store::{Actor, Credential, Request, StaffCredential, Store, StoreError, TenantTx};

use super::{Priced, Used, Wish, used};
use crate::limits::{self, Stand};
use crate::tenants::Doer;
use crate::{VerbError, resources};

/// As whom the catalogue is changed.
const ITSELF: StaffCredential<'static> = StaffCredential::System("the tenant itself");

/// Somebody inside a tenant who may ask, with what the tenant uses. Only a transaction of that tenant makes one.
#[derive(Debug, Clone)]
pub struct Insider {
    tenant: TenantId,
    doer: Doer,
    stands: Vec<Stand>,
}

impl Insider {
    /// Whoever acts in this transaction, with where the tenant stands in each of these resources.
    ///
    /// # Errors
    /// [`StoreError::NoPerson`] for a visitor, who asks for nothing; the database's.
    pub fn of(
        tx: &mut TenantTx<'_, ManageSettings>,
        resources: &[Resource],
        zone: TimeZone,
    ) -> Result<Self, StoreError> {
        let doer = match tx.actor() {
            Actor::User(user) => Doer::Person(user.id, user.name.clone()),
            Actor::Key(key) => Doer::Key(key.id, key.name.clone()),
            _ => return Err(StoreError::NoPerson),
        };
        let stands = limits::stands(tx, resources, zone)?;
        Ok(Self {
            tenant: tx.tenant(),
            doer,
            stands,
        })
    }

    /// Where the tenant stands in everything that is limited.
    #[must_use]
    pub fn stands(&self) -> &[Stand] {
        &self.stands
    }

    /// What this would cost; nothing is asked for.
    ///
    /// # Errors
    /// See [`super::price()`].
    pub fn price(
        &self,
        store: &Store,
        request: &Request,
        wish: &Wish,
    ) -> Result<Priced, VerbError> {
        store.staff::<ReadTenants, _, VerbError>(ITSELF, request, |tx| {
            super::price(tx, self.tenant, wish, &used(&self.stands))
        })
    }

    /// Asks.
    ///
    /// # Errors
    /// See [`super::ask`].
    pub fn ask(&self, store: &Store, request: &Request, wish: &Wish) -> Result<Scaling, VerbError> {
        store.staff::<ManageTenants, _, VerbError>(ITSELF, request, |tx| {
            super::ask(tx, self.tenant, &self.doer, wish, &used(&self.stands))
        })
    }

    /// Takes back what was asked for.
    ///
    /// # Errors
    /// See [`super::withdraw`].
    pub fn withdraw(
        &self,
        store: &Store,
        request: &Request,
        id: ScalingId,
    ) -> Result<Scaling, VerbError> {
        store.staff::<ManageTenants, _, VerbError>(ITSELF, request, |tx| {
            super::withdraw(tx, self.tenant, id, &self.doer)
        })
    }
}

/// What a tenant uses, for the platform's own pages and commands.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn used_of(store: &Store, request: &Request, tenant: TenantId) -> Result<Used, StoreError> {
    let entry = store.resolve_tenant(tenant)?;
    let entry = entry.ok_or(StoreError::NotFound)?;
    let zone: TimeZone = entry.timezone.parse().unwrap_or_default();
    let resources = store.platform::<_, StoreError>(request.now, resources::all)?;
    let by = Credential::System("platform");
    store.tenant::<System, _, StoreError>(&entry.scope, by, request, |tx| {
        Ok(used(&limits::stands(tx, &resources, zone)?))
    })
}
