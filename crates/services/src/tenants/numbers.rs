//! The platform's overview: how many tenants there are in each state and what needs a look.

use chrono::{Datelike, Days, NaiveDate};
use domain::staff::ReadTenants;
use domain::{Order, PageRequest, TenantCounts, TenantFilter, TenantSort, TenantState};
use store::StaffTx;
use store::catalogue::ListedTenant;

use crate::VerbError;

/// A trial that ends in so many days is one to look at.
pub const SOON: u64 = 7;
/// How many of the newest tenants are shown.
const NEWEST: u32 = 5;

/// What the overview shows.
#[derive(Debug, Clone)]
pub struct Numbers {
    /// By state.
    pub counts: TenantCounts,
    /// The first day of the month (UTC).
    pub month: NaiveDate,
    /// Made since then.
    pub new: i64,
    /// The last day that counts as soon.
    pub soon: NaiveDate,
    /// Trials that end until then.
    pub ending: i64,
    /// Jobs that were given up.
    pub dead_jobs: i64,
    /// Whether some of them are in databases of tenants' own, where they are counted each minute.
    pub elsewhere: bool,
    /// The tenants whose own databases do not answer: of theirs, as many as were counted last.
    pub silent: Vec<String>,
    /// The newest tenants.
    pub newest: Vec<ListedTenant>,
}

/// Counts them.
///
/// # Errors
/// The database's.
pub fn numbers(tx: &mut StaffTx<'_, ReadTenants>) -> Result<Numbers, VerbError> {
    let today = tx.now().date_naive();
    let month = today.with_day(1).unwrap_or(today);
    let soon = today.checked_add_days(Days::new(SOON)).unwrap_or(today);
    let everything = TenantFilter::default();
    let new = TenantFilter {
        created_from: Some(month),
        ..TenantFilter::default()
    };
    let ending = TenantFilter {
        trial_ends_until: Some(soon),
        ..TenantFilter::default()
    };
    let own = store::queue::own::every(tx)?;
    let page = PageRequest::new(1, NEWEST).unwrap_or_default();
    Ok(Numbers {
        counts: tx.tenant_counts(&everything)?,
        month,
        new: tx.tenant_counts(&new)?.total(),
        soon,
        ending: tx.tenant_counts(&ending)?.of(TenantState::Trial),
        dead_jobs: tx.dead_jobs(None)?,
        elsewhere: !own.is_empty(),
        silent: own
            .into_iter()
            .filter(|queue| queue.silent)
            .map(|queue| queue.tenant.1)
            .collect(),
        newest: tx.tenant_page(
            &everything,
            None,
            TenantSort::Created,
            Order::Descending,
            page,
        )?,
    })
}
