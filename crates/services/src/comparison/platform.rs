//! All tenants together, and how the platform that carries them does.

use domain::score;
use store::usage::Places;

use super::Tenant;
use super::told::{self, Told};
use crate::analytics::{Figure, ratio};
use crate::usage::approximate;

const NOT_GATHERED: &str =
    "Not measured yet, or not added up: that is done every hour, and of 90 days once a night.";
const NO_REQUEST: &str = "Nothing was asked for in this time.";
const NOT_PROBED: &str = "Nobody looked from outside whether pages answer in this time.";
const NOT_LOOKED: &str = "No server was looked at yet.";

/// What all tenants come to.
#[derive(Debug, Clone)]
pub struct Totals {
    /// How many they are.
    pub tenants: i64,
    /// Their people.
    pub users: Figure<i64>,
    /// Those who used pages.
    pub active: Figure<i64>,
    /// Stored bytes.
    pub bytes: Figure<i64>,
    /// Calls of the API.
    pub calls: Figure<i64>,
    /// Milliseconds until an answer began, on average.
    pub response_ms: Figure<f64>,
    /// Hundredths of the looks from outside that were answered.
    pub uptime: Figure<f64>,
    /// The part of calls and pages that failed by our fault.
    pub error_rate: Figure<f64>,
    /// What their applications said was used, by resource.
    pub told: Told,
}

/// How the platform does.
#[derive(Debug, Clone)]
pub struct Health {
    /// healthy, or degraded where a server or database did not answer when it was looked at last.
    pub status: &'static str,
    /// How many servers and databases there are,
    pub places: i64,
    /// and how many did not answer.
    pub silent: i64,
    /// The part of the connections of all servers that is in use.
    pub utilization: Figure<f64>,
    /// The part of calls and pages that failed by our fault.
    pub error_rate: Figure<f64>,
    /// From 0 to 100, by `domain::score`.
    pub score: Figure<f64>,
}

impl Totals {
    pub(super) fn of(all: &[Tenant]) -> Self {
        let known = |of: fn(&Tenant) -> Option<i64>| super::parts::sum(all, of).ok_or(NOT_GATHERED);
        let sum = |of: fn(&Tenant) -> Option<i64>| known(of).unwrap_or(0);
        let (requests, micros) = (sum(|one| one.row.requests), sum(|one| one.row.micros));
        let (probes, failed) = (sum(|one| one.row.probes), sum(|one| one.row.probes_failed));
        let answered = ratio(probes - failed, probes);
        Self {
            tenants: i64::try_from(all.len()).unwrap_or(i64::MAX),
            users: known(|one| one.row.users),
            active: known(|one| one.row.active),
            bytes: known(|one| one.row.bytes),
            calls: known(|one| one.row.calls),
            response_ms: mean_ms(Some(micros), Some(requests)).ok_or(NO_REQUEST),
            uptime: answered.map(|part| part * 100.0).ok_or(NOT_PROBED),
            error_rate: ratio(sum(|one| one.row.errors), requests).ok_or(NO_REQUEST),
            told: told::sum(all.iter().map(|one| &one.told)),
        }
    }
}

impl Health {
    pub(super) fn of(totals: &Totals, places: &Places) -> Self {
        let used = places.connections.unwrap_or(0);
        let most = places.connections_most.unwrap_or(0);
        // Where nobody looks from outside, what is known is which databases answer.
        let of_places = ratio(places.all - places.silent, places.all);
        let answered = totals.uptime.ok().map(|up| up / 100.0).or(of_places);
        let known = answered
            .zip(totals.response_ms.ok())
            .zip(totals.error_rate.ok());
        Self {
            status: if places.silent == 0 {
                "healthy"
            } else {
                "degraded"
            },
            places: places.all,
            silent: places.silent,
            utilization: ratio(used, most).ok_or(NOT_LOOKED),
            error_rate: totals.error_rate,
            score: known
                .map(|((answered, ms), rate)| score::score(answered, rate, ms))
                .ok_or(NO_REQUEST),
        }
    }
}

/// Milliseconds with one decimal.
pub(super) fn mean_ms(micros: Option<i64>, count: Option<i64>) -> Option<f64> {
    let count = count.filter(|count| *count > 0)?;
    let mean = approximate(micros?) / approximate(count) / 1e3;
    Some((mean * 10.0).round() / 10.0)
}
