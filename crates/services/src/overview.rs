//! The overview: people by status, seats, what was measured for whoever may read what is used, and for whoever may read the
//! log what happened in the last days. Every number is counted; what cannot be counted is not there.

mod log;
mod measured;

use domain::permission::ReadOverview;
use domain::{Features, Permission, StatusCounts, TimeZone};
use store::limits::{self as counters, Counter, USERS};
use store::{StoreError, TenantTx, keys, users};

use crate::features::Feature;
use crate::limits::{self, Pressing};
pub use log::{DAYS, Day, Entry, Log};
pub use measured::{Measured, TakenUp, measured};
pub use store::limits::Limit;

/// What the page shows of what is in the tenant.
#[derive(Debug)]
pub struct Overview {
    /// People by status.
    pub people: StatusCounts,
    /// Seats in use and how many there may be; none where that is not limited.
    pub seats: Option<Limit>,
    /// The limit that presses most, for whoever may read what is used.
    pub pressing: Option<Pressing>,
    /// The last days, for whoever may read the log.
    pub log: Option<Log>,
    /// For whoever may read what is used, what of it is in the tenant.
    pub counted: Option<Counted>,
}

/// What is in the tenant of what was measured.
#[derive(Debug, Clone)]
pub struct Counted {
    counters: Vec<Counter>,
    /// How many keys open something now.
    keys: i64,
    /// Whether whoever reads may ask for more.
    may_ask: bool,
}

/// Reads it; `zone` and `features` are the tenant's.
///
/// # Errors
/// The database's.
pub fn read(
    tx: &mut TenantTx<'_, ReadOverview>,
    zone: TimeZone,
    features: &Features,
) -> Result<Overview, StoreError> {
    let people = users::count(tx)?;
    let counters = counters::all(tx)?;
    let seats = counters.iter().find(|counter| counter.resource == USERS);
    let seats = seats.map(|counter| Limit {
        used: counter.used,
        hard: counter.hard,
    });
    let reads_usage = tx.may(Permission::ReadUsage);
    let of = match reads_usage {
        true => log::Of::Deeds,
        false => log::Of::DeedsAndPeople,
    };
    let log = match tx.may(Permission::ReadAudit) {
        true => Some(log::read(tx, zone, people, of)?),
        false => None,
    };
    if !reads_usage {
        return Ok(Overview {
            people,
            seats,
            pressing: None,
            log,
            counted: None,
        });
    }
    // Nothing else asks for it.
    let keys = match features.has(Feature::AdvancedAnalytics.key()) {
        true => keys::count(tx)?,
        false => 0,
    };
    Ok(Overview {
        people,
        seats,
        pressing: limits::worst(&counters, zone, tx.now()),
        log,
        counted: Some(Counted {
            counters,
            keys,
            may_ask: tx.may(Permission::ManageSettings),
        }),
    })
}
