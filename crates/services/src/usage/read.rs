//! Reading what was measured of one tenant over a period, with the period before.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{Meter, Period, Resource, Steps, TenantId, TimeZone};
use store::usage::{Dated, Gap};
use store::{PlatformTx, StoreError};

use super::{BEAT, SILENCE, told};

/// What was measured, by the steps of a period.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Over what.
    pub period: Period,
    /// Its steps.
    pub steps: Steps,
    now: Amounts,
    before: Amounts,
}

/// How much there was in each step, by meter and piece of a histogram.
type Amounts = BTreeMap<(String, i16), Vec<i64>>;

/// Reads these meters of the tenant.
///
/// # Errors
/// The database's.
pub fn read(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    meters: &[Meter],
    period: Period,
    zone: TimeZone,
) -> Result<Reading, StoreError> {
    let steps = period.steps(tx.now(), zone);
    let (before, now) = amounts(tx, tenant, meters, steps)?;
    Ok(Reading {
        period,
        steps,
        now,
        before,
    })
}

/// What was noted of something in an hour.
pub type Noted = Dated<DateTime<Utc>>;

/// What was noted of these meters, and by applications, in this hour, but for what the database did: that changes by being
/// asked.
///
/// # Errors
/// The database's.
pub fn noted(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    meters: &[Meter],
    resources: &[Resource],
) -> Result<Vec<Noted>, StoreError> {
    let asked = meters.iter().filter(|meter| **meter != Meter::DB_RUNS);
    let told = told(resources).map(|resource| Meter::of(&resource.key));
    let meters: Vec<Meter> = asked.cloned().chain(told).collect();
    let hour = domain::Window::Hour.around(tx.now(), TimeZone::default());
    tx.usage_by_hour(tenant, &meters, (hour.start, hour.end))
}

/// Where something may be missing in what was measured over these steps: a process ended without a word.
///
/// # Errors
/// The database's.
pub fn gaps(tx: &mut PlatformTx<'_>, steps: Steps, zone: TimeZone) -> Result<Vec<Gap>, StoreError> {
    let since = match steps {
        Steps::Hours(first, _) => first,
        Steps::Days(first, _) => start_of(first, zone),
    };
    tx.usage_gaps(since, SILENCE, BEAT)
}

fn start_of(day: NaiveDate, zone: TimeZone) -> DateTime<Utc> {
    // Close enough, whatever the clock does at midnight: what is looked for lies behind it.
    let noon = day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::hours(12);
    domain::Window::Day.around(noon, zone).start
}

/// What there was in the steps before these, and in these: one statement reads both.
fn amounts(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    meters: &[Meter],
    steps: Steps,
) -> Result<(Amounts, Amounts), StoreError> {
    match (steps.before(), steps) {
        (Steps::Days(earlier, _), Steps::Days(first, count)) => {
            let until = first
                .checked_add_days(chrono::Days::new(u64::from(count)))
                .unwrap_or(first);
            let rows = tx.usage_by_day(tenant, meters, (earlier, until))?;
            let days = |from: NaiveDate| move |day: NaiveDate| (day - from).num_days();
            let (before, now) = rows.into_iter().partition(|row| row.at < first);
            Ok((
                placed(before, count, days(earlier)),
                placed(now, count, days(first)),
            ))
        }
        (Steps::Hours(earlier, _), Steps::Hours(first, count)) => {
            let until = first + TimeDelta::hours(i64::from(count));
            let rows = tx.usage_by_hour(tenant, meters, (earlier, until))?;
            let hours = |from: DateTime<Utc>| move |at: DateTime<Utc>| (at - from).num_hours();
            let (before, now) = rows.into_iter().partition(|row| row.at < first);
            Ok((
                placed(before, count, hours(earlier)),
                placed(now, count, hours(first)),
            ))
        }
        // What is before days are days, and what is before hours are hours.
        _ => Ok((Amounts::new(), Amounts::new())),
    }
}

fn placed<T>(rows: Vec<Dated<T>>, count: u32, place: impl Fn(T) -> i64) -> Amounts {
    let count = usize::try_from(count).unwrap_or(0);
    let mut found = Amounts::new();
    for row in rows {
        let values = found
            .entry((row.meter, row.part))
            .or_insert_with(|| vec![0; count]);
        let place = usize::try_from(place(row.at)).unwrap_or(usize::MAX);
        if let Some(value) = values.get_mut(place) {
            *value = row.amount;
        }
    }
    found
}

impl Reading {
    /// How much there was in each step.
    #[must_use]
    pub fn values(&self, meter: &Meter) -> Vec<i64> {
        values(&self.now, meter).unwrap_or_else(|| self.nothing())
    }

    /// And in each of the period before; `None` where nothing was measured then.
    #[must_use]
    pub fn values_before(&self, meter: &Meter) -> Option<Vec<i64>> {
        values(&self.before, meter)
    }

    /// How much there was altogether.
    #[must_use]
    pub fn total(&self, meter: &Meter) -> i64 {
        total(&self.values(meter))
    }

    /// And in the period before; `None` where nothing was measured then.
    #[must_use]
    pub fn total_before(&self, meter: &Meter) -> Option<i64> {
        self.values_before(meter).map(|values| total(&values))
    }

    /// What was measured in the period before, by itself: of what was before that nothing is known.
    #[must_use]
    pub fn earlier(&self) -> Self {
        Self {
            period: self.period,
            steps: self.steps.before(),
            now: self.before.clone(),
            before: Amounts::new(),
        }
    }

    /// How much there was of what goes up and down when it was measured last; `None` where it was not.
    #[must_use]
    pub fn newest(&self, meter: &Meter) -> Option<i64> {
        self.values(meter)
            .into_iter()
            .rev()
            .find(|value| *value > 0)
    }

    /// How much more there is of it than when it was first measured; `None` where it was measured in fewer than two steps.
    #[must_use]
    pub fn growth(&self, meter: &Meter) -> Option<i64> {
        let measured: Vec<i64> = self
            .values(meter)
            .into_iter()
            .filter(|value| *value > 0)
            .collect();
        let (first, rest) = measured.split_first()?;
        rest.last().map(|last| last.saturating_sub(*first))
    }

    /// The most of one step.
    #[must_use]
    pub fn peak(&self, meter: &Meter) -> i64 {
        self.values(meter).into_iter().max().unwrap_or(0)
    }

    /// Within how many microseconds so many hundredths were done, of a meter of times; `None` where nothing was.
    #[must_use]
    pub fn quantile(&self, times: &Meter, hundredths: u32) -> Option<u64> {
        let pieces: Vec<(i16, i64)> = self
            .now
            .iter()
            .filter(|((meter, _), _)| meter == times.as_str())
            .map(|((_, piece), values)| (*piece, total(values)))
            .collect();
        domain::meter::quantile(&pieces, hundredths)
    }

    fn nothing(&self) -> Vec<i64> {
        vec![0; usize::try_from(self.steps.count()).unwrap_or(0)]
    }
}

fn values(amounts: &Amounts, meter: &Meter) -> Option<Vec<i64>> {
    amounts.get(&(meter.as_str().to_owned(), 0)).cloned()
}

fn total(values: &[i64]) -> i64 {
    values
        .iter()
        .fold(0, |sum: i64, value| sum.saturating_add(*value))
}
