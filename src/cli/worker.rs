//! `tenantry worker`: jobs alone, for machines that serve no pages.

use actix_web::web::Data;
use tokio::sync::oneshot;

use super::signals::Signals;
use super::{Exit, process};
use crate::app::App;
use crate::config::Config;
use crate::watch::Stop;
use crate::{application, metrics, worker};

pub(super) fn run(config: Config) -> Exit {
    process::run_until(config, application::settle, |app, _, refusal| {
        work(app, refusal)
    })
}

fn work(app: &Data<App>, refusal: oneshot::Receiver<Stop>) -> Exit {
    let worker = match worker::start(app) {
        Ok(Some(worker)) => worker,
        Ok(None) => {
            eprintln!("tenantry: jobs.workers is 0, so there is nothing to do");
            return Exit::Config;
        }
        Err(error) => return process::failed(&error),
    };
    let told = actix_web::rt::System::new().block_on(async {
        let mut signals = Signals::listen()?;
        let figures = match metrics::start(app) {
            Ok(figures) => figures,
            Err(error) => {
                eprintln!("tenantry: {error}");
                return Ok(Exit::Listen);
            }
        };
        if let Some((figures, _)) = figures {
            actix_web::rt::spawn(figures);
        }
        tracing::info!("working");
        tokio::select! {
            _ = signals.told_to_stop() => Ok::<_, std::io::Error>(Exit::Done),
            Ok(stop) = refusal => Ok(process::stopped(&stop)),
        }
    });
    worker.stop(app.config.server.shutdown_timeout);
    told.unwrap_or_else(|error| process::failed(&error.into()))
}
