//! What is limited, as the vendor says it: registering a resource, changing what is said of it, counting it no more. How much
//! of it somebody may have is the plan's and the tenant's.

use domain::resource::MOST;
use domain::staff::ManageTenants;
use domain::{FieldErrors, Resource, ResourceKey, ResourceKind, Window, text};
use serde_json::{Value as Json, json};
use store::{PlatformTx, StaffTx, StoreError};

use crate::VerbError;
use crate::limits;
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};

/// The longest name and unit.
const MAX_NAME: usize = 60;
const MAX_UNIT: usize = 30;
/// As many as there may be: each is a row of every tenant.
const AT_MOST: usize = 100;

/// A resource as it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// By which it is named.
    pub key: String,
    /// As it is shown.
    pub name: String,
    /// What is counted.
    pub unit: String,
    /// How it is counted.
    pub kind: String,
    /// For a counter, the span after which it begins anew.
    pub window: Option<String>,
    /// What may be used beyond the limit for a while, in hundredths of it.
    pub grace_percent: i32,
    /// For how long.
    pub grace_days: i32,
    /// What a tenant may have whose plan says nothing.
    pub default_limit: Option<i64>,
}

/// What is to be different; what is not said stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// As it is shown.
    pub name: Option<String>,
    /// What is counted.
    pub unit: Option<String>,
    /// What may be used beyond the limit for a while, in hundredths of it.
    pub grace_percent: Option<i32>,
    /// For how long.
    pub grace_days: Option<i32>,
    /// What a tenant may have whose plan says nothing; inside, none where nothing is limited then.
    pub default_limit: Option<Option<i64>>,
}

/// Everything that is counted, what comes with the product first.
///
/// # Errors
/// The database's.
pub fn all(tx: &mut PlatformTx<'_>) -> Result<Vec<Resource>, StoreError> {
    tx.resources()
}

/// Begins to count a resource, in every tenant.
///
/// # Errors
/// [`VerbError::Invalid`] beside its fields, [`VerbError::Conflict`] for a key that is taken, or the database's.
pub fn register(
    tx: &mut StaffTx<'_, ManageTenants>,
    wanted: &Wanted,
) -> Result<Resource, VerbError> {
    let resource = read(wanted)?;
    if tx.resources()?.len() >= AT_MOST {
        let words = format!("There are {AT_MOST} resources already. Retire one first.");
        return Err(VerbError::Conflict(words));
    }
    if !tx.add_resource(&resource)? {
        let words = format!(
            "{} is taken, perhaps by a resource that was retired. Choose another key.",
            resource.key
        );
        return Err(VerbError::Conflict(words));
    }
    limits::follow_everywhere(tx)?;
    record(
        tx,
        Action::ResourceRegistered,
        &resource,
        json!({}),
        told(&resource),
    )?;
    Ok(resource)
}

/// Changes what is said of a resource; how it is counted stays.
///
/// # Errors
/// [`StoreError::NotFound`], [`VerbError::Invalid`] beside its fields, or the database's.
pub fn change(
    tx: &mut StaffTx<'_, ManageTenants>,
    key: &str,
    wanted: &Change,
) -> Result<Resource, VerbError> {
    let was = counted(tx, key)?;
    let mut errors = FieldErrors::new();
    let mut now = was.clone();
    if let Some(name) = &wanted.name {
        now.name = errors
            .check("name", text::line(name, MAX_NAME))
            .unwrap_or_default();
    }
    if let Some(unit) = &wanted.unit {
        now.unit = errors
            .check("unit", text::line(unit, MAX_UNIT))
            .unwrap_or_default();
    }
    now.grace_percent = wanted.grace_percent.unwrap_or(was.grace_percent);
    now.grace_days = wanted.grace_days.unwrap_or(was.grace_days);
    now.default_limit = wanted.default_limit.unwrap_or(was.default_limit);
    check_numbers(&now, &mut errors);
    errors.into_result()?;
    if now == was {
        return Ok(now);
    }
    tx.change_resource(&now)?;
    limits::follow_everywhere(tx)?;
    record(tx, Action::ResourceChanged, &now, told(&was), told(&now))?;
    Ok(now)
}

/// Counts a resource no more. Its numbers stay where they are, and its key stays taken.
///
/// # Errors
/// [`StoreError::NotFound`], [`VerbError::Conflict`] for one of the product's own, or the database's.
pub fn retire(tx: &mut StaffTx<'_, ManageTenants>, key: &str) -> Result<Resource, VerbError> {
    let was = counted(tx, key)?;
    if was.built_in {
        let words = format!("{} comes with the portal and cannot be retired.", was.name);
        return Err(VerbError::Conflict(words));
    }
    tx.retire_resource(&was.key)?;
    record(tx, Action::ResourceRetired, &was, told(&was), json!({}))?;
    Ok(was)
}

/// One that is counted, held until the transaction ends.
fn counted(tx: &mut StaffTx<'_, ManageTenants>, key: &str) -> Result<Resource, StoreError> {
    let key = ResourceKey::parse(key).map_err(|_| StoreError::NotFound)?;
    tx.lock_resource(&key)?.ok_or(StoreError::NotFound)
}

fn read(wanted: &Wanted) -> Result<Resource, FieldErrors> {
    let mut errors = FieldErrors::new();
    let key = errors.check("key", ResourceKey::parse(&wanted.key));
    let name = errors.check("name", text::line(&wanted.name, MAX_NAME));
    let unit = errors.check("unit", text::line(&wanted.unit, MAX_UNIT));
    let kind = ResourceKind::parse(&wanted.kind).map_err(|_| "Choose counter, level or gauge.");
    let kind = errors.check("kind", kind);
    let window = match wanted.window.as_deref().map(Window::parse).transpose() {
        Ok(window) => window,
        Err(_) => {
            errors.add("window", "Choose hour, day or month.");
            None
        }
    };
    match (kind, window) {
        (Some(ResourceKind::Counter), None) if wanted.window.is_none() => {
            errors.add(
                "window",
                "A counter begins anew: choose hour, day or month.",
            );
        }
        (Some(ResourceKind::Level | ResourceKind::Gauge), Some(_)) => {
            errors.add("window", "Only a counter begins anew.");
        }
        _ => {}
    }
    let resource = Resource {
        key: match key {
            Some(key) => key,
            None => return Err(errors),
        },
        name: name.unwrap_or_default(),
        unit: unit.unwrap_or_default(),
        kind: kind.unwrap_or(ResourceKind::Level),
        window,
        grace_percent: wanted.grace_percent,
        grace_days: wanted.grace_days,
        default_limit: wanted.default_limit,
        built_in: false,
    };
    check_numbers(&resource, &mut errors);
    errors.into_result()?;
    Ok(resource)
}

fn check_numbers(resource: &Resource, errors: &mut FieldErrors) {
    if !(0..=100).contains(&resource.grace_percent) {
        errors.add("grace_percent", "Choose 0 to 100 hundredths of the limit.");
    }
    if !(0..=90).contains(&resource.grace_days) {
        errors.add("grace_days", "Choose 0 to 90 days.");
    }
    if resource
        .default_limit
        .is_some_and(|limit| !(0..=MOST).contains(&limit))
    {
        errors.add(
            "default_limit",
            format!("Choose a whole number from 0 to {MOST}."),
        );
    }
}

fn record(
    tx: &mut StaffTx<'_, ManageTenants>,
    action: Action,
    resource: &Resource,
    before: Json,
    after: Json,
) -> Result<(), StoreError> {
    let target = Target::named(TargetKind::Resource, &*resource.name);
    platform_audit::record(tx, Entry::done(action, target).before(before).after(after))
}

fn told(resource: &Resource) -> Json {
    json!({
        "key": resource.key.as_str(),
        "name": resource.name,
        "unit": resource.unit,
        "kind": resource.kind.as_str(),
        "window": resource.window.map(Window::as_str),
        "grace_percent": resource.grace_percent,
        "grace_days": resource.grace_days,
        "default_limit": resource.default_limit,
    })
}
