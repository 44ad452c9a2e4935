//! Changing what a plan is: its limits, features, trial and price, which are data and the operator's. Tenants on
//! it that have no number of people of their own get the new one, and are told.

use std::collections::BTreeMap;

use domain::staff::ManageTenants;
use domain::tenant_settings::{self, Currency};
use domain::{Features, FieldErrors};
use serde_json::{Value as Json, json};
use store::catalogue::Plan;
use store::{StaffTx, StoreError};

use super::create::check_limits;
use super::note::{self, Doer, Note};
use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};

/// What is to be different about a plan; what is not said stays.
#[derive(Debug, Clone, Default)]
pub struct PlanChange {
    /// As it is shown.
    pub name: Option<String>,
    /// By resource.
    pub limits: Vec<(String, i64)>,
    /// Switched on or off.
    pub features: Vec<(String, bool)>,
    /// How long it may be tried; not at all when zero.
    pub trial_days: Option<i32>,
    /// A month, in hundredths of the currency; inside, none where it is agreed on.
    pub price_cents: Option<Option<i64>>,
    /// The price's currency.
    pub currency: Option<Currency>,
    /// Whether a tenant may choose it by itself.
    pub offered: Option<bool>,
}

/// Changes a plan.
///
/// # Errors
/// [`StoreError::NotFound`], [`VerbError::Invalid`] beside what is wrong, or the database's.
pub fn change(
    tx: &mut StaffTx<'_, ManageTenants>,
    key: &str,
    wanted: &PlanChange,
) -> Result<Plan, VerbError> {
    let was = tx.lock_plan(key)?.ok_or(StoreError::NotFound)?;
    let now = changed(tx, &was, wanted)?;
    if now == was {
        return Ok(now);
    }
    tx.set_plan_terms(&now)?;
    if now.limits != was.limits {
        tell_tenants(tx, &was, &now)?;
    }
    let target = Target::named(TargetKind::Plan, &*now.name);
    let entry = Entry::done(Action::PlanChanged, target)
        .before(told(&was))
        .after(told(&now));
    platform_audit::record(tx, entry)?;
    Ok(now)
}

/// The plan as it is to be, or everything that is wrong with it.
fn changed(
    tx: &mut StaffTx<'_, ManageTenants>,
    was: &Plan,
    wanted: &PlanChange,
) -> Result<Plan, VerbError> {
    let mut errors = FieldErrors::new();
    let mut now = was.clone();
    if let Some(name) = &wanted.name
        && let Some(name) = errors.check("name", tenant_settings::name(name))
    {
        now.name = name;
    }
    now.limits.extend(wanted.limits.iter().cloned());
    check_limits(tx, &now.limits, &mut errors)?;
    let features: BTreeMap<String, bool> = wanted.features.iter().cloned().collect();
    if let Some(features) = errors.check("features", Features::try_from(features)) {
        now.features = features.over(&was.features);
    }
    if let Some(days) = wanted.trial_days {
        if !(0..=365).contains(&days) {
            errors.add("trial_days", "Choose 0 to 365 days.");
        }
        now.trial_days = days;
    }
    if let Some(price) = wanted.price_cents {
        if price.is_some_and(|cents| cents < 0) {
            errors.add("price", "A price is not below zero.");
        }
        now.price_cents = price;
    }
    if let Some(currency) = &wanted.currency {
        now.currency = currency.to_string();
    }
    now.offered = wanted.offered.unwrap_or(now.offered);
    errors.into_result()?;
    Ok(now)
}

/// The tenants on the plan, told by the job that sets their limits.
fn tell_tenants(
    tx: &mut StaffTx<'_, ManageTenants>,
    was: &Plan,
    now: &Plan,
) -> Result<(), StoreError> {
    for tenant in tx.tenants_on_plan(&now.key)? {
        let record = tx.tenant_record(tenant)?;
        let note = Note {
            event: EventKind::TenantUpdated,
            action: TenantAction::TenantPlanChanged,
            before: json!({ "plan": was.key, "limits": was.limits }),
            after: json!({ "plan": now.key, "limits": now.limits }),
            by: &Doer::Platform,
            limits: true,
            letter: None,
        };
        note::tell(tx, &record, note)?;
    }
    Ok(())
}

fn told(plan: &Plan) -> Json {
    json!({
        "name": plan.name,
        "limits": plan.limits,
        "features": plan.features,
        "trial_days": plan.trial_days,
        "price_cents": plan.price_cents,
        "currency": plan.currency,
        "offered": plan.offered,
    })
}
