//! The worker of this process: what the services' worker needs, from the configuration. What the jobs do
//! is not here.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use domain::EmailAddress;
use outside::mail::{Folder, Mailer, Smtp};
use services::letters::Scheme;
use services::worker::{Bench, Worker, WorkerSettings, kinds};

use crate::app::App;
use crate::config::{self, Config};

/// Letters that the development mailbox keeps.
const KEPT_LETTERS: usize = 500;
/// How long a mail server may take for one letter; shorter than a lease.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts the worker, unless the configuration leaves the jobs to other processes.
///
/// # Errors
/// No threads, or no way out for mail.
pub fn start(app: &App) -> anyhow::Result<Option<Worker>> {
    let jobs = app.config.jobs;
    if jobs.workers == 0 {
        return Ok(None);
    }
    let settings = WorkerSettings {
        threads: u32::try_from(jobs.workers).unwrap_or(u32::MAX),
        lease: jobs.lease,
        idle: jobs.poll,
        ..WorkerSettings::default()
    };
    let bench = bench(app, mailer(&app.config)?)?;
    Ok(Some(Worker::start(bench, settings)?))
}

/// What the jobs are done with; tests bring a mailer of their own.
///
/// # Errors
/// The sender of the configuration is no address.
pub fn bench(app: &App, mailer: Arc<dyn Mailer>) -> anyhow::Result<Bench> {
    let from = &app.config.mail.from;
    let clock = app.clock.clone();
    Ok(Bench {
        store: app.store.clone(),
        usage: Arc::clone(&app.usage),
        mailer,
        sender: EmailAddress::parse(from).with_context(|| format!("mail.from is \"{from}\""))?,
        scheme: scheme(&app.config),
        port: app.config.server.public_port,
        platform_host: app.config.platform.host.clone(),
        now: Arc::new(move || clock.now()),
        run: kinds::run,
    })
}

/// The scheme of links in letters.
#[must_use]
pub fn scheme(config: &Config) -> Scheme {
    match config.server.public_scheme {
        config::Scheme::Http => Scheme::Http,
        config::Scheme::Https => Scheme::Https,
    }
}

fn mailer(config: &Config) -> anyhow::Result<Arc<dyn Mailer>> {
    Ok(match &config.mail.smtp_url {
        Some(url) => Arc::new(Smtp::open(url, PATIENCE).context("mail.smtp_url")?),
        None => Arc::new(
            Folder::open(&config.mail.folder, KEPT_LETTERS)
                .with_context(|| format!("the mail folder {}", config.mail.folder.display()))?,
        ),
    })
}
