//! The database behind its guards. Its connections are private: only the guard and the platform's guard take from them.

use std::sync::Arc;
use std::time::Duration;

use diesel::PgConnection;
use diesel::connection::{CacheSize, Connection};
use diesel::r2d2::{CustomizeConnection, R2D2Connection};

use crate::StoreError;
use crate::context::ContextKey;
use crate::dedicated::Dedicated;
use crate::guard::{abandon, finish};
use crate::health::Health;
use crate::nodes::Reach;
use crate::places::{Place, Places};
use crate::pools::{Line, PoolState, Pooled, Pools};
use crate::seal::SealKey;

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
    /// Connections for all dedicated pools of tenants together; one more is kept for questions outside any tenant.
    pub dedicated: u32,
    /// How many databases are kept ready on each server for tenants to come.
    pub stock: u32,
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
    /// By which the catalogue's addresses of other servers are sealed.
    pub seal_key: SealKey,
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
    pub(crate) places: Arc<Places>,
    pub(crate) dedicated: Arc<Dedicated>,
    /// Asked where others took all of the home's: so that whose request it is can be found out for who waits behind nobody.
    /// None where no tenant has a pool to itself.
    spare: Option<Arc<Line>>,
    /// Begins every transaction of a tenant; the entry follows.
    pub(crate) begin: Arc<str>,
    /// By which a tenant is entered.
    pub(crate) context_key: ContextKey,
    /// What becomes of a prepared statement.
    statements: Statements,
    /// The owner's address, for making schemas.
    pub(crate) owner: Option<Arc<str>>,
    pub(crate) home_reach: Arc<Reach>,
    pub(crate) seal: SealKey,
    pub(crate) stock: u32,
    health: Arc<Health>,
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
            home: Arc::new(Pools::of_home(settings)),
            places: Arc::new(Places::new(settings)),
            dedicated: Arc::new(Dedicated::new(settings)),
            spare: (settings.dedicated > 0).then(|| Arc::new(Line::at_home(settings, 1))),
            begin: begin.into(),
            context_key: settings.context_key.clone(),
            statements: settings.statements,
            owner: settings.owner_url.as_deref().map(Into::into),
            home_reach: Arc::new(Reach {
                app: settings.app_url.clone(),
                platform: settings.platform_url.clone(),
            }),
            seal: settings.seal_key.clone(),
            stock: settings.stock,
            health: Arc::default(),
        }
    }

    /// Opens a transaction with this text, as the tenants' login, outside any tenant.
    pub(crate) fn begin_app(&self, begin: &str) -> Result<Pooled, StoreError> {
        self.health.held()?;
        self.outside().begin(begin)
    }

    /// Where questions outside any tenant are asked.
    fn outside(&self) -> &Line {
        match &self.spare {
            Some(spare) if self.home.app.state().is_taken() => spare,
            _ => &self.home.app,
        }
    }

    /// The same in another database.
    pub(crate) fn begin_app_at(&self, place: &Place, begin: &str) -> Result<Pooled, StoreError> {
        self.at(place, |pools| pools.app.begin(begin))
    }

    /// Opens a transaction as the platform's login, in the platform's role.
    pub(crate) fn begin_platform_at(&self, place: &Place) -> Result<Pooled, StoreError> {
        let begin = "BEGIN; SET LOCAL ROLE tnt_platform";
        self.at(place, |pools| pools.platform.begin(begin))
    }

    fn at(
        &self,
        place: &Place,
        begin: impl FnOnce(&Pools) -> Result<Pooled, StoreError>,
    ) -> Result<Pooled, StoreError> {
        let Place::Own(name) = place else {
            self.health.held()?;
            return begin(&self.home);
        };
        let begun = begin(&*self.places.pools(name, || self.reach(name))?);
        self.places.note(place, &begun);
        begun
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
        let mut left = self.home.app.state().size;
        loop {
            let mut connection = self.outside().take()?;
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
        self.home.app.state()
    }

    /// How full the pool for the worker and the platform's own work is.
    #[must_use]
    pub fn platform_state(&self) -> PoolState {
        self.home.platform.state()
    }
}

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Statements {
    fn on_acquire(&self, connection: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        if *self == Self::Fresh {
            connection.set_prepared_statement_cache_size(CacheSize::Disabled);
        }
        Ok(())
    }
}
