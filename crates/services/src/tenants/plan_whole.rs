//! One plan, whole: its versions and how many tenants are on each.

use std::collections::BTreeMap;

use store::catalogue::Plan;
use store::{PlatformTx, StoreError};

/// A plan with all of its versions.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The plan as whoever comes gets it.
    pub plan: Plan,
    /// Its versions, the newest first.
    pub versions: Vec<Plan>,
    on: BTreeMap<i32, i64>,
}

impl Whole {
    /// How many tenants are on this version.
    #[must_use]
    pub fn tenants(&self, version: i32) -> i64 {
        self.on.get(&version).copied().unwrap_or(0)
    }

    /// How many tenants are on an older version than the current one.
    #[must_use]
    pub fn behind(&self) -> i64 {
        let older = self.on.iter().filter(|(on, _)| **on < self.plan.version);
        older.map(|(_, tenants)| tenants).sum()
    }

    /// The version before this one.
    #[must_use]
    pub fn before(&self, version: i32) -> Option<&Plan> {
        self.versions.iter().find(|plan| plan.version < version)
    }
}

/// The plan with this key.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn whole(tx: &mut PlatformTx<'_>, key: &str) -> Result<Whole, StoreError> {
    let plan = tx.plan(key)?.ok_or(StoreError::NotFound)?;
    let versions = tx.plan_versions(key)?;
    let on = tx.tenants_by_version()?.into_iter();
    let on = on.filter(|row| row.plan == key);
    Ok(Whole {
        plan,
        versions,
        on: on.map(|row| (row.version, row.tenants)).collect(),
    })
}
