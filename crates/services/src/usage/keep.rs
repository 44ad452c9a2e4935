//! The jobs that keep what was measured: the months to come are made and old ones dropped, and the last days added up.

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};
use domain::{Meter, ResourceKind};
use store::{PlatformTx, StoreError};

use super::events;
use crate::worker::work::{Outcome, Work};

/// How long hours are kept.
const HOURS: Days = Days::new(92);
/// How long days are kept.
const DAYS: Months = Months::new(36);
/// How long it is kept whose part something was.
const SHARES: Days = Days::new(92);
/// How long processes that ended without a word are told of.
const PROCESSES: TimeDelta = TimeDelta::days(92);

/// Keeps the months.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    work.conclude_for_platform(|tx| keep(tx, work.now()))
        .map_or_else(Outcome::from, |()| Outcome::Done)
}

fn keep(tx: &mut PlatformTx<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let today = now.date_naive();
    let ahead = today + Days::new(40);
    tx.keep_usage(today, ahead)?;
    let before = |days: Days| today.checked_sub_days(days).unwrap_or(NaiveDate::MIN);
    let days = today.checked_sub_months(DAYS).unwrap_or(NaiveDate::MIN);
    tx.drop_usage(before(HOURS), days, before(SHARES))?;
    tx.forget_processes(now - PROCESSES)?;
    tx.forget_usage_events(now - events::REMEMBERED)?;
    // Once a day is enough for ninety days, which move little in one.
    let levels = levels(tx)?;
    tx.gather_recent(today, 90, &levels)
}

/// Adds up the last 7 and 30 days of all tenants.
pub(crate) fn gather_work(work: &Work<'_>) -> Outcome {
    work.conclude_for_platform(|tx| gather(tx, work.now()))
        .map_or_else(Outcome::from, |()| Outcome::Done)
}

/// The same, for whoever made up a past.
///
/// # Errors
/// The database's.
pub(crate) fn gather(tx: &mut PlatformTx<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let levels = levels(tx)?;
    tx.gather_recent(now.date_naive(), 7, &levels)?;
    tx.gather_recent(now.date_naive(), 30, &levels)
}

/// What goes up and down.
fn levels(tx: &mut PlatformTx<'_>) -> Result<Vec<Meter>, StoreError> {
    let resources = tx.resources()?.into_iter();
    let levels = resources.filter(|resource| resource.kind != ResourceKind::Counter);
    let levels = levels.map(|resource| Meter::of(&resource.key));
    Ok(levels.chain([Meter::AT_ONCE]).collect())
}
