//! Giving a tenant connections to itself in every process, and taking them away. Its people then wait behind nobody else's, and
//! nobody else behind theirs.

use domain::staff::ManageTenants;
use domain::{FieldErrors, TenantId, TenantState};
use serde_json::{Value as Json, json};
use store::catalogue::TenantRecord;
use store::{PlatformTx, StaffTx, StoreError};

use super::note::{self, Doer, Note};
use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::platform_audit::{self, Action, Entry, Target};

/// What a process has for dedicated pools, and how much of it is given away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// What this tenant has to itself; none where it shares.
    pub own: Option<u32>,
    /// What others have.
    pub others: u32,
    /// What there is for all of them.
    pub total: u32,
}

impl Budget {
    /// The most that this tenant can have.
    #[must_use]
    pub const fn left(self) -> u32 {
        self.total.saturating_sub(self.others)
    }
}

/// What there is for this tenant, where a process has so many connections for dedicated pools.
///
/// # Errors
/// The database's.
pub fn budget(tx: &mut PlatformTx<'_>, tenant: TenantId, total: u32) -> Result<Budget, StoreError> {
    Ok(Budget {
        own: tx.pool_of(tenant)?,
        others: tx.pools_beside(tenant)?,
        total,
    })
}

/// Gives the tenant so many connections to itself in each process, of those that a process has for that.
///
/// # Errors
/// [`VerbError::Invalid`] beside `connections` for more than are left, [`VerbError::Conflict`] where nobody is given any or
/// for a tenant that has no place, or the database's.
pub fn give(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    connections: u16,
    total: u32,
) -> Result<TenantRecord, VerbError> {
    let was = tx.lock_tenant(tenant)?;
    if !was.status.has_rows() || was.status == TenantState::DeletionScheduled {
        return Err(VerbError::Conflict(format!(
            "{} is {} and has no use for connections of its own.",
            was.name,
            was.status.as_str().replace('_', " ")
        )));
    }
    tx.hold_pools()?;
    let budget = budget(tx, tenant, total)?;
    check(connections, budget)?;
    if budget.own == Some(u32::from(connections)) {
        return Ok(was);
    }
    tx.give_pool(tenant, connections)?;
    let (before, after) = (pool(budget.own), pool(Some(u32::from(connections))));
    tell(tx, &was, Action::PoolGiven, before, after)
}

/// Leads the tenant back to the connections that all share.
///
/// # Errors
/// [`VerbError::Conflict`] where it has none to itself, or the database's.
pub fn take(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
) -> Result<TenantRecord, VerbError> {
    let was = tx.lock_tenant(tenant)?;
    tx.hold_pools()?;
    let Some(own) = tx.pool_of(tenant)? else {
        return Err(VerbError::Conflict(format!(
            "{} has no dedicated pool.",
            was.name
        )));
    };
    tx.take_pool(tenant)?;
    tell(tx, &was, Action::PoolTaken, pool(Some(own)), pool(None))
}

fn check(connections: u16, budget: Budget) -> Result<(), VerbError> {
    if budget.total == 0 {
        return Err(VerbError::Conflict(
            "No process here has connections for dedicated pools: database.dedicated is 0."
                .to_owned(),
        ));
    }
    let wrong = |words: String| Err(FieldErrors::one("connections", words).into());
    if connections == 0 {
        return wrong("Choose 1 or more.".to_owned());
    }
    if u32::from(connections) > budget.left() {
        return wrong(format!(
            "{} of the {} connections for dedicated pools are left; other tenants have {}.",
            budget.left(),
            budget.total,
            budget.others
        ));
    }
    Ok(())
}

fn pool(connections: Option<u32>) -> Json {
    match connections {
        Some(connections) => json!({ "pool": "dedicated", "connections": connections }),
        None => json!({ "pool": "shared" }),
    }
}

fn tell(
    tx: &mut StaffTx<'_, ManageTenants>,
    record: &TenantRecord,
    action: Action,
    before: Json,
    after: Json,
) -> Result<TenantRecord, VerbError> {
    let note = Note {
        event: EventKind::TenantUpdated,
        action: TenantAction::TenantPoolChanged,
        before: before.clone(),
        after: after.clone(),
        by: &Doer::Platform,
        limits: false,
        letter: None,
    };
    note::tell(tx, record, note)?;
    let entry = Entry::done(action, Target::tenant(record.id, &*record.name))
        .before(before)
        .after(after);
    platform_audit::record(tx, entry)?;
    Ok(record.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_with_what_is_left() {
        let budget = Budget {
            own: Some(3),
            others: 6,
            total: 10,
        };
        assert_eq!(budget.left(), 4);
        assert!(check(4, budget).is_ok());
        let Err(VerbError::Invalid(errors)) = check(5, budget) else {
            panic!("five fit into four");
        };
        let said = errors.on("connections");
        assert!(said.starts_with("4 of the 10 connections"), "{said}");
        assert!(matches!(check(0, budget), Err(VerbError::Invalid(_))));
        let none = Budget { total: 0, ..budget };
        assert!(matches!(check(1, none), Err(VerbError::Conflict(_))));
    }
}
