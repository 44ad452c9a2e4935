//! What a tenant uses of what it may: measured, or absent with the reason.

use std::collections::BTreeMap;

use serde::Serialize;
use services::tenants::{Found, Seats};
use utoipa::ToSchema;

use crate::gate::{Pool, ShareState};

/// Why a number is not there.
const NOT_MEASURED: &str = "GET /tenants/{tenant_id}/limits and /usage tell it.";

/// What a tenant uses of what it may.
#[derive(Debug, Serialize, ToSchema)]
pub struct Usage {
    /// Seats.
    pub users: UsedSeats,
    /// Room for data and files.
    pub storage: UsedStorage,
    /// Requests to the API.
    pub api_calls: UsedCalls,
    /// Connections to the database.
    pub database_connections: UsedConnections,
}

/// Seats.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsedSeats {
    /// In use; none until the tenant has a place.
    pub current: Option<i64>,
    /// The most there can be; none where there is no limit.
    pub limit: Option<i64>,
    /// In use, of a hundred.
    pub usage_percent: Option<f64>,
}

/// Room for data and files.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsedStorage {
    /// In use.
    pub current_gb: Option<f64>,
    /// The most there can be; none where there is no limit.
    pub limit_gb: Option<i64>,
    /// In use, of a hundred.
    pub usage_percent: Option<f64>,
    /// Why it is not known what is in use.
    pub missing: Option<String>,
}

/// Requests to the API.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsedCalls {
    /// Today.
    pub current_daily: Option<i64>,
    /// The most in a day; none where there is no limit.
    pub limit_daily: Option<i64>,
    /// Today, of a hundred.
    pub usage_percent: Option<f64>,
    /// Why it is not known how many there were.
    pub missing: Option<String>,
}

/// Connections to the database.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsedConnections {
    /// Taken at this moment, in the process that answers.
    pub current: i64,
    /// The most that it takes at once in a process: all that it has to itself, or its own limit, or its plan's; none without one.
    pub limit: Option<i64>,
    /// Taken, of a hundred.
    pub usage_percent: Option<f64>,
}

/// A share of a hundred, to a tenth.
pub(super) fn percent(current: i64, limit: i64) -> f64 {
    let tenths = current
        .saturating_mul(1_000)
        .checked_div(limit)
        .unwrap_or(1_000);
    f64::from(i32::try_from(tenths).unwrap_or(i32::MAX)) / 10.0
}

impl UsedSeats {
    pub(super) fn of(used: Option<i64>, limit: Option<i64>) -> Self {
        // The counter of a tenant without a limit has the largest number there is.
        let limit = limit.filter(|limit| *limit < i64::MAX);
        Self {
            current: used,
            limit,
            usage_percent: used.zip(limit).map(|(used, limit)| percent(used, limit)),
        }
    }
}

impl Usage {
    pub(super) fn of(found: &Found, share: Option<ShareState>) -> Self {
        let connections = share.map_or(0, |share| i64::try_from(share.busy).unwrap_or(i64::MAX));
        let limits = limits(found);
        let limit = |resource: &str| limits.get(resource).copied();
        let at_once = match share {
            Some(share) if share.pool == Pool::Dedicated => i64::try_from(share.places).ok(),
            _ => limit("database_connections"),
        };
        let missing = || Some(NOT_MEASURED.to_owned());
        let Seats { used, limit: most } = match found.seats {
            Some(seats) => seats,
            None => Seats {
                used: 0,
                limit: limit("users").unwrap_or(i64::MAX),
            },
        };
        Self {
            users: UsedSeats::of(found.seats.map(|_| used), Some(most)),
            storage: UsedStorage {
                current_gb: None,
                limit_gb: limit("storage_gb"),
                usage_percent: None,
                missing: missing(),
            },
            api_calls: UsedCalls {
                current_daily: None,
                limit_daily: limit("api_calls_per_day"),
                usage_percent: None,
                missing: missing(),
            },
            database_connections: UsedConnections {
                current: connections,
                limit: at_once,
                usage_percent: at_once.map(|limit| percent(connections, limit)),
            },
        }
    }
}

/// What the tenant may have: its own numbers, and where it has none the plan's.
pub(super) fn limits(found: &Found) -> BTreeMap<String, i64> {
    let mut all = found.plan.terms.limits.clone();
    all.extend(found.record.limits.clone());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_a_hundred_to_a_tenth() {
        assert_eq!(percent(245, 1_000).to_string(), "24.5");
        assert_eq!(percent(0, 0).to_string(), "100");
        assert_eq!(UsedSeats::of(Some(7), Some(i64::MAX)).usage_percent, None);
    }
}
