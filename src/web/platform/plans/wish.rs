//! What was typed about a plan as the wish that comes of it.

use domain::tenant_settings::Currency;
use domain::{Extra, FieldErrors, Rate, plan};
use services::tenants::Plan;
use services::tenants::plans::PlanChange;

use super::typed::{Row, Typed};

impl Typed {
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
