//! What `demo` and `serve` share: database, app, server, and the way down after a signal.

use std::num::NonZeroUsize;
use std::time::Duration;

use actix_web::web::Data;
use secrecy::SecretString;
use services::directory::Directory;
use services::{PasswordLane, Store};
use tokio::signal::unix::{SignalKind, signal};

use super::Exit;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::database::{self, NoDatabase, Ready};
use crate::{logging, server, worker};

/// How long jobs in hand may take after the pages have ended; then they are put back.
const LAST_JOBS: Duration = Duration::from_secs(3);

/// Runs the whole process until it is told to stop. `prepare` is done with the database at hand, before
/// anybody is served; `greet` when the port is known.
pub(super) fn run(
    config: Config,
    prepare: impl FnOnce(&App) -> anyhow::Result<()>,
    greet: impl FnOnce(&App, u16),
) -> Exit {
    if let Err(error) = logging::start(&config.log) {
        eprintln!("tenantry: {error}");
        return Exit::Config;
    }
    let secret = match config.secret.or_make() {
        Ok(secret) => secret,
        Err(error) => {
            eprintln!("tenantry: the secret could not be written: {error}");
            return Exit::Output;
        }
    };
    let Ready { pools, cluster } = match database::ready(&config) {
        Ok(ready) => ready,
        Err(error) => return no_database(&error),
    };
    let exit = match app(config, &pools) {
        Ok(app) => match prepare(&app) {
            Ok(()) => work_and_serve(&app, &secret, greet),
            Err(error) => failed(&error),
        },
        Err(error) => failed(&error.into()),
    };
    if let Some(cluster) = cluster
        && let Err(error) = cluster.stop()
    {
        eprintln!("tenantry: {error}");
    }
    exit
}

fn app(config: Config, pools: &services::PoolSettings) -> std::io::Result<Data<App>> {
    let store = Store::open(pools);
    let threads = NonZeroUsize::new(config.passwords.permits).unwrap_or(NonZeroUsize::MIN);
    Ok(Data::new(App {
        directory: Directory::new(store.clone()),
        passwords: PasswordLane::start(threads)?,
        store,
        clock: Clock::default(),
        config,
    }))
}

/// Jobs are done beside the pages; on the way down the pages end first, for they ask for jobs.
fn work_and_serve(app: &Data<App>, secret: &SecretString, greet: impl FnOnce(&App, u16)) -> Exit {
    let worker = match worker::start(app) {
        Ok(worker) => worker,
        Err(error) => return failed(&error),
    };
    let exit = serve(app, secret, greet);
    if let Some(worker) = worker {
        worker.stop(LAST_JOBS);
    }
    exit
}

fn serve(app: &Data<App>, secret: &SecretString, greet: impl FnOnce(&App, u16)) -> Exit {
    let served = actix_web::rt::System::new().block_on(async {
        let (server, port) = server::start(app.clone(), secret)?;
        greet(app, port);
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            if told_to_stop().await.is_ok() {
                handle.stop(true).await;
            }
        });
        server.await
    });
    match served {
        Ok(()) => Exit::Done,
        Err(error) => {
            eprintln!(
                "tenantry: cannot listen on {}: {error}",
                app.config.server.address()
            );
            Exit::Listen
        }
    }
}

/// Waits for SIGTERM or SIGINT.
async fn told_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

fn no_database(error: &NoDatabase) -> Exit {
    eprintln!("tenantry: {error}");
    Exit::Database
}

fn failed(error: &anyhow::Error) -> Exit {
    eprintln!("tenantry: {error:#}");
    Exit::Database
}
