//! A typed day as the moments between which it lies where the reader is.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::TimeZone;

/// When a typed day begins where the reader is.
pub(super) fn begins(day: &str, zone: TimeZone) -> Option<DateTime<Utc>> {
    midnight(day.parse().ok()?, zone)
}

/// When it ends.
pub(super) fn ends(day: &str, zone: TimeZone) -> Option<DateTime<Utc>> {
    let day: NaiveDate = day.parse().ok()?;
    midnight(day.checked_add_days(Days::new(1))?, zone)
}

fn midnight(day: NaiveDate, zone: TimeZone) -> Option<DateTime<Utc>> {
    let local = day.and_time(NaiveTime::MIN).and_local_timezone(zone.tz());
    Some(local.earliest()?.to_utc())
}
