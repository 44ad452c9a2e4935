//! A tenant's work on its way through the gate: with a place of its share, and then with a connection.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::OwnedSemaphorePermit;

use super::share::Share;
use super::waiting::Waiting;

/// A place of a share that was taken, for work that has not begun.
pub(super) struct Entered {
    pub(super) share: Arc<Share>,
    pub(super) asked: Instant,
    /// Left when this is dropped.
    #[allow(dead_code, reason = "held, not read")]
    pub(super) place: OwnedSemaphorePermit,
}

impl Entered {
    /// Counts it as waiting on.
    pub(super) fn waits(&self) -> Waiting<'_> {
        Waiting::begin(self.share.figures.waiting())
    }

    /// It found no place among the others in time.
    pub(super) fn turn_away(&self) {
        self.share.figures.turn_away(self.asked);
    }
}

/// Work that takes a connection of the tenant's share, counted until dropped.
pub(super) struct Inside {
    entered: Entered,
    begun: Instant,
}

impl Inside {
    pub(super) fn begin(entered: Entered) -> Self {
        entered.share.figures.begin_work(entered.asked);
        Self {
            entered,
            begun: Instant::now(),
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.entered.share.figures.end_work(self.begun);
    }
}
