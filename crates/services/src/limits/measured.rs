//! What the product measures itself with the clock's look: stored bytes and connections. Both are gauges of the tenant's own
//! counters, so that thresholds are told as of everything else.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Meter, ResourceKind, TenantId};
use store::limits as stored;
use store::{PlatformTx, StoreError, TenantTx};

use super::{Stand, note};
use crate::structure;
use crate::usage::Usage;

/// The most connections that the tenant's requests held at once in this hour and the one before, in one process; `None` where
/// nobody asked anything.
pub(super) fn connections(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
) -> Result<Option<i64>, StoreError> {
    let (from, until) = (
        tx.now() - TimeDelta::hours(2),
        tx.now() + TimeDelta::hours(1),
    );
    let hours = tx.usage_by_hour(tenant, &[Meter::CONNECTIONS], (from, until))?;
    Ok(hours.into_iter().map(|hour| hour.amount).max())
}

/// Measures what is stored, and writes both down; answers the bytes.
pub(super) fn write<P>(
    tx: &mut TenantTx<'_, P>,
    connections: Option<i64>,
) -> Result<i64, StoreError> {
    let bytes = structure::bytes(tx)?;
    // Whole GB that are full: a tenant is not told that its only one is used up when it has begun.
    let of = [
        ("storage_gb", bytes / Meter::STORAGE.unit()),
        ("database_connections", connections.unwrap_or(0)),
    ];
    for (resource, value) in of {
        if let Some(counter) = stored::measure(tx, resource, value)? {
            note(tx, &counter)?;
        }
    }
    Ok(bytes)
}

/// Keeps how much there is of what goes up and down, for charts.
pub(super) fn keep(
    usage: &Usage,
    (tenant, now): (TenantId, DateTime<Utc>),
    stands: &[Stand],
    bytes: i64,
) {
    usage.note(tenant, now, |notes| {
        notes.level(&Meter::STORAGE, bytes);
        let levels = stands
            .iter()
            .filter(|stand| stand.resource.kind != ResourceKind::Counter);
        for stand in levels {
            let meter = Meter::of(&stand.resource.key);
            // Noted more finely than their limits are counted.
            let noted = [Meter::CONNECTIONS, Meter::STORAGE].contains(&meter);
            if let Some(used) = stand.used.filter(|_| !noted) {
                notes.level(&meter, used);
            }
        }
    });
}
