//! The two pools of a database, one a login.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use diesel::PgConnection;
use diesel::connection::AnsiTransactionManager;
use diesel::r2d2::{ConnectionManager, PooledConnection, R2D2Connection};
use scheduled_thread_pool::ScheduledThreadPool;

use crate::StoreError;
use crate::address::patient;
use crate::guard::abandon;
use crate::nodes::Reach;
use crate::pool::PoolSettings;

pub(crate) type Pooled = PooledConnection<ConnectionManager<PgConnection>>;

/// The pools of one database.
pub(crate) struct Pools {
    /// For tenants' work.
    pub(crate) app: Line,
    /// For the worker and the platform's own work.
    pub(crate) platform: Line,
}

/// The connections of one login, and how many wait for one.
pub(crate) struct Line {
    pool: r2d2::Pool<ConnectionManager<PgConnection>>,
    waiting: AtomicU32,
}

/// How full a pool is.
#[derive(Debug, Clone, Copy, Default)]
pub struct PoolState {
    /// The most connections there can be.
    pub size: u32,
    /// Connections that are open.
    pub open: u32,
    /// Connections that nobody uses at the moment.
    pub idle: u32,
    /// Threads that wait for one.
    pub waiting: u32,
}

impl PoolState {
    /// Whether all of its connections are in use.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.idle == 0 && self.open >= self.size
    }
}

impl Pools {
    /// Those of the database that holds the catalogue.
    pub(crate) fn of_home(settings: &PoolSettings) -> Self {
        let line = |url: &str, size: u32| Line::new(settings, url, size, None);
        Self {
            app: line(&settings.app_url, settings.app_size),
            platform: line(&settings.platform_url, settings.platform_size),
        }
    }

    /// Those of a database of a tenant's own.
    pub(crate) fn of_own(settings: &PoolSettings, reach: &Reach) -> Self {
        let line = |url: &str, size: u32| Line::new(settings, url, size, Some(connectors(&OWN, 8)));
        Self {
            app: line(&reach.app, settings.own_size),
            platform: line(&reach.platform, 1),
        }
    }

    /// Whether nobody works with a connection of them at this moment.
    pub(crate) fn is_unused(&self) -> bool {
        [&self.app, &self.platform].iter().all(|line| {
            let state = line.state();
            state.open == state.idle
        })
    }
}

/// The threads that connect for tenants' own pools. Those that lead to databases of tenants' own are apart: one of them that
/// hangs keeps nobody else waiting.
fn connectors(threads: &Connectors, count: usize) -> Arc<ScheduledThreadPool> {
    let few = || {
        let threads = ScheduledThreadPool::builder().num_threads(count);
        Arc::new(threads.thread_name_pattern("connector-{}").build())
    };
    Arc::clone(threads.get_or_init(few))
}

type Connectors = OnceLock<Arc<ScheduledThreadPool>>;
static HOME: Connectors = OnceLock::new();
static OWN: Connectors = OnceLock::new();

impl Line {
    /// Connections for one thing alone, to the database that holds the catalogue.
    pub(crate) fn at_home(settings: &PoolSettings, size: u32) -> Self {
        let threads = connectors(&HOME, 2);
        Self::new(settings, &settings.app_url, size, Some(threads))
    }

    /// Connections for one tenant's work alone, to a database of its own.
    pub(crate) fn at_its_own(settings: &PoolSettings, url: &str, size: u32) -> Self {
        Self::new(settings, url, size, Some(connectors(&OWN, 8)))
    }

    fn new(
        settings: &PoolSettings,
        url: &str,
        size: u32,
        threads: Option<Arc<ScheduledThreadPool>>,
    ) -> Self {
        let mut pool = r2d2::Pool::builder();
        if let Some(threads) = threads {
            pool = pool.thread_pool(threads);
        }
        let pool = pool
            .max_size(size.max(1))
            .min_idle(Some(0))
            .connection_timeout(settings.wait)
            .idle_timeout(Some(Duration::from_secs(300)))
            .max_lifetime(Some(Duration::from_secs(1800)))
            // The ping costs 4 to 7 % of a page; a broken connection shows itself and the work is done again.
            .test_on_check_out(false)
            .error_handler(Box::new(Quiet))
            .connection_customizer(Box::new(settings.statements))
            .build_unchecked(ConnectionManager::new(patient(
                url,
                settings.connect_timeout,
            )));
        Self {
            pool,
            waiting: AtomicU32::default(),
        }
    }

    pub(crate) fn state(&self) -> PoolState {
        let state = self.pool.state();
        PoolState {
            size: self.pool.max_size(),
            open: state.connections,
            idle: state.idle_connections,
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    /// Takes a connection and opens a transaction on it. A restart of the server leaves a pool of dead
    /// connections behind, and nothing has happened yet: each of them is tried, and thrown away, at most once.
    pub(crate) fn begin(&self, begin: &str) -> Result<Pooled, StoreError> {
        let mut left = self.pool.max_size();
        loop {
            let mut connection = self.take()?;
            let Err(error) = AnsiTransactionManager::begin_transaction_sql(&mut *connection, begin)
            else {
                return Ok(connection);
            };
            abandon(&mut connection);
            if left == 0 || !connection.is_broken() {
                return Err(error.into());
            }
            left -= 1;
        }
    }

    /// Takes a connection.
    pub(crate) fn take(&self) -> Result<Pooled, StoreError> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let taken = self.pool.get();
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        taken.map_err(|error| {
            // r2d2 tells a full pool and an absent server apart only by whether it has the server's last word.
            if self.pool.state().connections >= self.pool.max_size() {
                StoreError::Busy
            } else {
                StoreError::Away(error.to_string())
            }
        })
    }
}

/// r2d2 would log each failed attempt to connect at error level, with the address of the database in it.
#[derive(Debug)]
struct Quiet;

impl r2d2::HandleError<diesel::r2d2::Error> for Quiet {
    fn handle_error(&self, error: diesel::r2d2::Error) {
        tracing::debug!(%error, "could not connect to the database");
    }
}
