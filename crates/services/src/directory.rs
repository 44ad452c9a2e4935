//! Which tenant a host names, remembered. The answers come from the catalogue and are forgotten when it
//! says so, or after a minute in any case.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::TenantId;
use moka::sync::Cache;
pub use store::catalogue::TenantEntry;
use store::{Store, StoreError};

/// Unknown hosts are remembered too, but few and briefly: anybody can make them up.
const KNOWN: u64 = 20_000;
const UNKNOWN: u64 = 1_000;
const KNOWN_FOR: Duration = Duration::from_secs(60);
const UNKNOWN_FOR: Duration = Duration::from_secs(5);

/// Host to tenant. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Directory {
    store: Store,
    known: Cache<String, Arc<TenantEntry>>,
    unknown: Cache<String, ()>,
    /// Raised by each forgetting, so that an answer from before it is not remembered after it.
    age: Arc<AtomicU64>,
}

impl Directory {
    /// An empty memory over the catalogue.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            known: Cache::builder()
                .max_capacity(KNOWN)
                .time_to_live(KNOWN_FOR)
                .build(),
            unknown: Cache::builder()
                .max_capacity(UNKNOWN)
                .time_to_live(UNKNOWN_FOR)
                .build(),
            age: Arc::default(),
        }
    }

    /// What is remembered of this host: `None` when the catalogue has to be asked.
    #[must_use]
    pub fn remembered(&self, host: &str) -> Option<Option<Arc<TenantEntry>>> {
        match self.known.get(host) {
            Some(entry) => Some(Some(entry)),
            None => self.unknown.get(host).map(|()| None),
        }
    }

    /// Asks the catalogue, blocking, and remembers the answer.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn ask(&self, host: &str) -> Result<Option<Arc<TenantEntry>>, StoreError> {
        self.learn(host, || self.store.resolve_host(host))
    }

    /// What is remembered of the tenant that a request names by its id or slug.
    #[must_use]
    pub fn remembered_named(&self, name: &str) -> Option<Option<Arc<TenantEntry>>> {
        self.remembered(&no_host(name))
    }

    /// Asks the catalogue for the tenant that a request names by its id or slug, and remembers the answer.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn ask_named(&self, name: &str) -> Result<Option<Arc<TenantEntry>>, StoreError> {
        self.learn(&no_host(name), || self.store.resolve_named(name))
    }

    fn learn(
        &self,
        key: &str,
        resolve: impl FnOnce() -> Result<Option<TenantEntry>, StoreError>,
    ) -> Result<Option<Arc<TenantEntry>>, StoreError> {
        let age = self.age.load(Ordering::Acquire);
        let found = resolve()?.map(Arc::new);
        match &found {
            _ if age != self.age.load(Ordering::Acquire) => {}
            Some(entry) => self.known.insert(key.to_owned(), Arc::clone(entry)),
            None => self.unknown.insert(key.to_owned(), ()),
        }
        Ok(found)
    }

    /// The tenant with an id from a row of our own, for jobs; blocking and not remembered.
    ///
    /// # Errors
    /// No connection or no database.
    pub fn tenant(&self, id: TenantId) -> Result<Option<TenantEntry>, StoreError> {
        self.store.resolve_tenant(id)
    }

    /// Forgets everything: the catalogue changed, or its notices may have been missed.
    pub fn forget(&self) {
        self.age.fetch_add(1, Ordering::AcqRel);
        self.known.invalidate_all();
        self.unknown.invalidate_all();
        self.store.doubt_dedicated();
    }
}

/// A name beside the hosts that no host can have.
fn no_host(name: &str) -> String {
    format!("@{name}")
}
