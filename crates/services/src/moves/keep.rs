//! The job that deletes the copies whose time is over.

use store::moves::NoMove;

use crate::worker::work::{Outcome, Work};

/// Copies deleted by one job.
const AT_ONCE: i64 = 50;

/// Deletes what is over; a tenant that is worked on is left to the next time.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let store = &work.bench.store;
    let ended = match store.platform(work.now(), |tx| tx.ended_copies(AT_ONCE)) {
        Ok(ended) => ended,
        Err(error) => return Outcome::Retry(error.to_string()),
    };
    for copy in &ended {
        if let Err(lost) = work.renew() {
            return lost.into();
        }
        match work.while_held(|| store.discard(copy)) {
            Ok(()) => tracing::info!(tenant = %copy.tenant, "deleted an old copy"),
            Err(NoMove::Held) => {}
            Err(error) => return Outcome::Retry(error.to_string()),
        }
    }
    Outcome::Done
}
