//! Reading how tenants were found, and how much of the time they were there.

use chrono::NaiveDate;
use domain::checkup::uptime as share;
use domain::staff::ReadTenants;
use domain::{Meter, PageRequest, Pagination, Period, Steps, TenantId, TimeZone};
use store::checkups::{Checkup, Counts, Filter, Fleet as InNumbers, Listed};
use store::{PlatformTx, StaffTx, StoreError};

use crate::VerbError;
use crate::usage::{self, Reading};

/// A migration of all schemas may take so many seconds.
pub const MIGRATION_TIME: i64 = 600;

/// A page of tenants by their health.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The tenants of this page.
    pub tenants: Vec<Listed>,
    /// How many are how, whatever health is asked for.
    pub counts: Counts,
    /// The totals of this list.
    pub pagination: Pagination,
}

/// Reads one page, the worst first. A page past the end is the last one.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut StaffTx<'_, ReadTenants>,
    filter: &Filter,
    page: PageRequest,
) -> Result<Listing, VerbError> {
    let counts = tx.count_checkups(&filter.search)?;
    let total = counts.of(filter.health);
    let last = page
        .answer(total)
        .total_pages
        .clamp(1, i64::from(page.page()));
    let last = u32::try_from(last).unwrap_or(1);
    let page = PageRequest::new(last, page.size()).unwrap_or(page);
    Ok(Listing {
        tenants: tx.list_checkups(filter, page)?,
        counts,
        pagination: page.answer(total),
    })
}

/// How many tenants are how.
///
/// # Errors
/// The database's.
pub fn summary(tx: &mut PlatformTx<'_>) -> Result<Counts, StoreError> {
    tx.count_checkups("")
}

/// How a tenant was found last.
///
/// # Errors
/// The database's.
pub fn of(tx: &mut PlatformTx<'_>, tenant: TenantId) -> Result<Option<Checkup>, StoreError> {
    tx.checkup_of(tenant)
}

/// How much of the time a tenant was there, by probes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uptime {
    /// Over what.
    pub period: Period,
    /// Probes that were made.
    pub made: i64,
    /// Of these: failed.
    pub failed: i64,
    /// Each day with its probes and the failed ones; empty for a period of hours.
    pub days: Vec<(NaiveDate, i64, i64)>,
}

impl Uptime {
    /// From a reading of probes, made and failed.
    #[must_use]
    pub fn of(reading: &Reading) -> Self {
        let days = match reading.steps {
            Steps::Hours(..) => Vec::new(),
            Steps::Days(first, _) => {
                let made = reading.values(&Meter::PROBES).into_iter();
                let both = made.zip(reading.values(&Meter::PROBES_FAILED));
                let days = first.iter_days().zip(both);
                days.map(|(day, (made, failed))| (day, made, failed))
                    .collect()
            }
        };
        Self {
            period: reading.period,
            made: reading.total(&Meter::PROBES),
            failed: reading.total(&Meter::PROBES_FAILED),
            days,
        }
    }

    /// In tenths of a hundredth; `None` where no probe was made.
    #[must_use]
    pub fn share(&self) -> Option<i64> {
        share(self.made, self.failed)
    }
}

/// Reads the probes of the last 24 hours, 7 days and 30 days.
///
/// # Errors
/// The database's.
pub fn uptime(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    zone: TimeZone,
) -> Result<[Uptime; 3], StoreError> {
    Ok([
        probes(tx, tenant, zone, Period::Day)?,
        probes(tx, tenant, zone, Period::Week)?,
        probes(tx, tenant, zone, Period::Month)?,
    ])
}

fn probes(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    zone: TimeZone,
    period: Period,
) -> Result<Uptime, StoreError> {
    let meters = [Meter::PROBES, Meter::PROBES_FAILED];
    let reading = usage::read(tx, tenant, &meters, period, zone)?;
    Ok(Uptime::of(&reading))
}

/// How large the fleet is, and how large it may get.
#[derive(Debug, Clone, Copy)]
pub struct Fleet {
    /// How many are where.
    pub numbers: InNumbers,
    /// How many microseconds a migration of one schema took on average; `None` before one ran.
    pub migration: Option<i64>,
    /// How many schemas that was measured on.
    pub measured: i64,
}

impl Fleet {
    /// Schemas that a migration goes over: the shared one and those of tenants' own.
    #[must_use]
    pub const fn schemas(&self) -> i64 {
        self.numbers.schemas + self.numbers.databases + 1
    }

    /// How many schemas one after the other are migrated within [`MIGRATION_TIME`]; `None` before one ran.
    #[must_use]
    pub fn most(&self) -> Option<i64> {
        let one = self.migration.filter(|took| *took > 0)?;
        Some(MIGRATION_TIME.saturating_mul(1_000_000) / one)
    }
}

/// Reads how large the fleet is.
///
/// # Errors
/// The database's.
pub fn fleet(tx: &mut PlatformTx<'_>) -> Result<Fleet, StoreError> {
    let measured = tx.measured_rollouts()?;
    Ok(Fleet {
        numbers: tx.fleet()?,
        migration: measured.average,
        measured: measured.schemas,
    })
}
