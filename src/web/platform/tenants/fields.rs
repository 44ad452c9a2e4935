//! What may be chosen in the forms about a tenant.

use std::collections::BTreeMap;

use domain::tenant_settings::Currency;
use domain::{FieldErrors, Locale, TimeZone};
use services::nodes::Node;
use services::tenants::{Plan, Trial};

use crate::web::choice::Choice;

/// The plans that are not retired, each with its trial.
#[must_use]
pub fn plans(plans: &[Plan]) -> Vec<Choice> {
    let told = |plan: &Plan| match plan.terms.trial_days {
        0 => format!("{}, no trial", plan.terms.name),
        days => format!("{}, {days} days of trial", plan.terms.name),
    };
    plans
        .iter()
        .filter(|plan| plan.retired_at.is_none())
        .map(|plan| Choice::new(&*plan.key, told(plan)))
        .collect()
}

/// Whether a plan is tried first.
#[must_use]
pub fn trials() -> Vec<Choice> {
    vec![
        Choice::new("plan", "As the plan says"),
        Choice::new("none", "No trial: active at once"),
    ]
}

/// What was chosen of them.
#[must_use]
pub fn trial(typed: &str) -> Trial {
    match typed {
        "none" => Trial::None,
        _ => Trial::OfThePlan,
    }
}

/// The servers on which a new database may be.
#[must_use]
pub fn servers<'a>(nodes: impl Iterator<Item = &'a Node>) -> Vec<Choice> {
    let told = |node: &Node| match node.left() {
        Some(left) => format!("{}, room for {left} more", node.name),
        None => node.name.to_string(),
    };
    let usual = Choice::new("", "Where the fewest tenants live");
    let named = nodes.map(|node| Choice::new(node.name.as_str(), told(node)));
    [usual].into_iter().chain(named).collect()
}

/// How dates and numbers can be written.
#[must_use]
pub fn locales() -> Vec<Choice> {
    let all = Locale::ALL.iter();
    all.map(|locale| Choice::new(locale.as_str(), locale.title()))
        .collect()
}

/// Time zones by place.
#[must_use]
pub fn zones() -> Vec<Choice> {
    TimeZone::names()
        .map(|name| Choice::new(name, name.replace('_', " ")))
        .collect()
}

/// Currencies by code.
#[must_use]
pub fn currencies() -> Vec<Choice> {
    Currency::codes()
        .map(|code| Choice::new(code, code))
        .collect()
}

/// A tenant's own number of seats, or none; or what is wrong with it.
pub fn seats(typed: &str, errors: &mut FieldErrors) -> Option<BTreeMap<String, i64>> {
    if typed.trim().is_empty() {
        return Some(BTreeMap::new());
    }
    match typed.trim().parse::<i64>() {
        Ok(seats) if seats > 0 => Some(BTreeMap::from([("users".to_owned(), seats)])),
        _ => {
            errors.add("seats", "Write a whole number from 1, or nothing.");
            None
        }
    }
}
