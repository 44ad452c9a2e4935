//! What a tenant's figures say: how many people come and come back, how much is used, how well it went, which features are
//! taken up, and where it goes. All of it is counted from what `usage` measured and from the tenant's own people.

mod adoption;
mod cohorts;
mod csv;
mod figures;
mod inside;
mod people;
mod series;
mod trends;

use domain::{Features, Meter, Period, Sharer, Steps, TenantId, TimeZone};
use store::usage::Gap;
use store::{PlatformTx, StoreError};

use crate::usage::{self, Reading};

pub use adoption::{Adoption, adoption};
pub use cohorts::{Cohort, WEEKS};
pub use csv::csv;
pub use figures::{calls_a_step, error_rate, response_ms};
pub use inside::{Inside, inside};
pub use people::{Coming, People, coming};
pub use series::{Series, error_line, response_line};
pub use trends::Trends;

/// A figure, or why there is none.
pub type Figure<T> = Result<T, &'static str>;

/// What is read for it.
const METERS: [Meter; 14] = [
    Meter::API_CALLS,
    Meter::API_ERRORS,
    Meter::API_MICROS,
    Meter::PAGE_VIEWS,
    Meter::PAGE_ERRORS,
    Meter::PAGE_MICROS,
    Meter::DB_RUNS,
    Meter::DB_MICROS,
    Meter::STORAGE,
    Meter::AT_ONCE,
    Meter::STAYS,
    Meter::STAY_SECONDS,
    Meter::PROBES,
    Meter::PROBES_FAILED,
];

/// By what parts are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// People by role.
    Users,
    /// Stored bytes by table.
    Storage,
    /// Calls by route.
    Api,
}

impl Segment {
    /// Each with its word.
    pub const ALL: [(&'static str, Self); 3] = [
        ("users", Self::Users),
        ("storage", Self::Storage),
        ("api", Self::Api),
    ];

    /// As it is said.
    #[must_use]
    pub fn word(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, segment)| *segment == self);
        found.map_or("", |(word, _)| word)
    }
}

/// Everything that a page or an answer about one tenant is made of.
#[derive(Debug, Clone)]
pub struct Analytics {
    /// Over what: days.
    pub period: Period,
    /// What was measured.
    pub reading: Reading,
    /// Its people.
    pub people: People,
    /// Each feature there is.
    pub adoption: Vec<Adoption>,
    /// Where it goes.
    pub trends: Trends,
    /// Those who joined in a week, and how they came back.
    pub cohorts: Vec<Cohort>,
    /// The parts by which it was asked for: a name and how much.
    pub parts: Vec<(String, i64)>,
    /// Where something is missing.
    pub gaps: Vec<Gap>,
    /// How many calls today comes to, as far as that can be told.
    pub calls_today: Option<f64>,
}

/// Reads it, with what was found inside the tenant. Hours are no period of this: of less than a week nothing is told.
///
/// # Errors
/// The database's.
pub fn look(
    tx: &mut PlatformTx<'_>,
    (tenant, zone): (TenantId, TimeZone),
    features: &Features,
    inside: &Inside,
    (period, segment): (Period, Option<Segment>),
) -> Result<Analytics, StoreError> {
    let reading = usage::read(tx, tenant, &METERS, period, zone)?;
    let people = people::look(tx, tenant, &reading, inside, zone)?;
    let parts = match segment {
        Some(Segment::Api) => {
            let days = reading.steps.days(zone);
            let rows = tx.usage_shares(tenant, &Meter::API_CALLS, Sharer::Endpoint, days, 100)?;
            rows.into_iter().map(|row| (row.who, row.amount)).collect()
        }
        Some(Segment::Users | Segment::Storage) | None => inside.parts.clone(),
    };
    Ok(Analytics {
        period,
        adoption: adoption(tx, (tenant, zone), reading.steps, features, inside.keys)?,
        cohorts: cohorts::look(tx, tenant, inside, zone)?,
        trends: Trends::of(&reading, &people),
        gaps: usage::gaps(tx, reading.steps, zone)?,
        calls_today: calls_today(tx, tenant, zone)?,
        people,
        reading,
        parts,
    })
}

fn calls_today(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    zone: TimeZone,
) -> Result<Option<f64>, StoreError> {
    let calls = [(Meter::API_CALLS, usage::Of::Counted)];
    let expected = usage::expect(tx, tenant, &calls, zone)?;
    let today = expected.first().and_then(|calls| calls.days.first());
    Ok(today.map(|day| day.amount.round()))
}

/// How many days there are in the steps.
fn days(steps: Steps) -> usize {
    usize::try_from(steps.count()).unwrap_or(0)
}

/// A part of a whole with four decimals; `None` of nothing.
#[must_use]
pub fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| rounded(usage::approximate(part) / usage::approximate(whole), 1e4))
}

/// With as many decimals as `by` has zeros.
fn rounded(number: f64, by: f64) -> f64 {
    (number * by).round() / by
}
