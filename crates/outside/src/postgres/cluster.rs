//! A server in use: held from start to stop, ended when dropped, ended by its watch when we die.

use std::fs::{self, File};
use std::path::Path;
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use super::address::Address;
use super::error::{PostgresError, failed};
use super::find::{self, Binaries};
use super::place::{self, Place};
use super::server::{self, Server};
use super::watch::Watch;
use super::{Settings, Step, advice, fetch, flush, initialise, lock, pid_file};

/// After a crash the old processes need a moment to notice and to let go of the shared memory.
const RETRIES_AFTER_CRASH: Duration = Duration::from_secs(10);

/// A running PostgreSQL server of our own. Dropping it stops the server.
#[derive(Debug)]
pub struct Cluster {
    place: Place,
    settings: Settings,
    binaries: Binaries,
    running: Option<(Server, Watch)>,
    flush: Option<JoinHandle<()>>,
    /// Held for as long as this value lives.
    _lock: File,
}

impl Cluster {
    /// Starts the server on the folder, or adopts the one that runs there without an owner.
    ///
    /// # Errors
    /// Each says in one sentence what to do.
    pub fn start(
        settings: Settings,
        progress: &mut dyn FnMut(Step),
    ) -> Result<Cluster, PostgresError> {
        let place = place::choose(&settings, progress)?;
        let lock = lock::hold(&place)?;
        let watch_lock = lock::wait_for_last(&place, progress)?;
        let binaries = programs(&settings, &place, progress)?;
        initialise::ensure(
            &place,
            &binaries,
            settings.durability,
            &watch_lock,
            progress,
        )?;
        let mut cluster = Cluster {
            place,
            settings,
            binaries,
            running: None,
            flush: None,
            _lock: lock,
        };
        cluster.run(watch_lock, progress)?;
        cluster.flush = flush::begin(&cluster.place, &cluster.binaries);
        Ok(cluster)
    }

    /// Starts the server again if it died under us. Says whether it had to.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn revive(&mut self, progress: &mut dyn FnMut(Step)) -> Result<bool, PostgresError> {
        if let Some((server, _)) = &mut self.running
            && server.alive()
        {
            return Ok(false);
        }
        if let Some((_, watch)) = self.running.take() {
            watch.dismiss();
        }
        let watch_lock = lock::wait_for_last(&self.place, progress)?;
        self.run(watch_lock, progress)?;
        Ok(true)
    }

    /// Stops the server: open transactions are rolled back, everything committed is on the disk.
    ///
    /// # Errors
    /// When the server ignores both kinds of shutdown.
    pub fn stop(mut self) -> Result<(), PostgresError> {
        self.end()
    }

    /// The URL for the server's superuser, over the socket.
    #[must_use]
    pub fn superuser_url(&self, database: &str) -> String {
        self.address().superuser_url(database)
    }

    /// The URL for a login role, over the socket. No password is needed: only the server's user and root reach it.
    #[must_use]
    pub fn login_url(&self, user: &str, database: &str) -> String {
        self.address().login_url(user, database)
    }

    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> Address {
        match &self.running {
            Some((server, _)) => server.address.clone(),
            None => Address {
                run: self.place.folder.join("run"),
                port: super::address::PORT,
            },
        }
    }

    /// Whether the server was running already.
    #[must_use]
    pub fn adopted(&self) -> bool {
        self.running
            .as_ref()
            .is_some_and(|(server, _)| server.adopted())
    }

    /// The server's major version.
    #[must_use]
    pub fn server_version(&self) -> u32 {
        self.binaries.major
    }

    /// The server's process; `None` only after a [`Cluster::revive`] that failed.
    #[must_use]
    pub fn pid(&self) -> Option<i32> {
        self.running
            .as_ref()
            .map(|(server, _)| server.pid.as_raw_nonzero().get())
    }

    /// The folder in use, which may differ from the one asked for ([`Step::Elsewhere`]).
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.place.folder
    }

    fn run(
        &mut self,
        watch_lock: File,
        progress: &mut dyn FnMut(Step),
    ) -> Result<(), PostgresError> {
        progress(Step::Starting);
        let mut server = self.server(progress)?;
        match Watch::over(server.pid, &self.place, watch_lock) {
            Ok(watch) => self.running = Some((server, watch)),
            Err(error) => {
                // Nobody would end it after us.
                server.stop()?;
                return Err(error);
            }
        }
        progress(if self.adopted() {
            Step::Adopted
        } else {
            Step::Ready
        });
        Ok(())
    }

    fn server(&self, progress: &mut dyn FnMut(Step)) -> Result<Server, PostgresError> {
        let end = Instant::now() + RETRIES_AFTER_CRASH;
        let mut crashed = false;
        loop {
            if let Some(server) = Server::adopt(&self.place, progress)? {
                return Ok(server);
            }
            crashed |= pid_file::crashed(&self.place.data())?;
            if let Some(server) =
                Server::spawn(&self.place, &self.binaries, &self.settings, progress)?
            {
                return Ok(server);
            }
            if !crashed || Instant::now() > end {
                let log = self.place.log();
                return Err(PostgresError::DidNotStart {
                    why: server::last_words(&log),
                    log,
                });
            }
            sleep(Duration::from_millis(100));
        }
    }

    fn end(&mut self) -> Result<(), PostgresError> {
        let Some((mut server, watch)) = self.running.take() else {
            return Ok(());
        };
        // A watch that is dropped and not dismissed goes on where we gave up.
        server.stop()?;
        watch.dismiss();
        if let Some(flush) = self.flush.take() {
            // It tells by itself what went wrong.
            let _ = flush.join();
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            tracing::error!(%error, "the database server was left running");
        }
    }
}

/// The programs for the data that there is, or for new data; fetched where the machine has none.
fn programs(
    settings: &Settings,
    place: &Place,
    progress: &mut dyn FnMut(Step),
) -> Result<Binaries, PostgresError> {
    let cache = match &settings.cache {
        Some(cache)
            if place
                .owner
                .is_none_or(|owner| owner.barred_by(cache).is_none()) =>
        {
            cache.clone()
        }
        _ => place.folder.join("binaries"),
    };
    let needed = data_version(&place.data())?;
    if let Some(found) = find::newest(settings, &cache, place.owner, needed)? {
        return Ok(found);
    }
    match needed {
        Some(needed) if needed != fetch::MAJOR => Err(PostgresError::VersionMissing {
            data: place.data(),
            needed,
            command: advice::install_command(),
        }),
        _ => fetch::fetch(settings, &cache, place.owner, progress),
    }
}

/// The major version of existing data.
fn data_version(data: &Path) -> Result<Option<u32>, PostgresError> {
    let path = data.join("PG_VERSION");
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).map_err(failed("read", &path))?;
    text.trim()
        .parse()
        .map(Some)
        .map_err(|_| PostgresError::NotData {
            data: data.to_path_buf(),
        })
}
