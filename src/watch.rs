//! Watching the database while the process runs: what it remembers is forgotten when the catalogue changes,
//! a database that was away at the start is checked when it comes, a server of our own that died is revived.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use domain::Addresses;
use outside::postgres::Cluster;
use services::PoolSettings;
use services::boot::{self, BootError, Refusal};
use services::listen::{self, Notice, Watch};
use services::mode::{self, Disagreement};
use services::{Store, StoreError};
use tokio::sync::oneshot;

use crate::app::App;

/// How long until a check that could not be made is tried again.
const AGAIN: Duration = Duration::from_millis(500);

/// The server of our own, if there is one, shared with whoever stops it in the end.
pub type Ours = Arc<Mutex<Option<Cluster>>>;

/// Whether the database may be served from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It was checked.
    Safe,
    /// It is away, and has to be checked when it comes.
    NotYet,
}

/// Checks the database that is there now. One that the operator brings may be away: pages say so until it comes.
///
/// # Errors
/// A database that is not safe, or one of ours that cannot be asked.
pub fn check(pools: &PoolSettings) -> Result<Checked, Unfit> {
    match boot::check(&pools.app_url, &pools.platform_url, &pools.context_key) {
        Ok(Ok(())) => Ok(Checked::Safe),
        Ok(Err(refusal)) => Err(Unfit::Refused(refusal)),
        Err(BootError::Connect(error)) if is_absence(&error) => {
            tracing::warn!(%error, "the database does not answer yet");
            Ok(Checked::NotYet)
        }
        Err(error) => Err(Unfit::Unasked(error)),
    }
}

/// Why a database is not served from.
#[derive(Debug)]
pub enum Unfit {
    /// It was asked, and the answer is no.
    Refused(Refusal),
    /// It could not be asked.
    Unasked(BootError),
}

/// A server that is not there, or not ready, comes back by itself; a wrong password or name does not.
fn is_absence(message: &str) -> bool {
    ![
        "authentication failed",
        "does not exist",
        "no pg_hba.conf entry",
        "permission denied for database",
        "could not translate host name",
        "invalid",
    ]
    .iter()
    .any(|words| message.contains(words))
}

/// Why a process that serves already has to end.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The database that came is not safe.
    #[error(transparent)]
    Unsafe(Refusal),
    /// The mode was changed, and this process was told of the other one.
    #[error(transparent)]
    Mode(Disagreement),
}

/// Compares the mode that the process was told with the one that holds.
///
/// # Errors
/// The database's.
pub fn compare(
    store: &Store,
    addresses: &Addresses,
    now: DateTime<Utc>,
) -> Result<Result<(), Disagreement>, StoreError> {
    store.platform(now, |tx| mode::compare(tx, addresses))
}

/// Begins to watch. A database that turns out unsafe when it comes, or is turned to another mode, is told to `refused`.
///
/// # Errors
/// The system gives no thread.
pub fn begin(
    app: &Data<App>,
    pools: &PoolSettings,
    direct_url: &str,
    mut checked: Checked,
    ours: Ours,
) -> std::io::Result<(Watch, oneshot::Receiver<Stop>)> {
    let (sender, refused) = oneshot::channel();
    let mut sender = Some(sender);
    let (app, pools) = (app.clone(), pools.clone());
    app.store.health().note_safe(checked == Checked::Safe);
    app.store.health().note_there(checked == Checked::Safe);
    let watch = listen::watch(direct_url, pools.connect_timeout, move |notice| {
        let health = app.store.health();
        match notice {
            Notice::There => {
                if checked == Checked::NotYet {
                    match settle(&pools) {
                        Ok(()) => checked = Checked::Safe,
                        Err(refusal) => return stop(&mut sender, Stop::Unsafe(refusal)),
                    }
                    health.note_safe(true);
                }
                app.directory.forget();
                health.note_there(true);
                tracing::info!("the database is there");
                keep_to_mode(&app, &mut sender);
            }
            Notice::Changed => {
                app.directory.forget();
                keep_to_mode(&app, &mut sender);
            }
            Notice::Away => {
                health.note_there(false);
                tracing::warn!("the database does not answer");
                revive(&ours);
            }
        }
    })?;
    Ok((watch, refused))
}

/// Ends the process when it was told of another mode than holds. That there is no tenant at all ends none that runs.
fn keep_to_mode(app: &App, sender: &mut Option<oneshot::Sender<Stop>>) {
    match compare(&app.store, &app.config.addresses, app.clock.now()) {
        Ok(Ok(()) | Err(Disagreement::Empty(_))) => {}
        Ok(Err(disagreement)) => stop(sender, Stop::Mode(disagreement)),
        // It is asked again with the next notice.
        Err(error) => tracing::warn!(%error, "the mode could not be compared"),
    }
}

fn stop(sender: &mut Option<oneshot::Sender<Stop>>, why: Stop) {
    if let Some(sender) = sender.take() {
        // Nobody listens any more only when the process ends already.
        let _ = sender.send(why);
    }
}

/// Checks until there is an answer.
fn settle(pools: &PoolSettings) -> Result<(), Refusal> {
    loop {
        match boot::check(&pools.app_url, &pools.platform_url, &pools.context_key) {
            Ok(answer) => return answer,
            Err(error) => tracing::warn!(%error, "the database could not be checked yet"),
        }
        std::thread::sleep(AGAIN);
    }
}

fn revive(ours: &Ours) {
    if let Some(cluster) = ours.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        match cluster.revive(&mut |_| {}) {
            Ok(true) => tracing::warn!("the database server had died and runs again"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the database server died and does not start"),
        }
    }
}
