//! One tenant with what the platform's own log and queue say of it: for its page.

use domain::staff::ReadTenants;
use domain::{PageRequest, TenantId};
use store::StaffTx;
use store::staff::entries::{self, PlatformEntry, PlatformFilter};

use super::find::{Found, find};
use crate::VerbError;
use crate::moves::{self, Move};
use crate::nodes::{self, Names};

/// How many entries of the log are shown.
const RECENT: u32 = 8;

/// What the page of a tenant shows.
#[derive(Debug)]
pub struct Whole {
    /// The tenant.
    pub found: Found,
    /// The latest entries of the platform's log about it.
    pub log: Vec<PlatformEntry>,
    /// Its jobs that were given up.
    pub dead_jobs: i64,
    /// Its jobs that wait or run.
    pub open_jobs: i64,
    /// Its latest moves, the newest first.
    pub moves: Vec<Move>,
    /// How many connections it has to itself in each process; none where it shares them.
    pub pool: Option<u32>,
    /// What the servers are called, where there are several.
    pub names: Names,
}

/// The tenant of this id with all of that.
///
/// # Errors
/// Not found, or the database's.
pub fn whole(tx: &mut StaffTx<'_, ReadTenants>, tenant: TenantId) -> Result<Whole, VerbError> {
    let found = find(tx, tenant)?;
    let about = PlatformFilter {
        tenant: Some(found.record.slug.clone()),
        ..PlatformFilter::default()
    };
    let page = PageRequest::new(1, RECENT).unwrap_or_default();
    Ok(Whole {
        log: entries::list(tx, &about, page)?,
        dead_jobs: tx.dead_jobs(Some(tenant))?,
        open_jobs: tx.open_jobs(tenant)?,
        moves: moves::list(tx, tenant)?,
        pool: tx.pool_of(tenant)?,
        names: nodes::names(tx)?,
        found,
    })
}
