//! Asking for more than a tenant has: how far it came, and what it costs. Prices are the plan's.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Months, Utc};
use serde::{Deserialize, Serialize};

use crate::column::text_enum;
use crate::{Extra, TimeZone, Window};

text_enum! {
    /// How far an asking has come.
    pub enum ScalingState {
        /// Nobody decided yet.
        Asked = "asked",
        /// It is carried out when its date comes.
        Approved = "approved",
        /// The new numbers are on their way to the tenant.
        InProgress = "in_progress",
        /// The tenant has them.
        Completed = "completed",
        /// The platform said no.
        Declined = "declined",
        /// The tenant took it back.
        Withdrawn = "withdrawn",
        /// The platform gave something else instead.
        Superseded = "superseded",
    }
}

impl ScalingState {
    /// Whether something is still to come of it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Approved | Self::InProgress)
    }

    /// As it is read.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Asked => "Asked for",
            Self::Approved => "Approved",
            Self::InProgress => "Under way",
            Self::Completed => "Done",
            Self::Declined => "Declined",
            Self::Withdrawn => "Withdrawn",
            Self::Superseded => "Replaced",
        }
    }
}

text_enum! {
    /// From when on the new numbers hold.
    pub enum ScalingStrategy {
        /// At once.
        Immediate = "immediate",
        /// From the first of the next month on, as the tenant's clock has it.
        NextBillingDate = "next_billing_date",
    }
}

/// A price that cannot be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This is more than can be priced. Ask for less.")]
pub struct TooDear;

/// One resource of an asking, with what the plan says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What the tenant may have now.
    pub from: i64,
    /// What it is to have.
    pub to: i64,
    /// What the price of the plan covers.
    pub included: i64,
    /// What more costs, where it can be bought.
    pub extra: Option<Extra>,
}

impl Step {
    /// What it costs more a month than now, in hundredths: negative for less. `None` where that is agreed on.
    ///
    /// # Errors
    /// [`TooDear`].
    pub fn monthly(&self) -> Result<Option<i64>, TooDear> {
        let beyond = |number: i64| number.saturating_sub(self.included).max(0);
        let (from, to) = (beyond(self.from), beyond(self.to));
        if from == 0 && to == 0 {
            return Ok(Some(0));
        }
        let Some(extra) = self.extra else {
            return Ok(None);
        };
        let price = |more: i64| extra.price_of(more).ok_or(TooDear);
        price(to)?
            .checked_sub(price(from)?)
            .map(Some)
            .ok_or(TooDear)
    }
}

/// The month that is billed, as the tenant's calendar has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillingMonth {
    /// When the next one begins, and is billed.
    pub next: DateTime<Utc>,
    /// How many days it has.
    pub days: i64,
    /// How many are left, today among them.
    pub left: i64,
}

impl BillingMonth {
    /// The one around this moment.
    #[must_use]
    pub fn around(now: DateTime<Utc>, zone: TimeZone) -> Self {
        let today = now.with_timezone(&zone.tz()).date_naive();
        let first = today.with_day(1).unwrap_or(today);
        let next = first.checked_add_months(Months::new(1)).unwrap_or(today);
        Self {
            next: Window::Month.around(now, zone).end,
            days: (next - first).num_days(),
            left: (next - today).num_days(),
        }
    }

    /// The part of a month's price that falls on what is left of it, half a hundredth rounded up.
    ///
    /// # Errors
    /// [`TooDear`].
    pub fn share_of(&self, monthly: i64) -> Result<i64, TooDear> {
        let twice = i128::from(monthly) * i128::from(self.left) * 2 + i128::from(self.days);
        let share = twice.checked_div_euclid(i128::from(self.days) * 2);
        share
            .and_then(|share| i64::try_from(share).ok())
            .ok_or(TooDear)
    }
}

/// What an asking does to the bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingBilling {
    /// More a month than now, in hundredths: negative for less; `None` where it is agreed on.
    pub monthly_cents: Option<i64>,
    /// For what is left of this month.
    pub today_cents: Option<i64>,
    /// The plan's currency.
    pub currency: String,
    /// When the next month begins.
    pub next_date: DateTime<Utc>,
    /// More a month by resource; `None` where it is agreed on.
    pub lines: BTreeMap<String, Option<i64>>,
}

impl ScalingBilling {
    /// What these steps do to the bill in this month. Of what begins with the next, nothing falls on this one.
    ///
    /// # Errors
    /// The resource that is [`TooDear`].
    pub fn of(
        steps: &BTreeMap<String, Step>,
        month: BillingMonth,
        strategy: ScalingStrategy,
        currency: &str,
    ) -> Result<Self, (String, TooDear)> {
        let mut lines = BTreeMap::new();
        let mut sum = Some(0_i64);
        for (resource, step) in steps {
            let dear = |error| (resource.clone(), error);
            let monthly = step.monthly().map_err(dear)?;
            sum = match (sum, monthly) {
                (Some(sum), Some(more)) => Some(sum.checked_add(more).ok_or(dear(TooDear))?),
                _ => None,
            };
            lines.insert(resource.clone(), monthly);
        }
        let today = match (sum, strategy) {
            (Some(sum), ScalingStrategy::Immediate) => {
                let last = steps.keys().next_back().cloned().unwrap_or_default();
                Some(month.share_of(sum).map_err(|error| (last, error))?)
            }
            (Some(_), ScalingStrategy::NextBillingDate) => Some(0),
            (None, _) => None,
        };
        Ok(Self {
            monthly_cents: sum,
            today_cents: today,
            currency: currency.to_owned(),
            next_date: month.next,
            lines,
        })
    }

    /// The resources whose price is agreed on.
    pub fn by_agreement(&self) -> impl Iterator<Item = &str> {
        let lines = self.lines.iter().filter(|(_, monthly)| monthly.is_none());
        lines.map(|(resource, _)| resource.as_str())
    }
}

/// One resource of an asking that is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingStep {
    /// Which.
    pub resource: String,
    /// Since when the tenant has the new number.
    pub completed_at: Option<DateTime<Utc>>,
}

impl ScalingStep {
    /// What the step is called.
    #[must_use]
    pub fn name(&self) -> String {
        match self.resource.as_str() {
            "database_connections" => "database_connection_pool".to_owned(),
            "storage_gb" => "storage_quota_update".to_owned(),
            "api_calls_per_day" => "api_limit_update".to_owned(),
            "users" => "user_limit_update".to_owned(),
            other => format!("{other}_update"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const TEN: Option<Extra> = Some(Extra {
        per: 10,
        price_cents: 200,
    });

    fn step(from: i64, to: i64, extra: Option<Extra>) -> Step {
        Step {
            from,
            to,
            included: 100,
            extra,
        }
    }

    fn month(now: &str, zone: &str) -> BillingMonth {
        BillingMonth::around(now.parse().unwrap(), zone.parse().unwrap())
    }

    #[test]
    fn a_price_is_what_lies_beyond_the_plan_in_whole_pieces() {
        for (from, to, price) in [
            (100, 101, 200),
            (100, 110, 200),
            (100, 111, 400),
            (105, 110, 0),
            (110, 100, -200),
            (50, 100, 0),
            (50, 120, 400),
            (130, 50, -600),
        ] {
            let monthly = step(from, to, TEN).monthly();
            assert_eq!(monthly, Ok(Some(price)), "{from} to {to}");
        }
    }

    #[test]
    fn what_the_plan_does_not_sell_is_agreed_on_unless_it_covers_it() {
        assert_eq!(step(100, 101, None).monthly(), Ok(None));
        assert_eq!(step(120, 100, None).monthly(), Ok(None));
        assert_eq!(step(50, 100, None).monthly(), Ok(Some(0)));
    }

    #[test]
    fn a_price_beyond_counting_is_said() {
        let dear = Some(Extra {
            per: 1,
            price_cents: i64::MAX,
        });
        assert_eq!(step(100, 102, dear).monthly(), Err(TooDear));
        let most = BillingMonth {
            next: DateTime::UNIX_EPOCH,
            days: 30,
            left: 30,
        };
        assert_eq!(most.share_of(i64::MAX), Ok(i64::MAX));
        assert_eq!(most.share_of(i64::MIN), Ok(i64::MIN));
    }

    #[test]
    fn the_rest_of_a_month_counts_today_and_is_rounded_half_up() {
        let first = month("2026-11-01T12:00:00Z", "UTC");
        assert_eq!((first.days, first.left), (30, 30));
        assert_eq!(first.share_of(50_000), Ok(50_000));
        let last = month("2026-11-30T23:59:59Z", "UTC");
        assert_eq!(last.left, 1);
        assert_eq!(last.share_of(50_000), Ok(1_667));
        // Half a hundredth is one, also where it is given back.
        let half = BillingMonth { days: 2, ..last };
        assert_eq!((half.share_of(1), half.share_of(-1)), (Ok(1), Ok(0)));
    }

    #[test]
    fn february_is_as_long_as_its_year_has_it() {
        let leap = month("2028-02-29T12:00:00Z", "UTC");
        assert_eq!((leap.days, leap.left), (29, 1));
        assert_eq!(month("2027-02-28T12:00:00Z", "UTC").days, 28);
        assert_eq!(leap.next.to_rfc3339(), "2028-03-01T00:00:00+00:00");
    }

    #[test]
    fn the_calendar_is_the_tenants_also_when_clocks_change() {
        // It is December in Auckland already.
        let ahead = month("2026-11-30T12:00:00Z", "Pacific/Auckland");
        assert_eq!((ahead.days, ahead.left), (31, 31));
        // October ends in winter time, and had begun in summer time.
        let berlin = month("2026-10-10T12:00:00Z", "Europe/Berlin");
        assert_eq!((berlin.days, berlin.left), (31, 22));
        assert_eq!(berlin.next.to_rfc3339(), "2026-10-31T23:00:00+00:00");
    }

    #[test]
    fn a_sum_with_something_agreed_on_is_agreed_on() {
        let steps = BTreeMap::from([
            ("storage_gb".to_owned(), step(100, 120, TEN)),
            ("users".to_owned(), step(100, 120, None)),
        ]);
        let month = month("2026-11-16T00:00:00Z", "UTC");
        let of = |steps: &BTreeMap<_, _>, strategy| {
            ScalingBilling::of(steps, month, strategy, "USD").unwrap()
        };
        let both = of(&steps, ScalingStrategy::Immediate);
        assert_eq!((both.monthly_cents, both.today_cents), (None, None));
        assert_eq!(both.by_agreement().collect::<Vec<_>>(), ["users"]);
        let one = BTreeMap::from([("storage_gb".to_owned(), step(100, 120, TEN))]);
        let now = of(&one, ScalingStrategy::Immediate);
        assert_eq!((now.monthly_cents, now.today_cents), (Some(400), Some(200)));
        let later = of(&one, ScalingStrategy::NextBillingDate);
        assert_eq!(later.today_cents, Some(0));
    }
}
