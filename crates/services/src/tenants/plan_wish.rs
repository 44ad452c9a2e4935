//! What is to be different about a plan, and the terms that come of it. Writing them down is in `plans`.

use std::collections::BTreeMap;

use domain::tenant_settings::{self, Currency};
use domain::{Extra, Extras, Features, FieldErrors, Rate, Resource, rate, text};
use store::catalogue::Terms;

use super::create::check_limits;

/// The most that a plan costs a month, in hundredths.
const MOST_CENTS: i64 = 100_000_000_000;
/// The longest word on why a version was made.
const MAX_NOTE: usize = 200;

/// What is to be different about a plan; what is not said stays.
#[derive(Debug, Clone, Default)]
pub struct PlanChange {
    /// As it is shown.
    pub name: Option<String>,
    /// By resource; none for as much as one likes.
    pub limits: Vec<(String, Option<i64>)>,
    /// Switched on or off.
    pub features: Vec<(String, bool)>,
    /// How long it may be tried; not at all when zero.
    pub trial_days: Option<i32>,
    /// A month, in hundredths of the currency; inside, none where it is agreed on.
    pub price_cents: Option<Option<i64>>,
    /// The price's currency.
    pub currency: Option<Currency>,
    /// What more costs, by resource; none where more cannot be bought.
    pub extras: Vec<(String, Option<Extra>)>,
    /// How often one key may ask, by rate; none for as often as the installation has it.
    pub rates: Vec<(String, Option<i32>)>,
    /// Whether a tenant may choose it by itself.
    pub offered: Option<bool>,
    /// Its place among the plans, from 1.
    pub place: Option<usize>,
    /// Why.
    pub note: Option<String>,
    /// The version that whoever wishes this has seen; refused when there is another by now.
    pub seen: Option<i32>,
}

impl PlanChange {
    /// The terms as they are to be; what is wrong is noted.
    pub(super) fn over(&self, was: &Terms, known: &[Resource], errors: &mut FieldErrors) -> Terms {
        let mut now = was.clone();
        if let Some(name) = &self.name
            && let Some(name) = errors.check("name", tenant_settings::name(name))
        {
            now.name = name;
        }
        laid_over(&mut now.limits, &self.limits);
        check_limits(known, &now.limits, errors);
        let features: BTreeMap<String, bool> = self.features.iter().cloned().collect();
        if let Some(features) = errors.check("features", Features::try_from(features)) {
            now.features = features.over(&was.features);
        }
        if let Some(days) = self.trial_days {
            if !(0..=365).contains(&days) {
                errors.add("trial_days", "Choose 0 to 365 days.");
            }
            now.trial_days = days;
        }
        if let Some(price) = self.price_cents {
            if price.is_some_and(|cents| !(0..=MOST_CENTS).contains(&cents)) {
                errors.add("price", "Choose a price from 0 to 1,000,000,000.");
            }
            now.price_cents = price;
        }
        if let Some(currency) = &self.currency {
            now.currency = currency.to_string();
        }
        laid_over(&mut now.extras, &self.extras);
        check_extras(known, &now.extras, errors);
        laid_over(&mut now.rates, &self.rates);
        if !rate::are_sound(&now.rates) {
            let known: Vec<&str> = Rate::ALL.iter().map(|rate| rate.as_str()).collect();
            let words = format!("Say any of {}, each from 1 to 1,000,000.", known.join(", "));
            errors.add("rates", words);
        }
        now
    }

    /// The word on why, or what is wrong with it.
    pub(super) fn note(&self, errors: &mut FieldErrors) -> Option<String> {
        let note = text::optional_line(self.note.as_deref().unwrap_or_default(), MAX_NOTE);
        errors.check("note", note).flatten()
    }
}

fn laid_over<T: Clone>(map: &mut BTreeMap<String, T>, changes: &[(String, Option<T>)]) {
    for (key, value) in changes {
        match value {
            Some(value) => map.insert(key.clone(), value.clone()),
            None => map.remove(key),
        };
    }
}

fn check_extras(known: &[Resource], extras: &Extras, errors: &mut FieldErrors) {
    let is_known = |key: &String| known.iter().any(|resource| resource.key.as_str() == key);
    if !extras.keys().all(is_known) || !extras.values().all(Extra::is_sound) {
        errors.add(
            "extras",
            "Say what more of a resource costs by a number from 1 and a price from 0.",
        );
    }
}
