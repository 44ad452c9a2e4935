//! The organisation's own settings. The record lies in the catalogue, which a tenant's login cannot write: so
//! the right is proven in the tenant's transaction first, and what was proven names that tenant and no other.

pub mod program;

use std::marker::PhantomData;

use domain::permission::{ManageSettings, OwnTenant, ReadOverview, ReadSettings, UseConsole};
use domain::staff::{DeleteTenants, ManageTenants, ReadTenants};
use domain::tenant_settings::{Currency, DatePattern, TimePattern};
use domain::{Access, Locale, TenantId, TenantSettings, TimeZone};
use store::{Actor, Request, StaffCredential, Store, StoreError, TenantTx};

use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::tenants::deletion::{self, Grace, Sure};
use crate::tenants::{self, Change, Contact, Doer, Found, TenantRecord};

/// As what the catalogue is changed for a tenant.
const SETTINGS: StaffCredential<'static> = StaffCredential::System("settings");

mod sealed {
    pub trait OfSettings {}
    impl OfSettings for domain::permission::ReadOverview {}
    impl OfSettings for domain::permission::ReadSettings {}
    impl OfSettings for domain::permission::ManageSettings {}
    impl OfSettings for domain::permission::OwnTenant {}
    impl OfSettings for domain::permission::UseConsole {}
}

/// A permission about the organisation itself.
pub trait OfSettings: Access + sealed::OfSettings {}
impl OfSettings for ReadOverview {}
impl OfSettings for ReadSettings {}
impl OfSettings for ManageSettings {}
impl OfSettings for OwnTenant {}
impl OfSettings for UseConsole {}

/// Somebody inside a tenant who was proven to hold `P`. Only a transaction of that tenant makes one.
#[derive(Debug, Clone)]
pub struct Insider<P> {
    tenant: TenantId,
    doer: Option<Doer>,
    access: PhantomData<fn() -> P>,
}

impl<P: OfSettings> Insider<P> {
    /// Whoever acts in this transaction.
    #[must_use]
    pub fn of(tx: &TenantTx<'_, P>) -> Self {
        let doer = match tx.actor() {
            Actor::User(user) => Some(Doer::Person(user.id, user.name.clone())),
            Actor::Key(key) => Some(Doer::Key(key.id, key.name.clone())),
            _ => None,
        };
        Self {
            tenant: tx.tenant(),
            doer,
            access: PhantomData,
        }
    }

    /// The person or program; the record is the tenant's own to change and no visitor's.
    fn doer(&self) -> Result<&Doer, StoreError> {
        self.doer.as_ref().ok_or(StoreError::NoPerson)
    }

    /// The person: what no program does.
    fn person(&self) -> Result<&Doer, StoreError> {
        match self.doer()? {
            doer @ Doer::Person(..) => Ok(doer),
            Doer::Key(..) | Doer::Platform => Err(StoreError::NoPerson),
        }
    }
}

/// How the organisation is called, and how it writes and counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct General {
    /// The name as shown.
    pub name: String,
    /// Language and region.
    pub locale: Locale,
    /// Time zone.
    pub timezone: TimeZone,
    /// Currency.
    pub currency: Currency,
    /// How dates are written.
    pub date_format: DatePattern,
    /// How times are written.
    pub time_format: TimePattern,
}

/// The tenant's own record with what its plan gives.
///
/// # Errors
/// The database's.
pub fn read<P: OfSettings>(
    store: &Store,
    request: &Request,
    insider: &Insider<P>,
) -> Result<Found, VerbError> {
    store.staff::<ReadTenants, _, VerbError>(SETTINGS, request, |tx| {
        Ok(tenants::find(tx, insider.tenant)?)
    })
}

/// Changes name, language, zone, currency and formats, if the record still has this version.
///
/// # Errors
/// [`VerbError::Invalid`], [`VerbError::Stale`], or the database's.
pub fn change_general(
    store: &Store,
    request: &Request,
    insider: &Insider<ManageSettings>,
    version: i32,
    general: &General,
) -> Result<TenantRecord, VerbError> {
    change(store, request, insider, version, |was| Change {
        name: general.name.clone(),
        settings: TenantSettings {
            locale: general.locale,
            timezone: general.timezone,
            currency: general.currency.clone(),
            date_format: general.date_format.clone(),
            time_format: general.time_format.clone(),
            features: was.settings.features.clone(),
        },
        ..Change::of(was)
    })
}

/// Changes whom to ask and where bills go, if the record still has this version.
///
/// # Errors
/// [`VerbError::Invalid`], [`VerbError::Stale`], or the database's.
pub fn change_contact(
    store: &Store,
    request: &Request,
    insider: &Insider<ManageSettings>,
    version: i32,
    contact: &Contact,
) -> Result<TenantRecord, VerbError> {
    change(store, request, insider, version, |was| Change {
        contact: contact.clone(),
        ..Change::of(was)
    })
}

/// Plan, limits, features, alias and state are not among what `wanted` may take from anywhere but the record.
fn change(
    store: &Store,
    request: &Request,
    insider: &Insider<ManageSettings>,
    version: i32,
    wanted: impl Fn(&TenantRecord) -> Change,
) -> Result<TenantRecord, VerbError> {
    let doer = insider.doer()?;
    store.staff::<ManageTenants, _, VerbError>(SETTINGS, request, |tx| {
        let was = tx.tenant_record(insider.tenant)?;
        tenants::change(tx, insider.tenant, Some(version), &wanted(&was), doer)
    })
}

/// Closes the organisation: nobody signs in, and after the days of grace it is deleted. Until then each of its
/// owners may keep it, by the link in their letter.
///
/// # Errors
/// [`VerbError::Invalid`] beside `name`, [`VerbError::Conflict`] where it is closed already, or the database's.
pub fn close(
    store: &Store,
    request: &Request,
    owner: &Insider<OwnTenant>,
    typed: &str,
    grace: Grace,
) -> Result<TenantRecord, VerbError> {
    let doer = owner.person()?;
    store.staff::<DeleteTenants, _, VerbError>(SETTINGS, request, |tx| {
        deletion::schedule(tx, owner.tenant, Sure::Name(typed), None, grace, doer)
    })
}

/// Writes down in the tenant's own log which of its owners closes it: afterwards nobody enters it.
///
/// # Errors
/// The database's.
pub fn note_closing(tx: &mut TenantTx<'_, OwnTenant>, name: &str) -> Result<(), VerbError> {
    let target = Target::of(TargetKind::Tenant, tx.tenant().uuid(), name);
    Ok(audit::record(
        tx,
        Entry::done(Action::TenantClosingAsked, target),
    )?)
}
