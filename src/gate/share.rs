//! What one tenant takes of the connections, and may take at once: so that a tenant that asks for everything takes its
//! own share, and the others find their places. Counted in this process alone.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::TenantId;
use services::{StoreError, TenantEntry};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Waiting;

/// Of how many tenants figures are kept; past them those that nobody asks in at the moment are begun anew.
const MOST_TENANTS: usize = 10_000;

/// The shares of all tenants that were asked in.
#[derive(Debug)]
pub struct Shares {
    most: usize,
    tenants: Mutex<HashMap<TenantId, Arc<Share>>>,
}

/// The share of one tenant.
#[derive(Debug)]
pub struct Share {
    places: Arc<Semaphore>,
    count: usize,
    busy: AtomicUsize,
    waiting: AtomicUsize,
    peak: AtomicUsize,
    answers: AtomicU64,
    micros: AtomicU64,
    turned_away: AtomicU64,
}

/// What a tenant takes at this moment, and took since this process began to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShareState {
    /// Connections it may take at once.
    pub places: usize,
    /// Connections it takes.
    pub busy: usize,
    /// Requests that wait for one of them.
    pub waiting: usize,
    /// The most that it took at once.
    pub peak: usize,
    /// Requests that were answered.
    pub answers: u64,
    /// How long a connection was taken for one of them, on average.
    pub average: Duration,
    /// Requests that found its share taken for as long as the wait limit allows.
    pub turned_away: u64,
}

impl Shares {
    /// None was asked in yet. No tenant takes more than `most` places.
    #[must_use]
    pub fn new(most: u32) -> Self {
        Self {
            most: usize::try_from(most).unwrap_or(1).max(1),
            tenants: Mutex::default(),
        }
    }

    /// The share of this tenant: what its limit gives, and never more than there is for one.
    pub fn of(&self, tenant: &TenantEntry) -> Arc<Share> {
        let limit = tenant.connections.and_then(|limit| limit.try_into().ok());
        self.sized(tenant.scope.tenant(), limit.unwrap_or(self.most))
    }

    fn sized(&self, tenant: TenantId, limit: usize) -> Arc<Share> {
        let count = limit.clamp(1, self.most);
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.len() >= MOST_TENANTS && !tenants.contains_key(&tenant) {
            tenants.retain(|_, share| Arc::strong_count(share) > 1);
        }
        let share = tenants
            .entry(tenant)
            .or_insert_with(|| Arc::new(Share::new(count)));
        if share.count != count {
            // Its limit was changed: who is inside ends in the old share.
            *share = Arc::new(Share::new(count));
        }
        Arc::clone(share)
    }

    /// What this tenant takes; `None` while nobody asked in it.
    #[must_use]
    pub fn state(&self, tenant: TenantId) -> Option<ShareState> {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.get(&tenant).map(|share| share.state())
    }
}

impl Share {
    fn new(count: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(count)),
            count,
            busy: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            peak: AtomicUsize::new(0),
            answers: AtomicU64::new(0),
            micros: AtomicU64::new(0),
            turned_away: AtomicU64::new(0),
        }
    }

    fn state(&self) -> ShareState {
        let answers = self.answers.load(Ordering::Relaxed);
        let micros = self.micros.load(Ordering::Relaxed);
        ShareState {
            places: self.count,
            busy: self.busy.load(Ordering::Relaxed),
            waiting: self.waiting.load(Ordering::Relaxed),
            peak: self.peak.load(Ordering::Relaxed),
            answers,
            average: Duration::from_micros(micros.checked_div(answers).unwrap_or(0)),
            turned_away: self.turned_away.load(Ordering::Relaxed),
        }
    }

    /// Takes one of its places, which is left when the answer is dropped.
    pub(super) async fn enter(self: &Arc<Self>, until: Instant) -> Result<Entered, StoreError> {
        let waiting = Waiting::begin(&self.waiting);
        let place = Arc::clone(&self.places).acquire_owned();
        let place = tokio::time::timeout_at(until.into(), place).await;
        drop(waiting);
        let Ok(Ok(place)) = place else {
            self.turned_away.fetch_add(1, Ordering::Relaxed);
            return Err(StoreError::Crowded);
        };
        Ok(Entered {
            share: Arc::clone(self),
            _place: place,
        })
    }
}

/// A place of a share that was taken, for work that has not begun.
pub(super) struct Entered {
    share: Arc<Share>,
    _place: OwnedSemaphorePermit,
}

/// Work that takes a connection of the tenant's share, counted until dropped.
pub(super) struct Inside {
    entered: Entered,
    begun: Instant,
}

impl Inside {
    pub(super) fn begin(entered: Entered) -> Self {
        let busy = entered.share.busy.fetch_add(1, Ordering::Relaxed) + 1;
        entered.share.peak.fetch_max(busy, Ordering::Relaxed);
        Self {
            entered,
            begun: Instant::now(),
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let (share, took) = (&self.entered.share, self.begun.elapsed());
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        share.busy.fetch_sub(1, Ordering::Relaxed);
        share.micros.fetch_add(micros, Ordering::Relaxed);
        share.answers.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::gate::Gate;

    const ACME: TenantId = TenantId::from_uuid(uuid::Uuid::from_u128(1));
    const GLOBEX: TenantId = TenantId::from_uuid(uuid::Uuid::from_u128(2));

    #[actix_web::test]
    async fn who_takes_all_of_its_share_leaves_the_others_theirs() {
        let gate = Arc::new(Gate::new(3, Duration::from_millis(200)));
        let shares = Shares::new(2);
        let (held, release) = (
            Arc::new(Semaphore::new(0)),
            tokio::runtime::Handle::current(),
        );
        let busy = |tenant| {
            let (gate, share) = (Arc::clone(&gate), shares.sized(tenant, 9));
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
            .within(shares.sized(ACME, 9), || Ok::<_, StoreError>(()))
            .await;
        assert!(matches!(third, Err(StoreError::Crowded)), "{third:?}");
        let other = gate
            .within(shares.sized(GLOBEX, 9), || Ok::<_, StoreError>("in"))
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
        let shares = Shares::new(4);
        let places = |limit| {
            let share = shares.sized(ACME, limit);
            share.count
        };
        assert_eq!([places(0), places(2), places(4), places(50)], [1, 2, 4, 4]);
        assert_eq!(shares.state(GLOBEX), None);
    }

    #[test]
    fn figures_of_no_more_tenants_are_kept_than_are_bounded() {
        let shares = Shares::new(4);
        let kept = shares.sized(ACME, 1);
        for number in 10..10 + u128::try_from(MOST_TENANTS).unwrap() {
            let tenant = TenantId::from_uuid(uuid::Uuid::from_u128(number));
            drop(shares.sized(tenant, 1));
        }
        assert!(shares.tenants.lock().unwrap().len() <= MOST_TENANTS);
        assert!(Arc::ptr_eq(&kept, &shares.sized(ACME, 1)));
    }
}
