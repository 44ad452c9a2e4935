//! How often the API may be asked: by address, by key and by tenant. The count is the database's, so that it
//! holds over all processes; what it refused is refused from memory until then, so that a burst costs nothing.

use std::time::{Duration, Instant};

use domain::{TenantId, TokenHash};
use moka::Expiry;
use moka::sync::Cache;
pub use store::rates::{Bucket, Taken};
use store::{Store, StoreError};

const REMEMBERED: u64 = 50_000;
/// How long a key counts as one that opened its tenant.
const KNOWN_FOR: Duration = Duration::from_secs(60);

/// The memory of a process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rates {
    store: Store,
    refused: Cache<String, Instant>,
    known: Cache<[u8; 32], TenantId>,
}

/// What a request may do, and what its answer says of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The most in a span.
    pub limit: i32,
    /// What is left.
    pub remaining: i32,
    /// Until all is there again.
    pub reset: Duration,
    /// When to come again, where it was refused.
    pub retry_after: Option<Duration>,
}

#[derive(Debug)]
struct UntilThen;

impl Expiry<String, Instant> for UntilThen {
    fn expire_after_create(&self, _: &String, until: &Instant, now: Instant) -> Option<Duration> {
        Some(until.saturating_duration_since(now))
    }
}

impl Rates {
    /// An empty memory.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            refused: Cache::builder()
                .max_capacity(REMEMBERED)
                .expire_after(UntilThen)
                .build(),
            known: Cache::builder()
                .max_capacity(REMEMBERED)
                .time_to_live(KNOWN_FOR)
                .build(),
        }
    }

    /// What memory alone refuses: nothing is asked of the database for it.
    #[must_use]
    #[allow(
        clippy::disallowed_methods,
        reason = "a span of the process, not a moment"
    )]
    pub fn refused(&self, buckets: &[Bucket]) -> Option<Allowance> {
        buckets.iter().find_map(|bucket| {
            let until = self.refused.get(&bucket.name)?;
            let wait = until.saturating_duration_since(Instant::now());
            (!wait.is_zero()).then_some(Allowance {
                limit: bucket.limit,
                remaining: 0,
                reset: wait,
                retry_after: Some(wait),
            })
        })
    }

    /// Takes one from each bucket or from none, blocking.
    ///
    /// # Errors
    /// No connection or no database.
    #[allow(
        clippy::disallowed_methods,
        reason = "a span of the process, not a moment"
    )]
    pub fn take(&self, buckets: &[Bucket]) -> Result<Allowance, StoreError> {
        let taken = self.store.take_rates(buckets)?;
        let span = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or(0));
        let scarce = taken
            .refused
            .and_then(|place| usize::try_from(place).ok()?.checked_sub(1))
            .and_then(|place| buckets.get(place));
        let retry_after = taken.retry_ms.map(span);
        if let (Some(bucket), Some(wait)) = (scarce, retry_after) {
            self.refused
                .insert(bucket.name.clone(), Instant::now() + wait);
        }
        let tightest = buckets.iter().map(|bucket| bucket.limit).min();
        Ok(Allowance {
            limit: scarce.map_or(tightest.unwrap_or(0), |bucket| bucket.limit),
            remaining: taken.remaining,
            reset: span(taken.reset_ms),
            retry_after,
        })
    }

    /// Whether this key opened this tenant in the last minute: only then it counts against the tenant, or
    /// anybody could use a tenant up with keys that are none.
    #[must_use]
    pub fn opened(&self, key: &TokenHash, tenant: TenantId) -> bool {
        self.known.get(key.as_bytes()) == Some(tenant)
    }

    /// Remembers that this key opened this tenant.
    pub fn note_opened(&self, key: &TokenHash, tenant: TenantId) {
        self.known.insert(*key.as_bytes(), tenant);
    }
}
