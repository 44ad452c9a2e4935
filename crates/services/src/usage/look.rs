//! Everything that a page or an answer about one tenant's usage is made of.

use chrono::NaiveDate;
use domain::{Meter, Period, Resource, ResourceKind, TenantId, TimeZone};
use store::usage::Gap;
use store::{PlatformTx, StoreError, TenantTx};

use crate::limits::{Stand, counted_by_others};
use crate::resources;

use super::outlook;
use super::{Expectation, Of, Reading, Shares, expect, gaps, name, read, shares};

/// What was measured over a period, whose part it was, where something is missing, and what comes.
#[derive(Debug, Clone)]
pub struct Look {
    /// Everything that is limited.
    pub resources: Vec<Resource>,
    /// What was measured, also by applications.
    pub reading: Reading,
    /// Whose part it was.
    pub shares: Shares,
    /// Where something is missing.
    pub gaps: Vec<Gap>,
    /// What comes, of each meter of which enough days were measured.
    pub expected: Vec<Expectation>,
}

/// Looks at these meters of a tenant and at what its applications counted, and ahead where that is asked for.
///
/// # Errors
/// The database's.
pub fn look(
    tx: &mut PlatformTx<'_>,
    (tenant, zone): (TenantId, TimeZone),
    meters: &[Meter],
    period: Period,
    ahead: bool,
) -> Result<Look, StoreError> {
    let resources = resources::all(tx)?;
    let mut all = meters.to_vec();
    // Of everything that is limited the most is told.
    all.extend(resources.iter().map(|resource| Meter::of(&resource.key)));
    let reading = read(tx, tenant, &all, period, zone)?;
    let expected = match ahead {
        true => {
            let mut meters = outlook::meters(&resources);
            meters.push((Meter::PAGE_VIEWS, Of::Counted));
            expect(tx, tenant, &meters, zone)?
        }
        false => Vec::new(),
    };
    Ok(Look {
        shares: shares(tx, tenant, reading.steps, zone)?,
        gaps: gaps(tx, reading.steps, zone)?,
        resources,
        reading,
        expected,
    })
}

/// What applications say was used.
pub fn told(resources: &[Resource]) -> impl Iterator<Item = &Resource> {
    resources.iter().filter(|one| {
        one.kind == ResourceKind::Counter && counted_by_others(one.key.as_str()).is_ok()
    })
}

impl Look {
    /// The same with the names of people and keys, which are in the tenant.
    ///
    /// # Errors
    /// The database's.
    pub fn named<P>(&self, tx: &mut TenantTx<'_, P>) -> Result<Self, StoreError> {
        let mut named = self.clone();
        name(tx, &mut named.shares)?;
        Ok(named)
    }

    /// On which day the limit of a resource is reached if it goes on so; `None` where it is reached already, or not within a
    /// year.
    #[must_use]
    pub fn reaches(&self, stand: &Stand) -> Option<NaiveDate> {
        outlook::reaches(&self.expected, stand)
    }

    /// What it comes to, in the units of its limit: at the end of its span, or in thirty days.
    #[must_use]
    pub fn comes_to(&self, stand: &Stand) -> Option<f64> {
        outlook::comes_to(&self.expected, stand)
    }

    /// What comes of this meter.
    #[must_use]
    pub fn expected(&self, meter: &Meter) -> Option<&Expectation> {
        self.expected.iter().find(|one| one.meter == *meter)
    }
}
