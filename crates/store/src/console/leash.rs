//! How long a run may go on: until it is done, until whoever asked is gone, until it is late. Whoever asked holds one end.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What has become of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// It goes on.
    Running,
    /// It took too long and was stopped.
    Late,
    /// Nobody waits for it any more.
    Gone,
    /// It has ended.
    Done,
}

/// The end that a run has.
#[derive(Debug, Clone)]
pub struct Leash(Arc<(Mutex<State>, Condvar)>);

/// The end that whoever asked has. Dropping it ends the run.
#[derive(Debug)]
pub struct Holder(Leash);

impl Leash {
    /// Both ends.
    #[must_use]
    pub fn new() -> (Holder, Self) {
        let leash = Self(Arc::new((Mutex::new(State::Running), Condvar::new())));
        (Holder(leash.clone()), leash)
    }

    /// Says what has become of the run; what it has become already stands.
    pub(super) fn tell(&self, state: State) {
        let (kept, changed) = &*self.0;
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if *kept < state {
            *kept = state;
            changed.notify_all();
        }
    }

    pub(super) fn state(&self) -> State {
        let (kept, _) = &*self.0;
        *kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while the run is as it was, and no longer than until then.
    pub(super) fn wait(&self, was: State, until: Instant) -> State {
        let (kept, changed) = &*self.0;
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if *kept != was || left == Duration::ZERO {
                return *kept;
            }
            let waited = changed.wait_timeout(kept, left);
            kept = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.0.tell(State::Gone);
    }
}
