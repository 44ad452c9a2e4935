//! What one tenant takes of the connections, and may take at once: so that a tenant that asks for everything takes its
//! own share, and the others find their places. Counted in this process alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use domain::TenantId;
use services::{StoreError, TenantEntry};
use tokio::sync::Semaphore;

use super::figures::{Figures, ShareState};
use super::inside::Entered;
use super::waiting::Waiting;

/// Of how many tenants figures are kept; past them a quarter is begun anew, of those that nobody asks in at the moment and
/// that were asked in longest ago.
const MOST_TENANTS: usize = 8_000;

/// The shares of all tenants that were asked in.
#[derive(Debug)]
pub struct Shares {
    most: usize,
    own: usize,
    tenants: Mutex<HashMap<TenantId, Kept>>,
}

#[derive(Debug)]
struct Kept {
    share: Arc<Share>,
    used: Instant,
}

/// The share of one tenant.
#[derive(Debug)]
pub struct Share {
    places: Arc<Semaphore>,
    count: usize,
    pool: Pool,
    pub(super) figures: Arc<Figures>,
}

/// Whose connections a tenant works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pool {
    /// Those that all tenants share.
    #[default]
    Shared,
    /// Some to itself: nobody else waits for them.
    Dedicated,
    /// Those to the database that is its own.
    Database,
}

impl Pool {
    /// As it is sent.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Dedicated => "dedicated",
            Self::Database => "database",
        }
    }
}

impl Shares {
    /// None was asked in yet. No tenant takes more than `most` of the connections that all share, and none more than `own` of
    /// those to a database of its own.
    #[must_use]
    pub fn new(most: u32, own: u32) -> Self {
        let count = |places: u32| usize::try_from(places).unwrap_or(1).max(1);
        Self {
            most: count(most),
            own: count(own),
            tenants: Mutex::default(),
        }
    }

    /// The share of this tenant: all of a dedicated pool; else what its limit gives, and never more than there is for one.
    pub fn of(&self, tenant: &TenantEntry, pool: Pool) -> Arc<Share> {
        let limit = match pool {
            Pool::Dedicated => tenant.scope.pool().and_then(|size| size.try_into().ok()),
            Pool::Shared | Pool::Database => {
                tenant.connections.and_then(|limit| limit.try_into().ok())
            }
        };
        self.sized(tenant.scope.tenant(), limit.unwrap_or(usize::MAX), pool)
    }

    fn sized(&self, tenant: TenantId, limit: usize, pool: Pool) -> Arc<Share> {
        let most = match pool {
            Pool::Shared => self.most,
            Pool::Dedicated => Semaphore::MAX_PERMITS,
            Pool::Database => self.own.min(self.most),
        };
        let (count, now) = (limit.clamp(1, most), Instant::now());
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.len() >= MOST_TENANTS && !tenants.contains_key(&tenant) {
            forget(&mut tenants);
        }
        let kept = tenants.entry(tenant).or_insert_with(|| Kept {
            share: Arc::new(Share::new(count, pool, Arc::new(Figures::begin(now)))),
            used: now,
        });
        kept.used = now;
        if kept.share.count != count || kept.share.pool != pool {
            // It was changed: who is inside ends in the old share, and is counted on.
            let figures = Arc::clone(&kept.share.figures);
            kept.share = Arc::new(Share::new(count, pool, figures));
        }
        Arc::clone(&kept.share)
    }

    /// What this tenant takes; `None` while nobody asked in it.
    #[must_use]
    pub fn state(&self, tenant: TenantId) -> Option<ShareState> {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let share = &tenants.get(&tenant)?.share;
        Some(share.figures.state(share.count, share.pool))
    }
}

/// Makes room for others.
fn forget(tenants: &mut HashMap<TenantId, Kept>) {
    let idle = |kept: &Kept| Arc::strong_count(&kept.share) == 1;
    let mut times: Vec<Instant> = tenants
        .values()
        .filter(|kept| idle(kept))
        .map(|kept| kept.used)
        .collect();
    times.sort_unstable();
    if let Some(until) = times.get(times.len() / 4).copied() {
        tenants.retain(|_, kept| !idle(kept) || kept.used > until);
    }
}

impl Share {
    /// How many connections the tenant takes at this moment.
    pub(crate) fn busy(&self) -> usize {
        self.figures.busy()
    }

    fn new(count: usize, pool: Pool, figures: Arc<Figures>) -> Self {
        Self {
            places: Arc::new(Semaphore::new(count)),
            count,
            pool,
            figures,
        }
    }

    /// Whether nobody else waits for the same connections.
    pub(super) fn is_alone(&self) -> bool {
        self.pool == Pool::Dedicated
    }

    /// Takes one of its places, which is left when the answer is dropped.
    pub(super) async fn enter(self: &Arc<Self>, until: Instant) -> Result<Entered, StoreError> {
        let asked = Instant::now();
        let waiting = Waiting::begin(self.figures.waiting());
        let place = Arc::clone(&self.places).acquire_owned();
        let place = tokio::time::timeout_at(until.into(), place).await;
        drop(waiting);
        let Ok(Ok(place)) = place else {
            self.figures.turn_away(asked);
            return Err(StoreError::Crowded);
        };
        Ok(Entered {
            share: Arc::clone(self),
            asked,
            place,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use std::time::Duration;

    use super::*;
    use crate::gate::Gate;

    const ACME: TenantId = TenantId::from_uuid(uuid::Uuid::from_u128(1));
    const GLOBEX: TenantId = TenantId::from_uuid(uuid::Uuid::from_u128(2));

    #[actix_web::test]
    async fn who_takes_all_of_its_share_leaves_the_others_theirs() {
        let gate = Arc::new(Gate::new(3, Duration::from_millis(200)));
        let shares = Shares::new(2, 2);
        let (held, release) = (
            Arc::new(Semaphore::new(0)),
            tokio::runtime::Handle::current(),
        );
        let busy = |tenant| {
            let (gate, share) = (Arc::clone(&gate), shares.sized(tenant, 9, Pool::Shared));
            let (held, handle) = (Arc::clone(&held), release.clone());
            actix_web::rt::spawn(async move {
                let work = move || {
                    drop(handle.block_on(held.acquire()).unwrap());
                    Ok::<_, StoreError>(())
                };
                gate.within(share, work).await
            })
        };
        let inside = [busy(ACME), busy(ACME)];
        while shares.state(ACME).unwrap().busy < 2 {
            actix_web::rt::task::yield_now().await;
        }
        let third = gate
            .within(shares.sized(ACME, 9, Pool::Shared), || {
                Ok::<_, StoreError>(())
            })
            .await;
        assert!(matches!(third, Err(StoreError::Crowded)), "{third:?}");
        let other = gate
            .within(shares.sized(GLOBEX, 9, Pool::Shared), || {
                Ok::<_, StoreError>("in")
            })
            .await;
        assert_eq!(other.unwrap(), "in");
        held.add_permits(2);
        for one in inside {
            one.await.unwrap().unwrap();
        }
        let state = shares.state(ACME).unwrap();
        assert_eq!((state.places, state.busy, state.waiting), (2, 0, 0));
        assert_eq!((state.peak, state.answers, state.turned_away), (2, 2, 1));
        assert_eq!(shares.state(GLOBEX).unwrap().answers, 1);
    }

    #[test]
    fn a_share_is_what_the_limit_gives_and_what_there_is_for_one() {
        let shares = Shares::new(4, 2);
        let places = |limit| {
            let share = shares.sized(ACME, limit, Pool::Shared);
            share.count
        };
        assert_eq!([places(0), places(2), places(4), places(50)], [1, 2, 4, 4]);
        assert_eq!(shares.state(GLOBEX), None);
        let alone = shares.sized(ACME, 50, Pool::Dedicated);
        assert_eq!((alone.count, alone.is_alone()), (50, true));
        assert_eq!(shares.sized(ACME, 50, Pool::Database).count, 2);
    }

    #[test]
    fn figures_of_no_more_tenants_are_kept_than_are_bounded() {
        let shares = Shares::new(4, 2);
        let kept = shares.sized(ACME, 1, Pool::Shared);
        for number in 10..10 + u128::try_from(MOST_TENANTS).unwrap() {
            let tenant = TenantId::from_uuid(uuid::Uuid::from_u128(number));
            drop(shares.sized(tenant, 1, Pool::Shared));
        }
        assert!(shares.tenants.lock().unwrap().len() <= MOST_TENANTS);
        assert!(Arc::ptr_eq(&kept, &shares.sized(ACME, 1, Pool::Shared)));
    }
}
