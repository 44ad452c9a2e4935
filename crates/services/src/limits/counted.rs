//! What an application says of what it counts beside reservations: what is there no more, and what it measured.

use domain::resource::MOST;
use domain::{FieldErrors, ResourceKey, ResourceKind};
use store::limits as stored;
use store::limits::{Counter, USERS};
use store::{StoreError, TenantTx};

use super::{CALLS, note};
use crate::VerbError;

/// What the product counts itself, whatever an application says.
const COUNTED_HERE: [&str; 4] = [USERS, "storage_gb", CALLS, "database_connections"];

/// The key of a resource that an application counts.
pub(crate) fn counted_by_others(typed: &str) -> Result<ResourceKey, String> {
    if COUNTED_HERE.contains(&typed) {
        return Err(format!("{typed} is counted by the portal itself."));
    }
    ResourceKey::parse(typed).map_err(|error| error.to_string())
}

pub(super) fn check_amount(amount: i64, least: i64, errors: &mut FieldErrors) {
    if !(least..=MOST).contains(&amount) {
        errors.add(
            "amount",
            format!("Choose a whole number from {least} to {MOST}."),
        );
    }
}

/// Gives back of what is there: something that an application counts was removed.
///
/// # Errors
/// [`VerbError::Invalid`] for what goes not back, or more than there is; [`StoreError::NotFound`]; the database's.
pub fn give_back<P>(
    tx: &mut TenantTx<'_, P>,
    resource: &str,
    amount: i64,
) -> Result<Counter, VerbError> {
    let key = counted(resource)?;
    let mut errors = FieldErrors::new();
    check_amount(amount, 1, &mut errors);
    stored::lock(tx, key.as_str())?;
    let there = stored::counter(tx, key.as_str())?.ok_or(StoreError::NotFound)?;
    if there.kind == ResourceKind::Gauge {
        errors.add("resource", "It is measured: say how much there is instead.");
    } else if amount > there.used {
        errors.add("amount", format!("Only {} are in use.", there.used));
    }
    errors.into_result()?;
    stored::release(tx, key.as_str(), amount)?;
    Ok(stored::counter(tx, key.as_str())?.ok_or(StoreError::NotFound)?)
}

/// Writes down what an application measured.
///
/// # Errors
/// [`VerbError::Invalid`] for what is not measured, [`StoreError::NotFound`], or the database's.
pub fn measure<P>(
    tx: &mut TenantTx<'_, P>,
    resource: &str,
    value: i64,
) -> Result<Counter, VerbError> {
    let key = counted(resource)?;
    let mut errors = FieldErrors::new();
    if !(0..=MOST).contains(&value) {
        errors.add("value", format!("Choose a whole number from 0 to {MOST}."));
    }
    let there = stored::counter(tx, key.as_str())?.ok_or(StoreError::NotFound)?;
    if there.kind != ResourceKind::Gauge {
        errors.add("resource", "It is counted: reserve and give back instead.");
    }
    errors.into_result()?;
    let counter = stored::measure(tx, key.as_str(), value)?.ok_or(StoreError::NotFound)?;
    note(tx, &counter)?;
    Ok(counter)
}

fn counted(resource: &str) -> Result<ResourceKey, VerbError> {
    counted_by_others(resource).map_err(|words| FieldErrors::one("resource", words).into())
}
