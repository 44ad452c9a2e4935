//! What is to be expected of a meter: from the whole days that were measured, up to ninety of them.

use chrono::{Days, NaiveDate};
use domain::projection::Expected;
use domain::{Meter, Projection, TenantId, TimeZone};
use store::{PlatformTx, StoreError};

/// How many days are looked at.
const BACK: u64 = 90;
/// For how many days the sum is told.
const AHEAD: usize = 30;

/// How a meter's days are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Used up each day: what comes is added.
    Counted,
    /// There at the end of each day: what was not measured is as before.
    Level,
}

/// What is to be expected of one meter.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Of what.
    pub meter: Meter,
    /// From how many days it is told.
    pub known: usize,
    /// Each of the next thirty days; today is the first of them.
    pub days: Vec<Expected>,
    /// The first of them.
    pub first: NaiveDate,
    /// What was measured of it today.
    pub(super) so_far: i64,
    /// Where its days begin at midnight.
    pub(super) zone: TimeZone,
    pub(super) of: Of,
    pub(super) projection: Projection,
}

/// Looks ahead at each of these meters of which enough days were measured: today is not whole and counts as one to come.
///
/// # Errors
/// The database's.
pub fn expect(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    meters: &[(Meter, Of)],
    zone: TimeZone,
) -> Result<Vec<Expectation>, StoreError> {
    let today = tx.now().with_timezone(&zone.tz()).date_naive();
    let from = today.checked_sub_days(Days::new(BACK)).unwrap_or(today);
    let all: Vec<Meter> = meters.iter().map(|(meter, _)| meter.clone()).collect();
    let tomorrow = today.succ_opt().unwrap_or(today);
    let rows = tx.usage_by_day(tenant, &all, (from, tomorrow))?;
    let of = |(meter, of): &(Meter, Of)| {
        let own = rows.iter().filter(|row| row.meter == meter.as_str());
        let (so_far, whole): (Vec<_>, Vec<_>) = own
            .map(|row| (row.at, row.amount))
            .partition(|(day, _)| *day == today);
        let projection = Projection::of(&filled(&whole, *of, today))?;
        Some(Expectation {
            meter: meter.clone(),
            known: projection.known(),
            days: (1..=AHEAD).map(|day| projection.ahead(day)).collect(),
            first: today,
            so_far: so_far.iter().map(|(_, amount)| amount).sum(),
            zone,
            of: *of,
            projection,
        })
    };
    Ok(meters.iter().filter_map(of).collect())
}

/// Each day from the first that was measured up to yesterday: a day without a line had nothing, or what was there before.
fn filled(measured: &[(NaiveDate, i64)], of: Of, today: NaiveDate) -> Vec<f64> {
    let Some((first, _)) = measured.first() else {
        return Vec::new();
    };
    let (mut days, mut last) = (Vec::new(), 0.0);
    for day in first.iter_days().take_while(|day| *day < today) {
        let there = measured.iter().find(|(at, _)| *at == day);
        last = match (there, of) {
            (Some((_, amount)), _) => approximate(*amount),
            (None, Of::Counted) => 0.0,
            (None, Of::Level) => last,
        };
        days.push(last);
    }
    days
}

impl Expectation {
    /// What this day brings, 1 being today.
    pub(super) fn ahead(&self, day: usize) -> f64 {
        self.projection.ahead(day).amount
    }

    /// What thirty days come to: their sum, or what there is on the last; with the band around it.
    #[must_use]
    pub fn month(&self) -> Expected {
        match self.of {
            Of::Level => self.days.last().copied().unwrap_or(NOTHING),
            // Errors of single days weigh each other up: the band of a sum grows with its root.
            Of::Counted => {
                let amount: f64 = self.days.iter().map(|day| day.amount).sum();
                let above: f64 = self
                    .days
                    .iter()
                    .map(|day| (day.high - day.amount).powi(2))
                    .sum();
                Expected {
                    amount,
                    low: (amount - above.sqrt()).max(0.0),
                    high: amount + above.sqrt(),
                }
            }
        }
    }

    /// On which day the limit is reached, where that is within a year.
    #[must_use]
    pub fn reaches(&self, limit: i64) -> Option<NaiveDate> {
        let days = self.projection.reaches(approximate(limit))?;
        let days = u64::try_from(days.saturating_sub(1)).ok()?;
        self.first.checked_add_days(Days::new(days))
    }
}

const NOTHING: Expected = Expected {
    amount: 0.0,
    low: 0.0,
    high: 0.0,
};

/// As a number to reckon with, to a millionth of itself: past four thousand million the last digits go.
pub(crate) fn approximate(amount: i64) -> f64 {
    let (high, low) = (amount / 1_000_000, amount % 1_000_000);
    let part = |part: i64| f64::from(i32::try_from(part).unwrap_or(i32::MAX));
    part(high).mul_add(1e6, part(low))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_without_a_line_had_nothing_or_what_was_there() {
        let measured = [(day("2026-02-27"), 5), (day("2026-03-01"), 7)];
        let today = day("2026-03-03");
        let of = |of| filled(&measured, of, today);
        assert_eq!(of(Of::Counted), [5.0, 0.0, 7.0, 0.0]);
        assert_eq!(of(Of::Level), [5.0, 5.0, 7.0, 7.0]);
        assert!(filled(&[], Of::Level, today).is_empty());
    }

    #[test]
    fn large_amounts_are_told_to_a_millionth() {
        assert!((approximate(1_234_567_890_123) - 1_234_567_890_123.0).abs() < 1.0);
        assert!((approximate(999) - 999.0).abs() < f64::EPSILON);
    }
}
