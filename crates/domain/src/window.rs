//! Spans of time in which a counter counts: an hour, a day or a month as the tenant's own clock and calendar have them.

use chrono::{
    DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _, Timelike,
    Utc,
};
use chrono_tz::Tz;

use crate::TimeZone;
use crate::column::text_enum;

text_enum! {
    /// After how long a counter begins anew.
    pub enum Window {
        /// With each hour.
        Hour = "hour",
        /// At midnight.
        Day = "day",
        /// On the first of the month.
        Month = "month",
    }
}

/// From when until when, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The first moment.
    pub start: DateTime<Utc>,
    /// The first moment of the next.
    pub end: DateTime<Utc>,
}

impl Window {
    /// The one around this moment, where clocks show this zone's time.
    #[must_use]
    pub fn around(self, now: DateTime<Utc>, zone: TimeZone) -> Bounds {
        let zone = zone.tz();
        let local = now.with_timezone(&zone);
        let date = local.date_naive();
        let (first, next) = match self {
            Self::Hour => return hour(now, &local),
            Self::Day => (date, date.checked_add_days(Days::new(1))),
            Self::Month => {
                let first = date.with_day(1).unwrap_or(date);
                (first, first.checked_add_months(Months::new(1)))
            }
        };
        Bounds {
            start: midnight(first, zone).unwrap_or(now),
            end: next.and_then(|next| midnight(next, zone)).unwrap_or(now),
        }
    }
}

/// An hour of the clock on the wall; where the clock is put back, each of the two hours is one.
fn hour(now: DateTime<Utc>, local: &DateTime<Tz>) -> Bounds {
    let past = i64::from(local.minute()) * 60 + i64::from(local.second());
    let start = now
        - TimeDelta::seconds(past)
        - TimeDelta::nanoseconds(i64::from(local.nanosecond() % 1_000_000_000));
    Bounds {
        start,
        end: start + TimeDelta::hours(1),
    }
}

/// When the day begins: where its midnight is left out, when the clock goes on.
fn midnight(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = NaiveDateTime::from(date);
    // Clocks are put forward by an hour or two; islands that changed sides of the date line left out a day.
    (0..104).find_map(|quarters| {
        let local = midnight + TimeDelta::minutes(15 * quarters);
        let at = zone.from_local_datetime(&local).earliest()?;
        Some(at.with_timezone(&Utc))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn around(window: Window, zone: &str, now: &str) -> (String, String) {
        let bounds = window.around(now.parse().unwrap(), zone.parse().unwrap());
        let told = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M").to_string();
        (told(bounds.start), told(bounds.end))
    }

    fn pair(start: &str, end: &str) -> (String, String) {
        (start.to_owned(), end.to_owned())
    }

    #[test]
    fn a_day_is_the_zones_and_has_23_or_25_hours_when_clocks_change() {
        let day = |now| around(Window::Day, "Europe/Berlin", now);
        assert_eq!(
            day("2026-07-01T21:59:59Z"),
            pair("2026-06-30T22:00", "2026-07-01T22:00")
        );
        assert_eq!(
            day("2026-07-01T22:00:00Z"),
            pair("2026-07-01T22:00", "2026-07-02T22:00")
        );
        assert_eq!(
            day("2026-03-29T12:00:00Z"),
            pair("2026-03-28T23:00", "2026-03-29T22:00")
        );
        assert_eq!(
            day("2026-10-25T12:00:00Z"),
            pair("2026-10-24T22:00", "2026-10-25T23:00")
        );
    }

    #[test]
    fn a_day_without_a_midnight_begins_when_the_clock_goes_on() {
        let day = around(Window::Day, "America/Santiago", "2026-09-06T12:00:00Z");
        assert_eq!(day, pair("2026-09-06T04:00", "2026-09-07T03:00"));
        // Samoa left out the whole of 30 December 2011: the 29th goes on until the 31st begins, and no day is lost.
        let before = around(Window::Day, "Pacific/Apia", "2011-12-30T09:00:00Z");
        assert_eq!(before.0, "2011-12-29T10:00");
    }

    #[test]
    fn a_month_may_be_leap_and_a_year_may_be_late() {
        let month = |now| around(Window::Month, "UTC", now);
        assert_eq!(
            month("2028-02-29T23:59:59Z"),
            pair("2028-02-01T00:00", "2028-03-01T00:00")
        );
        assert_eq!(
            month("2038-12-31T00:00:00Z"),
            pair("2038-12-01T00:00", "2039-01-01T00:00")
        );
    }

    #[test]
    fn an_hour_is_the_clocks_also_where_it_is_half_off() {
        let hour = around(Window::Hour, "Asia/Kolkata", "2026-07-01T10:15:30Z");
        assert_eq!(hour, pair("2026-07-01T09:30", "2026-07-01T10:30"));
        // 02:30 is there twice in this night: each is its own hour.
        let first = around(Window::Hour, "Europe/Berlin", "2026-10-25T00:30:00Z");
        let second = around(Window::Hour, "Europe/Berlin", "2026-10-25T01:30:00Z");
        assert_eq!(first.1, second.0);
    }

    #[test]
    fn every_moment_is_in_its_own_window_and_the_next_begins_where_it_ends() {
        for zone in [
            "UTC",
            "Europe/Berlin",
            "America/St_Johns",
            "Pacific/Apia",
            "Asia/Kathmandu",
            "America/Havana",
        ] {
            let zone: TimeZone = zone.parse().unwrap();
            for window in [Window::Hour, Window::Day, Window::Month] {
                let mut now: DateTime<Utc> = "2025-12-28T03:07:11Z".parse().unwrap();
                for _ in 0..800 {
                    let bounds = window.around(now, zone);
                    assert!(
                        bounds.start <= now && now < bounds.end,
                        "{zone:?} {window:?} {now} {bounds:?}"
                    );
                    assert_eq!(window.around(bounds.end, zone).start, bounds.end);
                    now += TimeDelta::minutes(677);
                }
            }
        }
    }
}
