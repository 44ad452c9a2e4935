//! What a plan costs and gives, in words.

use std::collections::BTreeSet;

use domain::Rate;
use services::tenants::{Plan, plan_differences};

use crate::web::feature;
use crate::web::format::Format;

/// The price of a month.
pub(super) fn price(plan: &Plan, format: &Format) -> String {
    match plan.terms.price_cents {
        Some(cents) => {
            let (whole, part) = (format.count(cents / 100), cents % 100);
            let mark = format.decimal_mark();
            format!("{whole}{mark}{part:02} {} a month", plan.terms.currency)
        }
        None => "By agreement".to_owned(),
    }
}

/// How many people it allows.
pub(super) fn people(plan: &Plan, format: &Format) -> String {
    let most = plan.terms.limits.get("users").copied();
    most.map_or_else(
        || "As many people as you like".to_owned(),
        |most| format!("Up to {} people", format.count(most)),
    )
}

/// What more costs a month; empty where it cannot be bought.
pub(super) fn more(plan: &Plan, format: &Format) -> String {
    let terms = &plan.terms;
    let each = terms.extras.iter().map(|(resource, extra)| {
        let price = plan_differences::more(*extra, terms, format.locale());
        format!("{}: {price}", feature::title(resource))
    });
    each.collect::<Vec<_>>().join("; ")
}

/// How often programs may ask; empty where the plan says nothing of it.
pub(super) fn often(plan: &Plan, format: &Format) -> String {
    Rate::Queries
        .of(&plan.terms.rates)
        .map_or_else(String::new, |most| {
            let most = format.count(i64::from(most));
            format!("Programs may call {most} times a minute with one key")
        })
}

/// What the one plan has switched on and the other has not, by name.
pub(super) fn features_beyond(plan: &Plan, other: &Plan) -> String {
    let on = |plan: &Plan| -> BTreeSet<String> {
        let all = plan.terms.features.iter().filter(|(_, on)| *on);
        all.map(|(key, _)| feature::title(key)).collect()
    };
    let beyond: Vec<String> = on(plan).difference(&on(other)).cloned().collect();
    beyond.join(", ")
}
