//! How many people there are, how many of them came, and how many came again.

use chrono::{Days, NaiveDate};
use domain::{Meter, Period, Sharer, Steps, TenantId, TimeZone};
use store::joining::Joining;
use store::{PlatformTx, StoreError};

use super::{Figure, Inside, days, ratio, rounded};
use crate::usage::{Reading, approximate};

/// For how many days it is known who came.
const KEPT: u64 = 92;
const FORGOTTEN: &str =
    "Who used pages is kept for 92 days, so nothing is known of the period before.";
const BY_DAYS: &str = "Who used pages is kept by days, so hours are not compared.";
const NOBODY_BEFORE: &str = "Nobody used pages in the period before.";
const NONE_BEFORE: &str = "There was nobody at the beginning of the period.";
const NO_STAY: &str = "Nobody used pages in this period.";

/// A tenant's people over a period.
#[derive(Debug, Clone)]
pub struct People {
    /// How many there are now, invited ones among them, removed ones not.
    pub total: i64,
    /// How many different people used pages in the period,
    pub active: i64,
    /// and in the last thirty days.
    pub active_month: i64,
    /// How many were added in the period, whatever became of them,
    pub new: i64,
    /// and in the last thirty days.
    pub new_month: i64,
    /// Of those who used pages in the period before, the part that did so in this one.
    pub retention: Figure<f64>,
    /// How many more there are than at the beginning of the period, as a part of those.
    pub growth: Figure<f64>,
    /// How long a run of pages with no half hour between two of them was, on average.
    pub stay_minutes: Figure<f64>,
    /// How many there were at the end of each day,
    pub totals: Vec<i64>,
    /// and of each day of the period before.
    pub totals_before: Vec<i64>,
    /// How many used pages on each day,
    pub actives: Vec<i64>,
    /// and on each of the period before; empty where nobody did or it is not known any more.
    pub actives_before: Vec<i64>,
}

/// Who came over a period, and who came again.
#[derive(Debug, Clone, PartialEq)]
pub struct Coming {
    /// How many different people used pages in the period,
    pub active: i64,
    /// and in the one before; `None` where nobody did or it is not known.
    pub active_before: Option<i64>,
    /// Of those who used pages in the period before, the part that did so in this one.
    pub retention: Figure<f64>,
    /// How many used pages on each day; empty for hours, of which nobody keeps who came,
    pub actives: Vec<i64>,
    /// and on each day of the period before; empty where nobody did or it is not known.
    pub actives_before: Vec<i64>,
}

/// Counts who came in these steps. Of hours it is the days on which they lie.
///
/// # Errors
/// The database's.
pub fn coming(
    tx: &mut PlatformTx<'_>,
    (tenant, zone): (TenantId, TimeZone),
    steps: Steps,
) -> Result<Coming, StoreError> {
    let (first, until) = steps.days(zone);
    let by_days = matches!(steps, Steps::Days(..));
    let today = tx.now().with_timezone(&zone.tz()).date_naive();
    let oldest = today.checked_sub_days(Days::new(KEPT)).unwrap_or(today);
    let (before, _) = steps.before().days(zone);
    let is_known = by_days && before >= oldest;
    let from = if is_known { before } else { first };
    let came = tx.people_came(tenant, (from, first, until))?;
    let all = match by_days {
        true => tx.sharers_by_day(tenant, &Meter::PAGE_VIEWS, Sharer::User, (from, until))?,
        false => Vec::new(),
    };
    let (then, now): (Vec<_>, Vec<_>) = all.into_iter().partition(|(day, _)| *day < first);
    let of_days = |rows: &[(NaiveDate, i64)], from, wanted: bool| match wanted {
        true => placed(rows, steps, from),
        false => Vec::new(),
    };
    Ok(Coming {
        active: came.now,
        active_before: (came.then > 0).then_some(came.then),
        retention: match (by_days, is_known) {
            (false, _) => Err(BY_DAYS),
            (true, false) => Err(FORGOTTEN),
            (true, true) => ratio(came.again, came.then).ok_or(NOBODY_BEFORE),
        },
        actives: of_days(&now, first, by_days),
        actives_before: of_days(&then, before, !then.is_empty()),
    })
}

pub(super) fn look(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    reading: &Reading,
    inside: &Inside,
    zone: TimeZone,
) -> Result<People, StoreError> {
    let (first, until) = reading.steps.days(zone);
    let (before, _) = reading.steps.before().days(zone);
    let month = Period::Month.steps(tx.now(), zone).days(zone);
    let coming = coming(tx, (tenant, zone), reading.steps)?;
    let active_month = match reading.period {
        Period::Month => coming.active,
        _ => tx.count_sharers(tenant, &Meter::PAGE_VIEWS, Sharer::User, month)?,
    };
    let totals = totals(inside, before, until);
    let (totals_before, totals) = totals.split_at(days(reading.steps).min(totals.len()));
    let at_first = totals_before.last().copied().unwrap_or(0);
    let stays = reading.total(&Meter::STAYS);
    let seconds = approximate(reading.total(&Meter::STAY_SECONDS));
    Ok(People {
        total: inside.total,
        active: coming.active,
        active_month,
        new: joined(&inside.days, (first, until)),
        new_month: joined(&inside.days, month),
        retention: coming.retention,
        growth: growth(at_first, inside.total),
        stay_minutes: (stays > 0)
            .then(|| rounded(seconds / 60.0 / approximate(stays), 10.0))
            .ok_or(NO_STAY),
        totals: totals.to_vec(),
        totals_before: totals_before.to_vec(),
        actives: coming.actives,
        actives_before: coming.actives_before,
    })
}

fn growth(then: i64, now: i64) -> Figure<f64> {
    (then > 0)
        .then(|| rounded(approximate(now - then) / approximate(then), 1e4))
        .ok_or(NONE_BEFORE)
}

fn joined(days: &[Joining], (from, until): (NaiveDate, NaiveDate)) -> i64 {
    let inside = days.iter().filter(|one| one.day >= from && one.day < until);
    inside.map(|one| one.joined).sum()
}

/// How many there were at the end of each day: today's are known, and what each day changed.
fn totals(inside: &Inside, from: NaiveDate, until: NaiveDate) -> Vec<i64> {
    let mut totals: Vec<i64> = Vec::new();
    let mut total = inside.total;
    let all: Vec<NaiveDate> = from.iter_days().take_while(|day| *day < until).collect();
    for day in all.into_iter().rev() {
        totals.push(total.max(0));
        let changed = inside.days.iter().find(|one| one.day == day);
        total -= changed.map_or(0, |one| one.joined - one.left);
    }
    totals.reverse();
    totals
}

fn placed(rows: &[(NaiveDate, i64)], steps: Steps, first: NaiveDate) -> Vec<i64> {
    let all = first.iter_days().take(days(steps));
    all.map(|day| {
        let row = rows.iter().find(|(at, _)| *at == day);
        row.map_or(0, |(_, count)| *count)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn who_was_there_is_told_from_who_came_and_went() {
        let step = |on: &str, joined, left| Joining {
            day: day(on),
            joined,
            left,
        };
        let days = vec![step("2026-11-20", 3, 0), step("2026-11-22", 2, 1)];
        let inside = Inside {
            total: 9,
            days: days.clone(),
            ..Inside::default()
        };
        let told = totals(&inside, day("2026-11-19"), day("2026-11-24"));
        assert_eq!(told, [5, 8, 8, 9, 9]);
        assert_eq!(joined(&days, (day("2026-11-20"), day("2026-11-22"))), 3);
    }

    #[test]
    fn growth_is_a_part_of_those_who_were_there() {
        assert_eq!(growth(200, 230), Ok(0.15));
        assert_eq!(growth(4, 3), Ok(-0.25));
        assert_eq!(growth(0, 3), Err(NONE_BEFORE));
    }
}
