//! Pages that are kept up to date while somebody looks at them: how many there are at once in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::TenantId;

/// What such a page answers with.
pub const EVENTS: &str = "text/event-stream";
/// The most of one tenant, so that the pages of one do not take the places of others.
const OF_A_TENANT: usize = 20;
/// The most of all together. Each asks the database every few seconds.
const OF_ALL: usize = 200;

/// Which tenant has how many open.
#[derive(Debug, Clone, Default)]
pub struct Live(Arc<Mutex<HashMap<TenantId, usize>>>);

/// One that is open, until this is dropped.
#[derive(Debug)]
pub struct Open {
    live: Live,
    tenant: TenantId,
}

impl Live {
    /// A place for one more; `None` where all are taken.
    #[must_use]
    pub fn open(&self, tenant: TenantId) -> Option<Open> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let open: usize = all.values().sum();
        let own = all.get(&tenant).copied().unwrap_or(0);
        if open >= OF_ALL || own >= OF_A_TENANT {
            return None;
        }
        all.insert(tenant, own + 1);
        drop(all);
        Some(Open {
            live: self.clone(),
            tenant,
        })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut all = self.live.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(&self.tenant) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                all.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn one_tenant_leaves_places_for_others() {
        let live = Live::default();
        let (ours, theirs) = (tenant(1), tenant(2));
        let open: Vec<_> = (0..OF_A_TENANT).map(|_| live.open(ours)).collect();
        assert!(open.iter().all(Option::is_some));
        assert!(live.open(ours).is_none());
        let other = live.open(theirs);
        assert!(other.is_some());
        drop(open);
        assert!(live.open(ours).is_some());
        drop(other);
        assert!(
            live.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_empty()
        );
    }

    #[test]
    fn all_together_are_bounded() {
        let live = Live::default();
        let open: Vec<_> = (1..)
            .take(OF_ALL)
            .map(|one| live.open(tenant(one)))
            .collect();
        assert!(open.iter().all(Option::is_some));
        assert!(live.open(tenant(0)).is_none());
    }
}
