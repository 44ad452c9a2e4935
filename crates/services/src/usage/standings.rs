//! Who uses most and what they have used by now, for a collector of figures: read from roll-ups alone.

use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::{Meter, Resource, ResourceKind, TenantId, Window};
use store::usage::Since;
use store::{PlatformTx, StoreError};

use super::expect::approximate;
use super::flush::zones;
use crate::resources;

/// What traffic is.
const TRAFFIC: [Meter; 2] = [Meter::API_CALLS, Meter::PAGE_VIEWS];
/// A tenant that used something within this long is active.
const ACTIVE: TimeDelta = TimeDelta::hours(1);

/// See the module.
#[derive(Debug, Clone, PartialEq)]
pub struct Standings {
    /// Those with the most traffic in 30 days, the greatest first.
    pub top: Vec<TenantId>,
    /// How many tenants there are, by status.
    pub tenants: Vec<(String, i64)>,
    /// How many of all tenants used something within the last hour.
    pub active: i64,
    /// What the greatest used.
    pub used: Vec<Used>,
    /// What the migration of one schema took on average in the latest rollouts; `None` before there were any.
    pub migration_seconds: Option<f64>,
}

/// What a tenant used of a resource in the span that is limited, or has of it now.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// Whose.
    pub tenant: TenantId,
    /// The key of the resource.
    pub resource: String,
    /// How much, in its unit.
    pub amount: f64,
}

/// Looks who uses most, as many as `most`.
///
/// # Errors
/// The database's.
pub fn standings(tx: &mut PlatformTx<'_>, most: i64) -> Result<Standings, StoreError> {
    let top = tx.top_tenants(&TRAFFIC, most)?;
    let resources = resources::all(tx)?;
    let mut wanted = Vec::new();
    for (tenant, zone) in zones(tx, &top)? {
        let today = tx.now().with_timezone(&zone.tz()).date_naive();
        let of = |resource| since(resource, tenant, today);
        wanted.extend(resources.iter().filter_map(of));
    }
    let amounts = tx.used_since(&wanted)?;
    let used = amounts.into_iter().filter_map(|found| {
        let resource = resources
            .iter()
            .find(|one| Meter::of(&one.key).as_str() == found.meter)?;
        let unit = Meter::of(&resource.key).unit();
        Some(Used {
            tenant: found.tenant,
            resource: resource.key.to_string(),
            amount: approximate(found.amount) / approximate(unit),
        })
    });
    Ok(Standings {
        used: used.collect(),
        tenants: tx.tenants_by_status()?,
        active: tx.active_tenants(&TRAFFIC, ACTIVE)?,
        migration_seconds: tx
            .measured_rollouts()?
            .average
            .map(|micros| approximate(micros) / 1e6),
        top,
    })
}

/// From which day of the tenant's on it is counted; nothing of what begins anew with each hour.
fn since(resource: &Resource, tenant: TenantId, today: NaiveDate) -> Option<Since> {
    let day = match (resource.kind, resource.window) {
        (ResourceKind::Counter, Some(Window::Hour)) => return None,
        (ResourceKind::Counter, Some(Window::Month)) => today.with_day(1)?,
        (ResourceKind::Counter, _) => today,
        (ResourceKind::Level | ResourceKind::Gauge, _) => today.pred_opt()?,
    };
    Some(Since {
        tenant,
        meter: Meter::of(&resource.key),
        day,
        is_level: resource.kind != ResourceKind::Counter,
    })
}
