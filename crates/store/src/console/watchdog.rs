//! Whoever sees to it that a run ends: asks it to when it is late or nobody waits, and ends its connection when it does not.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::Text;
use postgres::{CancelToken, NoTls};

use super::leash::{Leash, State};
use crate::address::patient;
use crate::pool::Store;
use crate::raw;

/// The server's own limit comes first; this long after it the run is asked to end,
const CANCEL_AFTER: Duration = Duration::from_millis(500);
/// and this long after that it is ended.
const END_AFTER: Duration = Duration::from_millis(1_500);
/// How long the owner's login may take.
const CONNECT: Duration = Duration::from_secs(2);

/// A run, as others see it in the server's list of activities.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub(super) role: String,
    pub(super) name: String,
}

/// Watches until the run is done.
pub(super) fn watch(
    store: &Store,
    leash: &Leash,
    token: &CancelToken,
    watched: &Watched,
    limit: Duration,
) {
    let late = Instant::now() + limit + CANCEL_AFTER;
    if leash.wait(State::Running, late) == State::Done {
        return;
    }
    leash.tell(State::Late);
    if let Err(error) = token.cancel_query(NoTls) {
        tracing::warn!(%error, "a question could not be asked to end");
    }
    let was = leash.state();
    if was != State::Done && leash.wait(was, Instant::now() + END_AFTER) != State::Done {
        store.end_runs(watched, Ending::Connection);
    }
}

/// What of a run is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The question.
    Question,
    /// The connection too.
    Connection,
}

impl Store {
    /// Ends what asks under this name, as the owner.
    pub(super) fn end_runs(&self, watched: &Watched, what: Ending) {
        let Some(owner) = self.owner.as_deref() else {
            return;
        };
        let ended = PgConnection::establish(&patient(owner, CONNECT))
            .map_err(|error| error.to_string())
            .and_then(|mut connection| {
                let text = match what {
                    Ending::Question => raw::query(
                        "select pg_cancel_backend(pid) from pg_stat_activity where usename = $1 and application_name = $2",
                    ),
                    Ending::Connection => raw::query(
                        "select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and application_name = $2",
                    ),
                };
                text.bind::<Text, _>(&watched.role)
                    .bind::<Text, _>(&watched.name)
                    .execute(&mut connection)
                    .map_err(|error| error.to_string())
            });
        if let Err(error) = ended {
            tracing::error!(error, "a question could not be ended");
        }
    }
}
