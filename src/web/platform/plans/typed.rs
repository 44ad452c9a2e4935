//! The form of a plan: what was typed, and the wish that comes of it.

use std::collections::BTreeSet;

use domain::tenant_settings::Currency;
use domain::{Extra, FieldErrors, Rate, Resource, plan};
use serde::Deserialize;
use services::features::Feature;
use services::tenants::Plan;
use services::tenants::plans::PlanChange;

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

    fn rows(&self) -> Vec<Row> {
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

    /// What is wished; what cannot be read is noted.
    pub(super) fn wish(&self, plan: Option<&Plan>, errors: &mut FieldErrors) -> PlanChange {
        let mut limits = Vec::new();
        let mut extras = Vec::new();
        for row in self.rows() {
            limits.push((row.key.clone(), whole(&row.limit, "limits", errors)));
            extras.push((row.key.clone(), row.extra(errors)));
        }
        let rates = Rate::ALL.iter().zip(self.often());
        let rates = rates.map(|(rate, (_, typed))| {
            let most = whole(&typed, "rates", errors);
            // What is too large to be kept is refused as such, and not for another reason.
            let most = most.map(|most| i32::try_from(most).unwrap_or(i32::MAX));
            (rate.to_string(), most)
        });
        let rates = rates.collect();
        let price = match self.price.trim() {
            "" => None,
            typed => errors.check("price", plan::cents(typed)),
        };
        let days = self.trial_days.trim().parse::<i32>();
        let days = days.map_err(|_| "Type a whole number of days, 0 for no trial.");
        let switches = self.switches(plan).into_iter();
        PlanChange {
            name: Some(self.name.clone()),
            limits,
            features: switches.map(|(key, _, on)| (key, on)).collect(),
            trial_days: errors.check("trial_days", days),
            price_cents: Some(price),
            currency: errors.check("currency", Currency::parse(&self.currency)),
            extras,
            rates,
            offered: Some(self.offered == "1"),
            place: whole(&self.place, "place", errors).and_then(|n| usize::try_from(n).ok()),
            note: Some(self.note.clone()),
            seen: self.version.parse().ok(),
        }
    }
}

impl Row {
    fn extra(&self, errors: &mut FieldErrors) -> Option<Extra> {
        if self.per.trim().is_empty() && self.more.trim().is_empty() {
            return None;
        }
        let per = self.per.trim().parse::<i64>();
        let price = plan::cents(&self.more);
        if let (Ok(per), Ok(price_cents)) = (per, price) {
            return Some(Extra { per, price_cents });
        }
        let words = format!(
            "{}: say how much more at once, and what that costs, like 10 and 2.00.",
            self.label
        );
        errors.add("extras", words);
        None
    }
}

fn whole(typed: &str, field: &'static str, errors: &mut FieldErrors) -> Option<i64> {
    match typed.trim() {
        "" => None,
        typed => errors.check(field, typed.parse().map_err(|_| "Type whole numbers.")),
    }
}

/// Hundredths as they are typed.
fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
