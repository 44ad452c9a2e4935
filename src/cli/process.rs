//! What `demo` and `serve` share: database, app, server, and the way down after a signal.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::web::Data;
use secrecy::SecretString;
use services::listen::Watch;
use services::mode::Disagreement;
use tokio::sync::oneshot;

use super::Exit;
use super::ending::no_database;
pub(super) use super::ending::{failed, refused, stopped};
use super::signals::Signals;
use crate::app::App;
use crate::config::Config;
use crate::database::{self, Ready};
use crate::watch::{self, Checked, Stop, Unfit};
use crate::{calls, logging, measure, metrics, server, worker};

/// How long jobs in hand may take after the pages have ended; then they are put back.
const LAST_JOBS: Duration = Duration::from_secs(3);

/// Runs the whole process until it is told to stop. `prepare` is done with the database at hand, before
/// anybody is served; `greet` when the port is known.
pub(super) fn run(
    config: Config,
    prepare: impl FnOnce(&App) -> anyhow::Result<()>,
    greet: impl FnOnce(&App, u16),
) -> Exit {
    run_until(config, prepare, |app, secret, refusal| {
        work_and_serve(app, secret, refusal, greet).unwrap_or_else(|error| failed(&error))
    })
}

/// The same with anything else than pages to stay up for.
pub(super) fn run_until(
    config: Config,
    prepare: impl FnOnce(&App) -> anyhow::Result<()>,
    until: impl FnOnce(&Data<App>, &SecretString, oneshot::Receiver<Stop>) -> Exit,
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
    let Ready {
        pools,
        direct_url,
        cluster,
    } = match database::ready(&config) {
        Ok(ready) => ready,
        Err(error) => return no_database(&error),
    };
    let ours = Arc::new(Mutex::new(cluster));
    let exit = match watch::check(&pools) {
        Ok(checked) => {
            let watching = |app: &Data<App>| {
                watch::begin(app, &pools, &direct_url, checked, Arc::clone(&ours))
            };
            let prepare = |app: &App| {
                not_otherwise(app, checked)?;
                prepare(app)?;
                agree(app, checked)
            };
            run_checked(config, &pools, &secret, watching, prepare, until)
        }
        Err(Unfit::Refused(refusal)) => refused(&refusal),
        Err(Unfit::Unasked(error)) => no_database(&error.into()),
    };
    let cluster = ours.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(cluster) = cluster
        && let Err(error) = cluster.stop()
    {
        eprintln!("tenantry: {error}");
    }
    exit
}

/// Whether nothing holds that the process was told otherwise. That there is no tenant yet may be mended by what prepares it.
fn not_otherwise(app: &App, checked: Checked) -> anyhow::Result<()> {
    let agreed = agree(app, checked);
    let empty =
        |error: &anyhow::Error| matches!(error.downcast_ref(), Some(Disagreement::Empty(_)));
    match agreed {
        Err(error) if !empty(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Whether the process was told the mode that holds; of a database that is away it is asked when it comes.
fn agree(app: &App, checked: Checked) -> anyhow::Result<()> {
    if checked == Checked::Safe {
        watch::compare(&app.store, &app.config.addresses, app.clock.now())??;
    }
    Ok(())
}

fn run_checked(
    config: Config,
    pools: &services::PoolSettings,
    secret: &SecretString,
    watching: impl FnOnce(&Data<App>) -> std::io::Result<(Watch, oneshot::Receiver<Stop>)>,
    prepare: impl FnOnce(&App) -> anyhow::Result<()>,
    until: impl FnOnce(&Data<App>, &SecretString, oneshot::Receiver<Stop>) -> Exit,
) -> Exit {
    let app = match App::open(config, pools).map(Data::new) {
        Ok(app) => app,
        Err(error) => return failed(&error.into()),
    };
    // Held until the end: dropping it ends the watch.
    let (_watch, refusal) = match watching(&app) {
        Ok(watching) => watching,
        Err(error) => return failed(&error.into()),
    };
    let flusher = match measure::start(&app) {
        Ok(flusher) => flusher,
        Err(error) => return failed(&error.into()),
    };
    let exit = match prepare(&app) {
        Ok(()) => until(&app, secret, refusal),
        Err(error) => failed(&error),
    };
    flusher.stop();
    exit
}

/// Jobs are done beside the pages; on the way down the pages end first, for they ask for jobs.
fn work_and_serve(
    app: &Data<App>,
    secret: &SecretString,
    refusal: oneshot::Receiver<Stop>,
    greet: impl FnOnce(&App, u16),
) -> anyhow::Result<Exit> {
    let worker = worker::start(app)?;
    let calls = calls::keep(app)?;
    let exit = serve(app, secret, refusal, greet);
    calls.stop();
    if let Some(worker) = worker {
        worker.stop(LAST_JOBS);
    }
    Ok(exit)
}

fn serve(
    app: &Data<App>,
    secret: &SecretString,
    refusal: oneshot::Receiver<Stop>,
    greet: impl FnOnce(&App, u16),
) -> Exit {
    let served = actix_web::rt::System::new().block_on(async {
        let figures = metrics::start(app)?;
        let (server, port) = server::start(app.clone(), secret).map_err(not_listening(app))?;
        let mut signals = Signals::listen()?;
        greet(app, port);
        let handle = server.handle();
        let leaving = app.clone();
        let ending = actix_web::rt::spawn(async move {
            let exit = tokio::select! {
                () = signals.told_to_leave(&leaving) => Exit::Done,
                Ok(stop) = refusal => stopped(&stop),
            };
            handle.stop(true).await;
            exit
        });
        let figures = figures.map(|(figures, _)| {
            let handle = figures.handle();
            actix_web::rt::spawn(figures);
            handle
        });
        server.await?;
        if let Some(figures) = figures {
            figures.stop(false).await;
        }
        Ok::<_, std::io::Error>(ending.await.unwrap_or(Exit::Done))
    });
    match served {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("tenantry: {error}");
            Exit::Listen
        }
    }
}

/// Says which address it was.
fn not_listening(app: &App) -> impl FnOnce(std::io::Error) -> std::io::Error {
    let address = app.config.server.address();
    move |error| std::io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
}
