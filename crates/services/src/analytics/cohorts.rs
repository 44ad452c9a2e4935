//! Those who joined in a week, and which part of them came in each week after it. Weeks begin on Mondays of the tenant's clock.

use chrono::{Datelike, Days, NaiveDate};
use domain::{TenantId, TimeZone};
use store::usage::CameBack;
use store::{PlatformTx, StoreError};

use super::Inside;

/// How many weeks are looked at, this one among them: as far as it is known who came.
pub const WEEKS: u64 = 8;

/// Who joined in one week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    /// Its Monday.
    pub first_day: NaiveDate,
    /// How many joined and are still there.
    pub joined: i64,
    /// How many of them used pages in that week and in each one after it, until this one.
    pub came: Vec<i64>,
}

/// The Monday of the first of these weeks.
pub(super) fn first_week(today: NaiveDate) -> NaiveDate {
    let back = u64::from(today.weekday().num_days_from_monday()) + 7 * (WEEKS - 1);
    today.checked_sub_days(Days::new(back)).unwrap_or(today)
}

pub(super) fn look(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    inside: &Inside,
    zone: TimeZone,
) -> Result<Vec<Cohort>, StoreError> {
    let today = tx.now().with_timezone(&zone.tz()).date_naive();
    let first = first_week(today);
    let weeks = inside.newcomers.iter().filter_map(|(id, day)| {
        let week = i32::try_from((*day - first).num_days().div_euclid(7)).ok()?;
        (week >= 0).then(|| (id.to_string(), week))
    });
    let (who, weeks): (Vec<String>, Vec<i32>) = weeks.unzip();
    if who.is_empty() {
        return Ok(Vec::new());
    }
    let came = tx.came_back(tenant, first, &who, &weeks)?;
    Ok(cohorts(first, &weeks, &came))
}

/// A cohort for each week in which somebody joined.
fn cohorts(first: NaiveDate, joined: &[i32], came: &[CameBack]) -> Vec<Cohort> {
    let last = i32::try_from(WEEKS).unwrap_or(i32::MAX);
    let all = (0..last).filter_map(|cohort| {
        let count = joined.iter().filter(|week| **week == cohort).count();
        let in_week = |week: i32| {
            let found = came
                .iter()
                .find(|one| one.cohort == cohort && one.week == week);
            found.map_or(0, |one| one.people)
        };
        let days = u64::try_from(cohort).ok()? * 7;
        (count > 0).then(|| Cohort {
            first_day: first.checked_add_days(Days::new(days)).unwrap_or(first),
            joined: i64::try_from(count).unwrap_or(i64::MAX),
            came: (cohort..last).map(in_week).collect(),
        })
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn weeks_begin_on_mondays_and_end_with_this_one() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(first_week(day("2026-11-23")), day("2026-10-05"));
        assert_eq!(first_week(day("2026-11-29")), day("2026-10-05"));
    }

    #[test]
    fn each_week_counts_those_who_came_of_those_who_joined() {
        let first: NaiveDate = "2026-10-05".parse().unwrap();
        let came = |cohort, week, people| CameBack {
            cohort,
            week,
            people,
        };
        let found = cohorts(
            first,
            &[0, 0, 6, 0],
            &[came(0, 0, 3), came(0, 2, 1), came(6, 7, 1)],
        );
        assert_eq!(found.len(), 2);
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.joined, one.came.clone()))
            .collect();
        assert_eq!(told, [(3, vec![3, 0, 1, 0, 0, 0, 0, 0]), (1, vec![0, 1])]);
        assert_eq!(
            found.last().unwrap().first_day,
            "2026-11-16".parse::<NaiveDate>().unwrap()
        );
    }
}
