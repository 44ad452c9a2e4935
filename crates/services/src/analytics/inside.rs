//! What has to be read inside the tenant: its people, and how many keys it has.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use domain::{Period, Steps, TimeZone, UserId};
use store::joining::{self, Joining};
use store::{StoreError, TenantTx, keys, users};

use super::{Segment, cohorts};
use crate::structure;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Inside {
    /// How many people there are now.
    pub(super) total: i64,
    /// Who joined and left on which day, over the period and the one before.
    pub(super) days: Vec<Joining>,
    /// Who joined in the weeks of the cohorts, and on which day.
    pub(super) newcomers: Vec<(UserId, NaiveDate)>,
    /// How many keys open something now.
    pub(super) keys: i64,
    /// Parts that are told by what is in the tenant.
    pub(super) parts: Vec<(String, i64)>,
}

/// Reads it.
///
/// # Errors
/// The database's.
pub fn inside<P>(
    tx: &mut TenantTx<'_, P>,
    zone: TimeZone,
    (period, segment): (Period, Option<Segment>),
) -> Result<Inside, StoreError> {
    let now = tx.now();
    let first = match period.steps(now, zone).before() {
        Steps::Days(first, _) => first,
        Steps::Hours(first, _) => first.date_naive(),
    };
    // The last thirty days are told whatever the period is.
    let month = now.date_naive().checked_sub_days(Days::new(31));
    let first = month.map_or(first, |month| month.min(first));
    let of_zone = |at: DateTime<Utc>| at.with_timezone(&zone.tz()).date_naive();
    let weeks = begin(cohorts::first_week(of_zone(now)));
    let newcomers = joining::newcomers(tx, weeks)?.into_iter();
    Ok(Inside {
        total: users::count(tx)?.total(),
        days: joining::by_day(tx, begin(first), zone.as_str())?,
        newcomers: newcomers.map(|(id, at)| (id, of_zone(at))).collect(),
        keys: keys::count(tx)?,
        parts: match segment {
            Some(Segment::Users) => joining::by_role(tx)?,
            Some(Segment::Storage) => structure::bytes_by_table(tx)?,
            Some(Segment::Api) | None => Vec::new(),
        },
    })
}

/// A moment at which the day has begun nowhere yet: days themselves are cut by the database, in the tenant's zone.
fn begin(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() - TimeDelta::hours(15)
}
