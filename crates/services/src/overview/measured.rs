//! What was measured of a tenant, for its overview: by the same services as the pages that it sums up, each noun in one statement.

use chrono::{Days, NaiveDate};
use domain::{Features, Meter, Period, TenantId, TimeZone};
use store::{PlatformTx, StoreError};

use super::Counted;
use crate::analytics::{self, Adoption, Coming, Figure};
use crate::checkups::{self, Checkup, Uptime};
use crate::features::Feature;
use crate::limits::{self, Stand};
use crate::usage::{self, Expectation, Reading};
use crate::{resources, scalings};

/// What is read over the period.
const METERS: [Meter; 6] = [
    Meter::API_CALLS,
    Meter::API_ERRORS,
    Meter::API_MICROS,
    Meter::PAGE_VIEWS,
    Meter::PAGE_ERRORS,
    Meter::PAGE_MICROS,
];
/// What is read over the last 30 days, whatever the period is.
const LAST_DAYS: [Meter; 5] = [
    Meter::PROBES,
    Meter::PROBES_FAILED,
    Meter::DB_SLOW,
    Meter::CONNECTIONS,
    Meter::STORAGE,
];
/// A limit that is reached within so many days is told.
const SOON: u64 = 30;

/// Everything that was measured and is summed up.
#[derive(Debug, Clone)]
pub struct Measured {
    /// What the tenant's plan is called.
    pub plan: String,
    /// Calls and pages over the period.
    pub reading: Reading,
    /// Who came in it.
    pub coming: Coming,
    /// Where the tenant stands in everything that is limited.
    pub stands: Vec<Stand>,
    /// What comes.
    pub expected: Vec<Expectation>,
    /// The first limit that is reached within thirty days if it goes on so.
    pub soon: Option<(Stand, NaiveDate)>,
    /// Whether whoever reads may ask for more, and nothing is asked for yet.
    pub may_ask: bool,
    /// Stored bytes, connections and slow work of the last 30 days.
    pub days: Reading,
    /// The probes of these days.
    pub uptime: Uptime,
    /// How the tenant was found last.
    pub checkup: Option<Checkup>,
    /// What is part of the plan only with analytics; `None` without.
    pub taken_up: Option<TakenUp>,
}

/// How far features are taken up, and who came again.
#[derive(Debug, Clone)]
pub struct TakenUp {
    /// Each feature there is.
    pub features: Vec<Adoption>,
    /// Of those who used pages in the period before, the part that did so in this one.
    pub retention: Figure<f64>,
}

/// Reads it, with what was counted in the tenant.
///
/// # Errors
/// The database's.
pub fn measured(
    tx: &mut PlatformTx<'_>,
    (tenant, zone): (TenantId, TimeZone),
    counted: &Counted,
    features: &Features,
    period: Period,
) -> Result<Measured, StoreError> {
    let resources = resources::all(tx)?;
    let stands = limits::stands_of(&counted.counters, &resources, zone, tx.now());
    let reading = usage::read(tx, tenant, &METERS, period, zone)?;
    let days = usage::read(tx, tenant, &LAST_DAYS, Period::Month, zone)?;
    let expected = usage::expect(tx, tenant, &usage::meters(&resources), zone)?;
    let coming = analytics::coming(tx, (tenant, zone), reading.steps)?;
    let taken_up = match features.has(Feature::AdvancedAnalytics.key()) {
        true => Some(TakenUp {
            features: analytics::adoption(
                tx,
                (tenant, zone),
                reading.steps,
                features,
                counted.keys,
            )?,
            retention: coming.retention,
        }),
        false => None,
    };
    let today = tx.now().with_timezone(&zone.tz()).date_naive();
    let soon = soon(&stands, &expected, today);
    let presses = soon.is_some() || limits::worst(&counted.counters, zone, tx.now()).is_some();
    let may_ask = counted.may_ask && presses && !is_asked(tx, tenant)?;
    Ok(Measured {
        plan: tx.plan_name(tenant)?,
        checkup: checkups::of(tx, tenant)?,
        uptime: Uptime::of(&days),
        reading,
        coming,
        stands,
        expected,
        soon,
        may_ask,
        days,
        taken_up,
    })
}

fn is_asked(tx: &mut PlatformTx<'_>, tenant: TenantId) -> Result<bool, StoreError> {
    let all = scalings::of(tx, tenant)?;
    Ok(all.iter().any(|one| one.state.is_open()))
}

/// The first of the limits that are reached soon if it goes on so.
fn soon(
    stands: &[Stand],
    expected: &[Expectation],
    today: NaiveDate,
) -> Option<(Stand, NaiveDate)> {
    let last = today.checked_add_days(Days::new(SOON)).unwrap_or(today);
    let reached = stands
        .iter()
        .filter_map(|stand| Some((stand, usage::reaches(expected, stand)?)));
    let reached = reached.filter(|(_, day)| *day <= last);
    let first = reached.min_by_key(|(_, day)| *day);
    first.map(|(stand, day)| (stand.clone(), day))
}

impl Measured {
    /// What a resource comes to, in the units of its limit: at the end of its span, or in thirty days.
    #[must_use]
    pub fn comes_to(&self, stand: &Stand) -> Option<f64> {
        usage::comes_to(&self.expected, stand)
    }

    /// What comes of the meter that says something of this resource.
    #[must_use]
    pub fn expects(&self, stand: &Stand) -> Option<&Expectation> {
        let key = stand.resource.key.as_str();
        self.expected
            .iter()
            .find(|one| one.meter.resource() == Some(key))
    }

    /// Whether nothing was ever asked for by a program, as far as is looked back.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        let calls = &Meter::API_CALLS;
        self.reading.total(calls) == 0 && self.reading.total_before(calls).is_none()
    }
}
