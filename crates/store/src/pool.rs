//! The two pools of a database, one a login. They are private: only the guard and the platform's guard take from them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use diesel::PgConnection;
use diesel::connection::{AnsiTransactionManager, CacheSize, Connection};
use diesel::r2d2::{ConnectionManager, CustomizeConnection, PooledConnection, R2D2Connection};
use scheduled_thread_pool::ScheduledThreadPool;

use crate::StoreError;
use crate::address::patient;
use crate::context::ContextKey;
use crate::guard::{abandon, finish};
use crate::health::Health;
use crate::places::{Place, Places};

type Pool = r2d2::Pool<ConnectionManager<PgConnection>>;
pub(crate) type Pooled = PooledConnection<ConnectionManager<PgConnection>>;

/// Where the database is and how many connections may be open.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// libpq's address of the database, as the tenant login.
    pub app_url: String,
    /// The same database, as the platform login.
    pub platform_url: String,
    /// The same database as the owner of all tables, who makes schemas; `None` where this process makes none.
    pub owner_url: Option<String>,
    /// Connections for tenants' work.
    pub app_size: u32,
    /// Connections for the worker and the platform's own work.
    pub platform_size: u32,
    /// How many databases of tenants' own this process holds open at once.
    pub own_databases: usize,
    /// Connections for tenants' work in each of them; the platform's work there takes one more.
    pub own_size: u32,
    /// How long a request waits for a connection before it is answered 503.
    pub wait: Duration,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long one statement of a tenant may run; `None` leaves it to the login's own setting.
    pub statement_timeout: Option<Duration>,
    /// Whether the server keeps prepared statements between transactions.
    pub statements: Statements,
    /// By which a tenant is entered.
    pub context_key: ContextKey,
}

/// What becomes of a prepared statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statements {
    /// Prepared once a connection: the fast way.
    Kept,
    /// Prepared each time: for a pooler that gives each transaction another server connection and does not
    /// carry prepared statements over, as PgBouncer before 1.21.
    Fresh,
}

/// The database, behind its guards. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    home: Arc<Pools>,
    places: Arc<Places>,
    /// Begins every transaction of a tenant; the entry follows.
    pub(crate) begin: Arc<str>,
    /// By which a tenant is entered.
    pub(crate) context_key: ContextKey,
    /// What becomes of a prepared statement.
    statements: Statements,
    /// The owner's address, for making schemas.
    pub(crate) owner: Option<Arc<str>>,
    health: Arc<Health>,
}

/// The pools of one database.
pub(crate) struct Pools {
    app: Pool,
    platform: Pool,
    /// Who waits for a connection of either.
    waiting: Waiting,
}

#[derive(Default)]
struct Waiting {
    app: AtomicU32,
    platform: AtomicU32,
}

/// How full a pool is.
#[derive(Debug, Clone, Copy)]
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

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("app", &self.home.app.state())
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Makes the pools. Opens no connection yet, so that a process starts while its database is away.
    #[must_use]
    pub fn open(settings: &PoolSettings) -> Self {
        let begin = match settings.statement_timeout {
            Some(limit) => format!("BEGIN; SET LOCAL statement_timeout = {}", limit.as_millis()),
            None => "BEGIN".to_owned(),
        };
        Self {
            home: Arc::new(Pools::new(
                settings,
                (&settings.app_url, settings.app_size),
                (&settings.platform_url, settings.platform_size),
            )),
            places: Arc::new(Places::new(settings)),
            begin: begin.into(),
            context_key: settings.context_key.clone(),
            statements: settings.statements,
            owner: settings.owner_url.as_deref().map(Into::into),
            health: Arc::default(),
        }
    }

    /// Opens a transaction with this text, as the tenants' login.
    pub(crate) fn begin_app(&self, begin: &str) -> Result<Pooled, StoreError> {
        self.begin_app_at(&Place::Home, begin)
    }

    /// The same in another database.
    pub(crate) fn begin_app_at(&self, place: &Place, begin: &str) -> Result<Pooled, StoreError> {
        let pools = self.pools_of(place)?;
        begin_on(&pools.app, &pools.waiting.app, begin)
    }

    /// Opens a transaction as the platform's login, in the platform's role.
    pub(crate) fn begin_platform_at(&self, place: &Place) -> Result<Pooled, StoreError> {
        let pools = self.pools_of(place)?;
        let begin = "BEGIN; SET LOCAL ROLE tnt_platform";
        begin_on(&pools.platform, &pools.waiting.platform, begin)
    }

    fn pools_of(&self, place: &Place) -> Result<Arc<Pools>, StoreError> {
        match place {
            Place::Home => {
                self.health.held()?;
                Ok(Arc::clone(&self.home))
            }
            Place::Own(name) => self.places.pools(name),
        }
    }

    /// A question outside any tenant. It only reads, so it is asked again when its connection broke.
    pub(crate) fn with_app_connection<T>(
        &self,
        mut ask: impl FnMut(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut again = true;
        loop {
            // In a transaction, or a pooler may send the preparing and the asking to two servers.
            let mut connection = self.begin_app("BEGIN READ ONLY")?;
            let outcome = ask(&mut connection);
            match finish(&mut connection, outcome) {
                Err(error) if again && error.may_pass() => again = false,
                outcome => return outcome,
            }
        }
    }

    /// One statement outside any tenant that changes something. It is a transaction by itself; only where a pooler may
    /// send the preparing and the asking to two servers, one is begun for it. On a connection that turns out dead it
    /// is done again on another, so twice must do no harm.
    pub(crate) fn alone<T>(
        &self,
        mut statement: impl FnMut(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.statements == Statements::Fresh {
            let mut connection = self.begin_app("BEGIN")?;
            let outcome = statement(&mut connection);
            return finish(&mut connection, outcome);
        }
        self.health.held()?;
        let mut left = self.home.app.max_size();
        loop {
            let mut connection = waited(&self.home.app, &self.home.waiting.app)?;
            let outcome = statement(&mut connection);
            if outcome.is_err() {
                abandon(&mut connection);
            }
            if outcome.is_ok() || left == 0 || !connection.is_broken() {
                return outcome;
            }
            left -= 1;
        }
    }

    /// What is known of the database as a whole.
    #[must_use]
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// How full the pool for tenants' work is.
    #[must_use]
    pub fn state(&self) -> PoolState {
        state(&self.home.app, &self.home.waiting.app)
    }

    /// How full the pool for the worker and the platform's own work is.
    #[must_use]
    pub fn platform_state(&self) -> PoolState {
        state(&self.home.platform, &self.home.waiting.platform)
    }
}

impl Pools {
    fn new(
        settings: &PoolSettings,
        (app, app_size): (&str, u32),
        (platform, platform_size): (&str, u32),
    ) -> Self {
        let pool = |url: &str, size: u32| {
            r2d2::Pool::builder()
                .max_size(size.max(1))
                .min_idle(Some(0))
                .connection_timeout(settings.wait)
                .idle_timeout(Some(Duration::from_secs(300)))
                .max_lifetime(Some(Duration::from_secs(1800)))
                // The ping costs 4 to 7 % of a page; a broken connection shows itself and the work is done again.
                .test_on_check_out(false)
                .thread_pool(threads())
                .error_handler(Box::new(Quiet))
                .connection_customizer(Box::new(settings.statements))
                .build_unchecked(ConnectionManager::new(patient(
                    url,
                    settings.connect_timeout,
                )))
        };
        Self {
            app: pool(app, app_size),
            platform: pool(platform, platform_size),
            waiting: Waiting::default(),
        }
    }

    /// Those of a database of a tenant's own.
    pub(crate) fn of_own(settings: &PoolSettings, name: &str) -> Self {
        let (app, platform) = settings.urls_of(name);
        Self::new(settings, (&app, settings.own_size), (&platform, 1))
    }

    /// Whether nobody works with a connection of them at this moment.
    pub(crate) fn is_unused(&self) -> bool {
        [&self.app, &self.platform].iter().all(|pool| {
            let state = pool.state();
            state.connections == state.idle_connections
        })
    }
}

/// The threads that connect, for all pools: by itself each would start three.
fn threads() -> Arc<ScheduledThreadPool> {
    static THREADS: OnceLock<Arc<ScheduledThreadPool>> = OnceLock::new();
    let few = || {
        Arc::new(
            ScheduledThreadPool::builder()
                .num_threads(4)
                .thread_name_pattern("connector-{}")
                .build(),
        )
    };
    Arc::clone(THREADS.get_or_init(few))
}

fn state(pool: &Pool, waiting: &AtomicU32) -> PoolState {
    let state = pool.state();
    PoolState {
        size: pool.max_size(),
        open: state.connections,
        idle: state.idle_connections,
        waiting: waiting.load(Ordering::Relaxed),
    }
}

/// Takes a connection and opens a transaction on it. A restart of the server leaves a pool of dead
/// connections behind, and nothing has happened yet: each of them is tried, and thrown away, at most once.
fn begin_on(pool: &Pool, waiting: &AtomicU32, begin: &str) -> Result<Pooled, StoreError> {
    let mut left = pool.max_size();
    loop {
        let mut connection = waited(pool, waiting)?;
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

fn waited(pool: &Pool, waiting: &AtomicU32) -> Result<Pooled, StoreError> {
    waiting.fetch_add(1, Ordering::Relaxed);
    let taken = take(pool);
    waiting.fetch_sub(1, Ordering::Relaxed);
    taken
}

fn take(pool: &Pool) -> Result<Pooled, StoreError> {
    pool.get().map_err(|error| {
        // r2d2 tells a full pool and an absent server apart only by whether it has the server's last word.
        if pool.state().connections >= pool.max_size() {
            StoreError::Busy
        } else {
            StoreError::Away(error.to_string())
        }
    })
}

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Statements {
    fn on_acquire(&self, connection: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        if *self == Self::Fresh {
            connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        Ok(())
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
