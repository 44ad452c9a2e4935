//! Making plans and changing what they are: terms are data and the operator's. Each change of terms is a new
//! version; tenants stay on theirs until `plan_moves` moves them.

use domain::staff::ManageTenants;
use domain::{Extras, Features, FieldErrors, Rates, plan};
use serde_json::{Value as Json, json};
use store::catalogue::{Plan, Terms};
use store::{StaffTx, StoreError};

pub use super::plan_whole::{Whole, whole};
pub use super::plan_wish::PlanChange;
use crate::VerbError;
use crate::platform_audit::{self, Action, Entry, Target, TargetKind, Who};

/// Said beside a key that another plan has.
const KEY_TAKEN: &str = "There is a plan of this name, or was. Choose another one.";

/// Adds a plan, behind the others. It is offered only where that is said.
///
/// # Errors
/// [`VerbError::Invalid`] beside what is wrong, or the database's.
pub fn add(
    tx: &mut StaffTx<'_, ManageTenants>,
    key: &str,
    wanted: &PlanChange,
) -> Result<Plan, VerbError> {
    let mut errors = FieldErrors::new();
    let key = errors.check("key", plan::key(key)).unwrap_or_default();
    if wanted.name.is_none() {
        errors.add("name", "Name the plan.");
    }
    let terms = wanted.over(&nothing(), &tx.resources()?, &mut errors);
    let note = wanted.note(&mut errors);
    errors.into_result()?;
    let new = Plan {
        key,
        place: 0,
        offered: wanted.offered.unwrap_or(false),
        retired_at: None,
        current: 1,
        version: 1,
        terms,
        made_at: tx.now(),
        made_by: Who::acts(tx).name,
        note,
    };
    if !tx.add_plan(&new)? {
        return Err(FieldErrors::one("key", KEY_TAKEN).into());
    }
    let now = placed(tx, new, wanted.place)?;
    let entry = Entry::done(Action::PlanAdded, target(&now)).after(told(&now));
    platform_audit::record(tx, entry)?;
    Ok(now)
}

/// What a plan is before anything is said of it.
fn nothing() -> Terms {
    Terms {
        name: String::new(),
        limits: std::collections::BTreeMap::new(),
        features: Features::default(),
        trial_days: 0,
        price_cents: None,
        currency: "USD".to_owned(),
        extras: Extras::new(),
        rates: Rates::new(),
    }
}

/// Changes a plan: other terms are a new version, which whoever comes gets. Its place and whether it is offered are
/// of all versions.
///
/// # Errors
/// [`StoreError::NotFound`], [`VerbError::Stale`], [`VerbError::Invalid`] beside what is wrong, or the database's.
pub fn change(
    tx: &mut StaffTx<'_, ManageTenants>,
    key: &str,
    wanted: &PlanChange,
) -> Result<Plan, VerbError> {
    let was = tx.lock_plan(key)?.ok_or(StoreError::NotFound)?;
    if wanted.seen.is_some_and(|seen| seen != was.current) {
        return Err(VerbError::Stale);
    }
    let mut errors = FieldErrors::new();
    let mut now = Plan {
        terms: wanted.over(&was.terms, &tx.resources()?, &mut errors),
        offered: wanted.offered.unwrap_or(was.offered),
        ..was.clone()
    };
    let note = wanted.note(&mut errors);
    if now.offered && now.retired_at.is_some() {
        errors.add("offered", "This plan is retired. Bring it back first.");
    }
    errors.into_result()?;
    if now.terms != was.terms {
        now.version = was.current.saturating_add(1);
        now.current = now.version;
        (now.made_at, now.made_by, now.note) = (tx.now(), Who::acts(tx).name, note);
        tx.add_plan_version(&now)?;
    }
    if now.offered != was.offered {
        tx.set_plan_standing(&now)?;
    }
    let now = placed(tx, now, wanted.place)?;
    if now != was {
        let entry = Entry::done(Action::PlanChanged, target(&now))
            .before(told(&was))
            .after(told(&now));
        platform_audit::record(tx, entry)?;
    }
    Ok(now)
}

/// Retires a plan: nobody is put on it any more, and who is on it stays.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn retire(tx: &mut StaffTx<'_, ManageTenants>, key: &str) -> Result<Plan, VerbError> {
    let mut plan = tx.lock_plan(key)?.ok_or(StoreError::NotFound)?;
    if plan.retired_at.is_some() {
        return Ok(plan);
    }
    (plan.retired_at, plan.offered) = (Some(tx.now()), false);
    stand(tx, plan, Action::PlanRetired)
}

/// Brings a retired plan back. It is not offered until that is said.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn restore(tx: &mut StaffTx<'_, ManageTenants>, key: &str) -> Result<Plan, VerbError> {
    let mut plan = tx.lock_plan(key)?.ok_or(StoreError::NotFound)?;
    if plan.retired_at.is_none() {
        return Ok(plan);
    }
    plan.retired_at = None;
    stand(tx, plan, Action::PlanRestored)
}

fn stand(
    tx: &mut StaffTx<'_, ManageTenants>,
    plan: Plan,
    action: Action,
) -> Result<Plan, VerbError> {
    tx.set_plan_standing(&plan)?;
    platform_audit::record(tx, Entry::done(action, target(&plan)))?;
    Ok(plan)
}

/// Puts the plan at this place among all of them, where one is said.
fn placed(
    tx: &mut StaffTx<'_, ManageTenants>,
    plan: Plan,
    place: Option<usize>,
) -> Result<Plan, StoreError> {
    let Some(place) = place else {
        return Ok(plan);
    };
    let all = tx.plans()?;
    let mut keys: Vec<String> = all.into_iter().map(|plan| plan.key).collect();
    keys.retain(|key| *key != plan.key);
    let place = place.saturating_sub(1).min(keys.len());
    keys.insert(place, plan.key.clone());
    tx.order_plans(&keys)?;
    let stands = tx.plan(&plan.key)?.ok_or(StoreError::NotFound)?;
    Ok(Plan {
        place: stands.place,
        ..plan
    })
}

pub(super) fn target(plan: &Plan) -> Target {
    Target::named(TargetKind::Plan, &*plan.terms.name)
}

fn told(plan: &Plan) -> Json {
    let terms = &plan.terms;
    json!({
        "version": plan.version,
        "name": terms.name,
        "limits": terms.limits,
        "features": terms.features,
        "trial_days": terms.trial_days,
        "price_cents": terms.price_cents,
        "currency": terms.currency,
        "extras": terms.extras,
        "rates": terms.rates,
        "offered": plan.offered,
        "place": plan.place,
    })
}
