//! What every request may use: made once at the start, shared by all threads.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use domain::TenantId;
use secrecy::ExposeSecret;
use services::console::ConsoleKey;
use services::directory::Directory;
use services::limits::Calls;
use services::password_lane::PasswordLane;
use services::rates::Rates;
use services::usage::Usage;
use services::{Failure, PoolSettings, Store, TenantEntry, TenantScope, address, boot};

use crate::clock::Clock;
use crate::config::Config;
use crate::gate::{Gate, Pool, Share, ShareState, Shares};
use crate::live::Live;
use crate::metrics::Metrics;

/// How long a question waits for others to be answered.
const CONSOLE_WAIT: Duration = Duration::from_millis(500);

/// The application.
#[derive(Debug)]
pub struct App {
    /// What the operator set.
    pub config: Config,
    /// The database, behind its guards.
    pub store: Store,
    /// Bounds how many requests work in it at once.
    pub gate: Gate,
    /// And how many of one tenant.
    pub shares: Shares,
    /// The same before the connection that is kept for questions outside any tenant.
    pub spare_gate: Gate,
    /// The same before the platform's own connections, so that busy tenants do not hold up staff.
    pub platform_gate: Gate,
    /// What each tenant takes of those for its own pages.
    pub platform_shares: Shares,
    /// The same before questions at the console, which have connections of their own.
    pub console_gate: Gate,
    /// Of what the console's logins are made; none where it is off.
    pub console: Option<ConsoleKey>,
    /// Host to tenant.
    pub directory: Directory,
    /// How often the API may be asked.
    pub rates: Rates,
    /// The tenants' calls of the API, taken and not made yet.
    pub calls: Calls,
    /// Pages that are kept up to date.
    pub live: Live,
    /// Where passwords are hashed.
    pub passwords: PasswordLane,
    /// What tenants use, until it is written down.
    pub usage: Arc<Usage>,
    /// What a collector is told.
    pub metrics: Metrics,
    /// Where the vendor's own application finds the database, without a secret.
    pub application_url: String,
    /// The time.
    pub clock: Clock,
}

impl App {
    /// Makes it. No connection is opened yet.
    ///
    /// # Errors
    /// The threads that hash passwords cannot be started, or the console's key cannot be kept.
    pub fn open(config: Config, pools: &PoolSettings) -> std::io::Result<Self> {
        let store = Store::open(pools);
        let threads = NonZeroUsize::new(config.passwords.permits).unwrap_or(NonZeroUsize::MIN);
        let console = match config.console.is_enabled() {
            true => Some(ConsoleKey::new(
                config.console.key.or_make()?.expose_secret().as_bytes(),
            )),
            false => None,
        };
        let application = config.application.database_url.as_ref();
        let application = application.map_or(pools.app_url.as_str(), |url| url.expose_secret());
        Ok(Self {
            application_url: address::shown(application, boot::VENDOR_LOGIN),
            directory: Directory::new(store.clone()),
            rates: Rates::new(store.clone()),
            calls: Calls::default(),
            live: Live::default(),
            gate: Gate::new(config.database.pool, config.database.wait),
            shares: Shares::new(
                config.database.tenant_pool.min(config.database.pool),
                config.database.own_pool,
            ),
            spare_gate: Gate::new(1, config.database.wait),
            console_gate: Gate::new(config.console.connections, CONSOLE_WAIT),
            console,
            platform_gate: Gate::new(config.database.platform_pool, config.database.wait),
            platform_shares: Shares::new(config.database.platform_pool / 2, 1),
            passwords: PasswordLane::start(threads)?,
            usage: Arc::new(Usage::begin()),
            metrics: Metrics::new(),
            store,
            clock: Clock::default(),
            config,
        })
    }

    /// Does blocking work in a tenant, within its share of the connections.
    ///
    /// # Errors
    /// The work's, or those of [`Gate::within`] when it was not begun.
    pub async fn within<T, E>(
        &self,
        tenant: &TenantEntry,
        mut work: impl FnMut() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure + Send + 'static,
    {
        let share: Arc<Share> = self.shares.of(tenant, self.pool_of(&tenant.scope));
        let (usage, clock, busy) = (
            Arc::clone(&self.usage),
            self.clock.clone(),
            Arc::clone(&share),
        );
        let tenant = tenant.scope.tenant();
        let measured = move || {
            let begun = Instant::now();
            let outcome = work();
            usage.note_run(tenant, clock.now(), begun.elapsed(), busy.busy());
            outcome
        };
        self.gate.within(share, measured).await
    }

    /// Does blocking work in the catalogue for a page of a tenant: the tenant takes no more than half of the
    /// platform's connections at once, so that neither staff nor other tenants wait behind it alone.
    ///
    /// # Errors
    /// The work's, or those of [`Gate::within`] when it was not begun.
    pub async fn beside<T, E>(
        &self,
        tenant: &TenantEntry,
        work: impl FnMut() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure + Send + 'static,
    {
        let share = self.platform_shares.of(tenant, Pool::Shared);
        self.platform_gate.within(share, work).await
    }

    /// Asks something short that is outside any tenant: who wants to work on connections to themselves waits for it behind
    /// nobody who took all that is shared.
    ///
    /// # Errors
    /// The work's, or [`services::StoreError::Busy`] when it was not begun.
    pub async fn outside<T, E>(
        &self,
        question: impl FnMut() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure + Send + 'static,
    {
        let gate = match self.config.database.dedicated > 0 && !self.gate.has_room() {
            true => &self.spare_gate,
            false => &self.gate,
        };
        gate.through(question).await
    }

    /// Whose connections this tenant works on in this process.
    fn pool_of(&self, scope: &TenantScope) -> Pool {
        match self.store.is_dedicated(scope) {
            true => Pool::Dedicated,
            false if scope.place().is_home() => Pool::Shared,
            false => Pool::Database,
        }
    }

    /// What the tenant takes, and since when that is counted; none while nobody asked in it.
    #[must_use]
    pub fn share_of(&self, tenant: TenantId) -> Option<(ShareState, DateTime<Utc>)> {
        let share = self.shares.state(tenant)?;
        let counted = TimeDelta::from_std(share.counted).unwrap_or_default();
        Some((share, self.clock.now() - counted))
    }
}
