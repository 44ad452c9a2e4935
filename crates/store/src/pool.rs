//! The two pools, one a login. They are private: only the guard and the platform's guard take from them.

use std::time::Duration;

use diesel::PgConnection;
use diesel::r2d2::{ConnectionManager, PooledConnection};

use crate::StoreError;

type Pool = r2d2::Pool<ConnectionManager<PgConnection>>;
pub(crate) type Pooled = PooledConnection<ConnectionManager<PgConnection>>;

/// Where the database is and how many connections may be open.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// libpq's address of the database, as the tenant login.
    pub app_url: String,
    /// The same database, as the platform login.
    pub platform_url: String,
    /// Connections for tenants' work.
    pub app_size: u32,
    /// Connections for the worker and the platform's own work.
    pub platform_size: u32,
    /// How long a request waits for a connection before it is answered 503.
    pub wait: Duration,
}

/// The database, behind its guards. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    app: Pool,
    platform: Pool,
}

/// How full the pool for tenants' work is.
#[derive(Debug, Clone, Copy)]
pub struct PoolState {
    /// Connections that are open.
    pub open: u32,
    /// Connections that nobody uses at the moment.
    pub idle: u32,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("app", &self.app.state())
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Makes the pools. Opens no connection yet, so that a process starts while its database is away.
    #[must_use]
    pub fn open(settings: &PoolSettings) -> Self {
        let pool = |url: &str, size: u32| {
            r2d2::Pool::builder()
                .max_size(size.max(1))
                .min_idle(Some(0))
                .connection_timeout(settings.wait)
                .idle_timeout(Some(Duration::from_secs(300)))
                .max_lifetime(Some(Duration::from_secs(1800)))
                // The ping costs 4 to 7 % of a page; a broken connection shows itself and the work is done again.
                .test_on_check_out(false)
                .error_handler(Box::new(Quiet))
                .build_unchecked(ConnectionManager::new(url))
        };
        Self {
            app: pool(&settings.app_url, settings.app_size),
            platform: pool(&settings.platform_url, settings.platform_size),
        }
    }

    pub(crate) fn app_connection(&self) -> Result<Pooled, StoreError> {
        take(&self.app)
    }

    /// A single statement outside any tenant; asked again on a fresh connection when a pooled one broke.
    pub(crate) fn with_app_connection<T>(
        &self,
        mut ask: impl FnMut(&mut PgConnection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        loop {
            let mut connection = self.app_connection()?;
            match ask(&mut connection) {
                Err(error) if error.may_pass() => {
                    crate::guard::abandon(&mut connection);
                    if !diesel::r2d2::R2D2Connection::is_broken(&mut *connection) {
                        return Err(error);
                    }
                }
                outcome => return outcome,
            }
        }
    }

    pub(crate) fn platform_connection(&self) -> Result<Pooled, StoreError> {
        take(&self.platform)
    }

    /// How full the pool for tenants' work is.
    #[must_use]
    pub fn state(&self) -> PoolState {
        let state = self.app.state();
        PoolState {
            open: state.connections,
            idle: state.idle_connections,
        }
    }
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

/// r2d2 would log each failed attempt to connect at error level, with the address of the database in it.
#[derive(Debug)]
struct Quiet;

impl r2d2::HandleError<diesel::r2d2::Error> for Quiet {
    fn handle_error(&self, error: diesel::r2d2::Error) {
        tracing::debug!(%error, "could not connect to the database");
    }
}
