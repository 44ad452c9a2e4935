//! Asking for a tenant: its record and the steps of its making are written down, and the worker does the
//! rest. Whoever asks has the answer at once.

use std::collections::BTreeMap;

use domain::colour::Colour;
use domain::resource::MOST;
use domain::staff::ManageTenants;
use domain::{
    Addresses, Alias, EmailAddress, FieldErrors, NodeId, PersonName, PhcString, PlacementKind,
    ProductConfig, Resource, Slug, TenantId, TenantSettings, TenantState, UserId, tenant_settings,
};
use serde_json::json;
use store::catalogue::{self, Contact, NewFurnishing, StepState};
use store::{StaffTx, StoreError};

use super::steps::Step;
use crate::VerbError;
use crate::jobs::{self, JobKind, NewJob};
use crate::mode;
use crate::nodes;
use crate::platform_audit::{self, Action, Entry, Target};

/// Said beside a slug that is another tenant's, or was until lately.
pub const SLUG_TAKEN: &str = "This address is taken. Choose another one.";
/// Said beside an alias that is another tenant's.
pub const ALIAS_TAKEN: &str = "Another tenant has this name already. Choose another one.";
/// Said beside a host that names another tenant.
pub const HOST_TAKEN: &str = "This domain belongs to another tenant.";

/// A tenant to be made.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// The DNS label that names it.
    pub slug: Slug,
    /// The name as shown.
    pub name: String,
    /// What the API calls `schema_name`; made of the slug when there is none.
    pub alias: Option<Alias>,
    /// The plan's key.
    pub plan: String,
    /// Whether the plan is tried first.
    pub trial: Trial,
    /// How it writes and counts.
    pub settings: TenantSettings,
    /// Where it differs from its plan, by resource.
    pub limits: BTreeMap<String, i64>,
    /// The product's own configuration.
    pub product_config: ProductConfig,
    /// Whom to ask; the owner when nobody is named.
    pub contact: Option<Contact>,
    /// The host names; the first is canonical.
    pub hosts: Vec<String>,
    /// Where tenants are found, which also says whether there may be another.
    pub addresses: Addresses,
    /// The kind of its place.
    pub placement: PlacementKind,
    /// The name of the server of its own database; where there is most room when `None`.
    pub node: Option<String>,
    /// The brand colour.
    pub primary: Option<Colour>,
    /// The second colour.
    pub secondary: Option<Colour>,
    /// Its first person.
    pub owner: FirstOwner,
}

impl NewTenant {
    /// A tenant of which only the name and the owner are known.
    #[must_use]
    pub fn plain(slug: Slug, name: String, addresses: &Addresses, owner: FirstOwner) -> Self {
        Self {
            hosts: addresses.of(&slug),
            addresses: addresses.clone(),
            slug,
            name,
            alias: None,
            plan: "starter".to_owned(),
            trial: Trial::OfThePlan,
            settings: TenantSettings::default(),
            limits: BTreeMap::new(),
            product_config: ProductConfig::default(),
            contact: None,
            placement: PlacementKind::Shared,
            node: None,
            primary: None,
            secondary: None,
            owner,
        }
    }
}

/// Whether a plan is tried before it is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// As long as the plan says.
    OfThePlan,
    /// Not at all.
    None,
}

/// The first person of a tenant.
#[derive(Debug, Clone)]
pub struct FirstOwner {
    /// Their name.
    pub name: PersonName,
    /// Their address.
    pub email: EmailAddress,
    /// The hash of the password they sign in with; they are invited by mail when there is none.
    pub password: Option<PhcString>,
}

/// Whether a tenant is somebody's or made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody's.
    Real,
    /// Made up to look around in.
    Demo,
}

/// Writes the tenant down as being provisioned, and asks the worker to make it.
///
/// # Errors
/// [`VerbError::Invalid`] beside `slug`, `alias`, `domain`, `plan`, `name` or `limits`, [`VerbError::Conflict`] where
/// there is room for one tenant only, or the database's.
pub fn create(tx: &mut StaffTx<'_, ManageTenants>, new: &NewTenant) -> Result<TenantId, VerbError> {
    let tenant = write_down(tx, new, Kind::Real)?;
    let job = NewJob::now(JobKind::TenantProvision, json!({}));
    jobs::enqueue_for_tenant(tx, tenant, &job)?;
    record(tx, tenant, new)?;
    Ok(tenant)
}

/// The record and the steps, for whoever goes on with them.
pub(crate) fn write_down(
    tx: &mut StaffTx<'_, ManageTenants>,
    new: &NewTenant,
    kind: Kind,
) -> Result<TenantId, VerbError> {
    let (plan, node) = check(tx, new)?;
    let contact = new.contact.clone();
    let owner = &new.owner;
    let row = catalogue::NewTenant {
        id: TenantId::from_uuid(tx.fresh_uuid()),
        slug: new.slug.to_string(),
        name: tenant_settings::name(&new.name).unwrap_or_else(|_| new.name.clone()),
        status: TenantState::Provisioning,
        alias: new.alias.clone(),
        plan: new.plan.clone(),
        plan_version: plan.version,
        settings: new.settings.clone(),
        limits: json!(new.limits),
        product_config: new.product_config.clone(),
        contact: contact.unwrap_or_else(|| Contact::owner(owner.name.as_str(), &owner.email)),
        hosts: new.hosts.clone(),
        demo: kind == Kind::Demo,
    };
    if !tx.record_tenant(&row)? {
        // Somebody else was faster by a moment.
        return Err(FieldErrors::one("slug", SLUG_TAKEN).into());
    }
    let furnishing = NewFurnishing {
        admin: UserId::from_uuid(tx.fresh_uuid()),
        admin_name: &owner.name,
        admin_email: &owner.email,
        admin_password_hash: owner.password.as_ref(),
        primary_color: new.primary.map(|colour| colour.to_string()),
        secondary_color: new.secondary.map(|colour| colour.to_string()),
        trial_days: match new.trial {
            Trial::OfThePlan => plan.terms.trial_days,
            Trial::None => 0,
        },
        placement: new.placement,
        node,
    };
    let steps: Vec<&str> = Step::ALL.iter().map(|step| step.key()).collect();
    tx.plan_steps(row.id, &furnishing, &steps)?;
    tx.begin_step(row.id, Step::Record.key())?;
    tx.end_step(row.id, Step::Record.key(), StepState::Done, None)?;
    Ok(row.id)
}

pub(crate) fn record(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    new: &NewTenant,
) -> Result<(), StoreError> {
    let entry =
        Entry::done(Action::TenantCreated, Target::tenant(tenant, &*new.name)).after(json!({
            "slug": new.slug.as_str(), "plan": new.plan, "hosts": new.hosts,
            "placement": new.placement, "node": new.node, "owner": new.owner.email,
        }));
    platform_audit::record(tx, entry)
}

fn check(
    tx: &mut StaffTx<'_, ManageTenants>,
    new: &NewTenant,
) -> Result<(catalogue::Plan, Option<NodeId>), VerbError> {
    mode::room(tx, &new.addresses)?;
    let mut errors = FieldErrors::new();
    errors.check("name", tenant_settings::name(&new.name));
    mode::check_slug(&new.addresses, &new.slug, &mut errors);
    if tx.slug_is_taken(new.slug.as_str(), None)? {
        errors.add("slug", SLUG_TAKEN);
    } else if tx.host_is_taken(&new.hosts)? {
        errors.add("domain", HOST_TAKEN);
    }
    if let Some(alias) = &new.alias
        && tx.alias_is_taken(alias.as_str(), None)?
    {
        errors.add("alias", ALIAS_TAKEN);
    }
    check_limits(&tx.resources()?, &new.limits, &mut errors);
    let node = nodes::chosen(tx, new.node.as_deref(), &mut errors)?;
    if node.is_some() && new.placement != PlacementKind::Database {
        errors.add("node", nodes::DATABASES_ALONE);
    }
    let plan = tx.plan(&new.plan)?.filter(|plan| plan.retired_at.is_none());
    if plan.is_none() {
        errors.add("plan", "Choose a plan from the list.");
    }
    errors.into_result()?;
    Ok((plan.ok_or(StoreError::NotFound)?, node))
}

/// Notes what is wrong with limits of a plan's or a tenant's own.
pub(super) fn check_limits(
    known: &[Resource],
    limits: &BTreeMap<String, i64>,
    errors: &mut FieldErrors,
) {
    let unknown = |key: &&String| known.iter().all(|resource| resource.key.as_str() != *key);
    if let Some(key) = limits.keys().find(unknown) {
        let keys: Vec<&str> = known.iter().map(|resource| resource.key.as_str()).collect();
        let words = format!("{key} is not among what is limited: {}.", keys.join(", "));
        errors.add("limits", words);
    } else if !limits.values().all(|limit| (0..=MOST).contains(limit)) {
        errors.add("limits", format!("Choose whole numbers from 0 to {MOST}."));
    }
}
