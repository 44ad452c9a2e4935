//! What is typed on the sheet that asks for more.

use std::collections::BTreeMap;

use domain::{FieldErrors, ScalingBilling, ScalingStrategy};
use serde::Deserialize;
use services::limits::Stand;
use services::scalings::{Scaling, Wish};

use crate::web::format::Format;

/// The fields as typed. Numbers stand in the order of `resources`, which the form says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(in crate::web) resources: Vec<String>,
    pub(super) limits: Vec<String>,
    pub(in crate::web) strategy: String,
    pub(in crate::web) note: String,
    /// The price that was shown.
    pub(super) seen: String,
}

/// One resource of the sheet.
pub(super) struct Row {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) used: String,
    pub(super) limit: String,
    pub(super) typed: String,
    pub(super) error: String,
}

/// A price as the form says that it was shown.
pub(super) fn seen(billing: &ScalingBilling) -> String {
    let amount = |cents: Option<i64>| cents.map_or_else(|| "open".to_owned(), |c| c.to_string());
    format!(
        "{}/{}/{}",
        amount(billing.monthly_cents),
        amount(billing.today_cents),
        billing.currency
    )
}

/// Under which name something is wrong with a resource's number.
fn field(resource: &str) -> String {
    format!("target_limits.{resource}")
}

impl Typed {
    /// What was asked for, for whoever decides.
    pub(in crate::web) fn of(scaling: &Scaling) -> Self {
        Self {
            resources: scaling.target.keys().cloned().collect(),
            limits: scaling.target.values().map(i64::to_string).collect(),
            strategy: scaling.strategy.to_string(),
            ..Self::default()
        }
    }

    /// What is typed of a resource.
    pub(in crate::web) fn limit_of(&self, resource: &str) -> String {
        let mut pairs = self.resources.iter().zip(&self.limits);
        let found = pairs.find(|(key, _)| *key == resource);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// What is asked for; what is left empty stays as it is.
    pub(in crate::web) fn wish(&self, errors: &mut FieldErrors) -> Option<Wish> {
        let mut target = BTreeMap::new();
        for (resource, text) in self.resources.iter().zip(&self.limits) {
            let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            if text.is_empty() {
                continue;
            }
            match text.parse::<i64>() {
                Ok(limit) => drop(target.insert(resource.clone(), limit)),
                Err(_) => errors.add(field(resource), "Type a whole number."),
            }
        }
        let strategy = match self.strategy.as_str() {
            "" => Ok(ScalingStrategy::Immediate),
            word => ScalingStrategy::parse(word),
        };
        let strategy = strategy.map_err(|_| "Choose one from the list.");
        let strategy = errors.check("strategy", strategy)?;
        let note = Some(self.note.clone()).filter(|note| !note.trim().is_empty());
        errors.is_empty().then_some(Wish {
            target,
            strategy,
            note,
        })
    }
}

impl Row {
    pub(super) fn of(stand: &Stand, typed: &Typed, errors: &FieldErrors, format: &Format) -> Self {
        let key = stand.resource.key.to_string();
        let count = |number: Option<i64>| number.map(|number| format.count(number));
        Self {
            name: stand.resource.name.clone(),
            used: count(stand.used).unwrap_or_else(|| "Not measured".to_owned()),
            limit: count(stand.limit).unwrap_or_default(),
            typed: typed.limit_of(&key),
            error: errors.on(&field(&key)).to_owned(),
            key,
        }
    }
}
