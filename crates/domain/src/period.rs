//! Spans that charts show: the last hour to the last ninety days, by hours or by days of the tenant's own clock.

use chrono::{DateTime, Days, DurationRound, NaiveDate, TimeDelta, Utc};

use crate::TimeZone;
use crate::column::text_enum;

text_enum! {
    /// How far back is looked, the running hour or day included.
    #[derive(Default)]
    pub enum Period {
        /// The running hour.
        Hour = "1h",
        /// 24 hours.
        #[default]
        Day = "24h",
        /// Seven days.
        Week = "7d",
        /// Thirty days.
        Month = "30d",
        /// Ninety days.
        Quarter = "90d",
    }
}

/// The steps of a period, the earliest first; all are as long as the kind says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// Hours of UTC: the first one begins here.
    Hours(DateTime<Utc>, u32),
    /// Days of the tenant's clock.
    Days(NaiveDate, u32),
}

impl Period {
    /// As it is said.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Hour => "This hour",
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Month => "30 days",
            Self::Quarter => "90 days",
        }
    }

    /// Its steps up to now, where clocks show this zone's time.
    #[must_use]
    pub fn steps(self, now: DateTime<Utc>, zone: TimeZone) -> Steps {
        let hours = |count: u32| {
            let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
            Steps::Hours(hour - TimeDelta::hours(i64::from(count) - 1), count)
        };
        let days = |count: u32| {
            let today = now.with_timezone(&zone.tz()).date_naive();
            let first = today.checked_sub_days(Days::new(u64::from(count) - 1));
            Steps::Days(first.unwrap_or(today), count)
        };
        match self {
            Self::Hour => hours(1),
            Self::Day => hours(24),
            Self::Week => days(7),
            Self::Month => days(30),
            Self::Quarter => days(90),
        }
    }
}

impl Steps {
    /// How many there are.
    #[must_use]
    pub const fn count(self) -> u32 {
        match self {
            Self::Hours(_, count) | Self::Days(_, count) => count,
        }
    }

    /// As many steps, just before these.
    #[must_use]
    pub fn before(self) -> Self {
        match self {
            Self::Hours(first, count) => {
                Self::Hours(first - TimeDelta::hours(i64::from(count)), count)
            }
            Self::Days(first, count) => {
                let before = first.checked_sub_days(Days::new(u64::from(count)));
                Self::Days(before.unwrap_or(first), count)
            }
        }
    }

    /// The days on which they lie, the last one not included.
    #[must_use]
    pub fn days(self, zone: TimeZone) -> (NaiveDate, NaiveDate) {
        let after = |day: NaiveDate, days: u32| {
            day.checked_add_days(Days::new(u64::from(days)))
                .unwrap_or(day)
        };
        match self {
            Self::Days(first, count) => (first, after(first, count)),
            Self::Hours(first, count) => {
                let local = |at: DateTime<Utc>| at.with_timezone(&zone.tz()).date_naive();
                let last = first + TimeDelta::hours(i64::from(count) - 1);
                (local(first), after(local(last), 1))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_period_ends_with_the_running_hour_or_the_tenants_own_day() {
        let now: DateTime<Utc> = "2026-03-01T04:20:00Z".parse().unwrap();
        let zone: TimeZone = "America/New_York".parse().unwrap();
        let first = "2026-02-28T05:00:00Z".parse().unwrap();
        assert_eq!(Period::Day.steps(now, zone), Steps::Hours(first, 24));
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        // In New York it is still the last day of February.
        let week = Period::Week.steps(now, zone);
        assert_eq!(week, Steps::Days(day("2026-02-22"), 7));
        assert_eq!(week.before(), Steps::Days(day("2026-02-15"), 7));
        assert_eq!(week.days(zone), (day("2026-02-22"), day("2026-03-01")));
        let hours = Period::Day.steps(now, zone);
        assert_eq!(hours.days(zone), (day("2026-02-28"), day("2026-03-01")));
    }
}
