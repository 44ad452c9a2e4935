//! The form of a plan: what was typed, or what the plan is.

use std::collections::BTreeSet;

use domain::{Rate, Resource, plan};
use serde::Deserialize;
use services::features::Feature;
use services::tenants::Plan;

use super::label;

/// The fields as typed. Limits and prices stand in the order of `resources`, which the form says: another may be registered while
/// somebody types.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub key: String,
    pub name: String,
    pub price: String,
    pub currency: String,
    pub trial_days: String,
    pub resources: Vec<String>,
    pub limits: Vec<String>,
    pub per: Vec<String>,
    pub more: Vec<String>,
    /// In the order of `Rate::ALL`.
    pub rates: Vec<String>,
    pub features: Vec<String>,
    pub offered: String,
    pub place: String,
    pub note: String,
    pub version: String,
}

/// What is typed about a resource.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) limit: String,
    pub(super) per: String,
    pub(super) more: String,
}

impl Typed {
    /// A plan of which nothing is said.
    pub(super) fn blank() -> Self {
        Self {
            currency: "USD".to_owned(),
            trial_days: "14".to_owned(),
            ..Self::default()
        }
    }

    /// The plan as it is.
    pub(super) fn of(plan: &Plan) -> Self {
        let terms = &plan.terms;
        let resources: BTreeSet<&String> = terms.limits.keys().chain(terms.extras.keys()).collect();
        let extra = |key: &&String| terms.extras.get(*key);
        let on = terms.features.iter().filter(|(_, on)| *on);
        Self {
            key: plan.key.clone(),
            name: terms.name.clone(),
            price: terms.price_cents.map(amount).unwrap_or_default(),
            currency: terms.currency.clone(),
            trial_days: terms.trial_days.to_string(),
            limits: resources
                .iter()
                .map(|key| terms.limits.get(*key).map(i64::to_string))
                .map(Option::unwrap_or_default)
                .collect(),
            per: resources
                .iter()
                .map(|key| extra(key).map(|extra| extra.per.to_string()))
                .map(Option::unwrap_or_default)
                .collect(),
            more: resources
                .iter()
                .map(|key| extra(key).map(|extra| amount(extra.price_cents)))
                .map(Option::unwrap_or_default)
                .collect(),
            resources: resources.into_iter().cloned().collect(),
            rates: Rate::ALL
                .iter()
                .map(|rate| rate.of(&terms.rates).map(|most| most.to_string()))
                .map(Option::unwrap_or_default)
                .collect(),
            features: on.map(|(key, _)| key.to_owned()).collect(),
            offered: if plan.offered { "1" } else { "" }.to_owned(),
            place: String::new(),
            note: String::new(),
            version: plan.version.to_string(),
        }
    }

    /// A row for everything that is limited, with what is typed of it.
    pub(super) fn of_each(&self, known: &[Resource]) -> Vec<Row> {
        let mut rows = self.rows();
        let row = |resource: &Resource| {
            let key = resource.key.as_str();
            let typed = rows.iter_mut().find(|row| row.key == key);
            Row {
                key: key.to_owned(),
                label: label(resource),
                ..typed.map(std::mem::take).unwrap_or_default()
            }
        };
        known.iter().map(row).collect()
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let at = |list: &[String], place: usize| list.get(place).cloned().unwrap_or_default();
        let row = |(place, key): (usize, &String)| Row {
            key: key.clone(),
            label: plan::title(key),
            limit: at(&self.limits, place),
            per: at(&self.per, place),
            more: at(&self.more, place),
        };
        self.resources.iter().enumerate().map(row).collect()
    }

    /// How often one key may ask: what it is called, and what is typed.
    pub(super) fn often(&self) -> Vec<(&'static str, String)> {
        let row = |(place, rate): (usize, &Rate)| {
            let typed = self.rates.get(place).cloned();
            (rate.words(), typed.unwrap_or_default())
        };
        Rate::ALL.iter().enumerate().map(row).collect()
    }

    /// Every feature that this installation or the plan knows: key, title, and whether it is on.
    pub(super) fn switches(&self, plan: Option<&Plan>) -> Vec<(String, String, bool)> {
        let ours = Feature::ALL.iter().map(|feature| feature.key());
        let of_plan = plan.map(|plan| plan.terms.features.iter().map(|(key, _)| key));
        let all: BTreeSet<&str> = ours.chain(of_plan.into_iter().flatten()).collect();
        all.into_iter()
            .map(|key| {
                let on = self.features.iter().any(|one| one == key);
                (key.to_owned(), plan::title(key), on)
            })
            .collect()
    }
}

/// Hundredths as they are typed.
fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
