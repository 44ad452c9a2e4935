//! Which databases of tenants' own are asked for work next: all of them in turn, a few at a time, so that a nap stays short
//! however many there are.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use store::Place;

/// How many are asked before the next nap.
const AT_ONCE: usize = 16;

/// The round, for all threads of a worker.
#[derive(Debug, Default)]
pub(super) struct Round(Mutex<VecDeque<Place>>);

impl Round {
    /// Goes on with these: the order of those that stay is kept, and with it whose turn it is.
    pub(super) fn renew(&self, places: Vec<Place>) {
        let mut round = self.lock();
        round.retain(|place| places.contains(place));
        for place in places {
            if !round.contains(&place) {
                round.push_back(place);
            }
        }
    }

    /// The next few; they are last from here on.
    pub(super) fn next(&self) -> Vec<Place> {
        let mut round = self.lock();
        let few = round.len().min(AT_ONCE);
        round.rotate_left(few);
        let behind = round.len() - few;
        round.iter().skip(behind).cloned().collect()
    }

    /// Lets a place be asked again at once: it had work, and may have more.
    pub(super) fn repeat(&self, place: &Place) {
        let mut round = self.lock();
        if let Some(at) = round.iter().position(|known| known == place) {
            round.remove(at);
            round.push_front(place.clone());
        }
    }

    /// Asks it no more until the round is renewed.
    pub(super) fn leave_out(&self, place: &Place) {
        self.lock().retain(|known| known != place);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
