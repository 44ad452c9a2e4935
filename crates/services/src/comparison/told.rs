//! What applications say was used, of each tenant: by resource, as it was added up.

use std::collections::{BTreeMap, HashMap};

use domain::{Meter, Resource};
use store::{PlatformTx, StoreError};
use uuid::Uuid;

use super::Totals;
use crate::usage;

/// How much of what, by the key of the resource.
pub(super) type Told = BTreeMap<String, i64>;

/// What each tenant used in the last so many days; whoever used nothing is not in it.
pub(super) fn read(
    tx: &mut PlatformTx<'_>,
    days: i32,
    resources: &[Resource],
) -> Result<HashMap<Uuid, Told>, StoreError> {
    let meters: Vec<Meter> = usage::told(resources)
        .map(|resource| Meter::of(&resource.key))
        .collect();
    let mut all: HashMap<Uuid, Told> = HashMap::new();
    for row in tx.recent_of(days, &meters)? {
        let own = all.entry(row.tenant.uuid()).or_default();
        own.insert(row.meter, row.amount);
    }
    Ok(all)
}

/// Those of which somebody used something, the most used first.
pub(super) fn used(resources: &[Resource], totals: &Totals) -> Vec<Resource> {
    let amount = |resource: &Resource| totals.told.get(resource.key.as_str()).copied();
    let used = usage::told(resources).filter(|one| amount(one).is_some());
    let mut used: Vec<Resource> = used.cloned().collect();
    used.sort_by_key(|resource| std::cmp::Reverse(amount(resource)));
    used
}

/// Those of all together.
pub(super) fn sum<'a>(all: impl Iterator<Item = &'a Told>) -> Told {
    let mut sums = Told::new();
    for (resource, amount) in all.flatten() {
        let sum = sums.entry(resource.clone()).or_default();
        *sum = sum.saturating_add(*amount);
    }
    sums
}
