//! What is to be expected, as programs see it: a line by least squares, with a season of a week from three weeks on.

use domain::Meter;
use serde::Serialize;
use services::usage::Expectation;
use utoipa::ToSchema;

use super::Found;

/// Bytes of a GB, as disks and bills count it.
const GB: f64 = 1e9;

/// What is to be expected. Null where fewer than seven whole days were measured.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectionsFields {
    /// Stored in thirty days.
    pub storage_30d_estimate_gb: Option<f64>,
    /// Calls of the next thirty days together.
    pub api_calls_30d_estimate: Option<f64>,
    /// People in thirty days.
    pub users_30d_estimate: Option<f64>,
    /// The same with the band in which it should lie, and the day of the limit.
    pub details: Vec<ProjectionFields>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectionFields {
    /// What was measured.
    pub metric: String,
    /// From how many whole days it is told.
    pub days_known: usize,
    /// The sum of the next thirty days; of what goes up and down how much there is in thirty days.
    pub estimate_30d: f64,
    /// In 95 of 100 cases it is more than this,
    pub low_30d: f64,
    /// and less than this.
    pub high_30d: f64,
    /// The most there can be: in a day, in a month, or at once; null where nothing is limited.
    pub limit: Option<i64>,
    /// On which day that is reached; null where it is not within a year, or within the month after which it begins anew.
    pub reaches_limit_on: Option<String>,
}

pub(super) fn projections(found: &Found) -> Option<ProjectionsFields> {
    let expected = &found.look.expected;
    if expected.is_empty() {
        return None;
    }
    let month = |meter: &Meter| found.look.expected(meter).map(|one| one.month().amount);
    Some(ProjectionsFields {
        storage_30d_estimate_gb: month(&Meter::STORAGE)
            .map(|bytes| (bytes / GB * 1e3).round() / 1e3),
        api_calls_30d_estimate: month(&Meter::API_CALLS).map(f64::round),
        users_30d_estimate: month(&Meter::USERS).map(f64::round),
        details: expected.iter().map(|one| detail(one, found)).collect(),
    })
}

fn detail(of: &Expectation, found: &Found) -> ProjectionFields {
    let month = of.month();
    let resource = of.meter.resource();
    let stand = found
        .stands
        .iter()
        .find(|stand| Some(stand.resource.key.as_str()) == resource);
    let limit = stand.and_then(|stand| stand.limit);
    let reached = limit.map(|limit| limit.saturating_mul(of.meter.unit()));
    ProjectionFields {
        metric: of.meter.as_str().to_owned(),
        days_known: of.known,
        estimate_30d: month.amount.round(),
        low_30d: month.low.round(),
        high_30d: month.high.round(),
        limit: reached,
        reaches_limit_on: stand
            .and_then(|stand| found.look.reaches(stand))
            .map(|day| day.to_string()),
    }
}
