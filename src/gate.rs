//! The gate before the database: as many requests behind it as there are connections, the others wait here,
//! where waiting costs no thread, and not for long.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::web;
use services::StoreError;
use tokio::sync::Semaphore;

/// Lets a bounded number of blocking units of work through.
#[derive(Debug)]
pub struct Gate {
    places: Arc<Semaphore>,
    wait: Duration,
    count: usize,
    waiting: AtomicUsize,
    turned_away: AtomicU64,
}

/// How busy the gate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateState {
    /// Places behind it.
    pub places: usize,
    /// Places that are taken.
    pub busy: usize,
    /// Requests that wait for a place.
    pub waiting: usize,
    /// Requests that found none in time, since the start.
    pub turned_away: u64,
}

/// Counts somebody as waiting until dropped, also when whoever asked goes away first.
struct Waiting<'g>(&'g AtomicUsize);

impl<'g> Waiting<'g> {
    fn begin(count: &'g AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    /// A gate with this many places behind it.
    #[must_use]
    pub fn new(places: u32, wait: Duration) -> Self {
        let places = usize::try_from(places).unwrap_or(1).max(1);
        Self {
            places: Arc::new(Semaphore::new(places)),
            wait,
            count: places,
            waiting: AtomicUsize::new(0),
            turned_away: AtomicU64::new(0),
        }
    }

    /// How busy it is at this moment.
    #[must_use]
    pub fn state(&self) -> GateState {
        GateState {
            places: self.count,
            busy: self.count.saturating_sub(self.places.available_permits()),
            waiting: self.waiting.load(Ordering::Relaxed),
            turned_away: self.turned_away.load(Ordering::Relaxed),
        }
    }

    /// Does blocking work on a thread for that, when a place is free within the wait limit.
    ///
    /// # Errors
    /// The work's, or [`StoreError::Busy`] when it was not begun.
    pub async fn through<T, E>(
        &self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let waiting = Waiting::begin(&self.waiting);
        let place = tokio::time::timeout(self.wait, Arc::clone(&self.places).acquire_owned()).await;
        drop(waiting);
        let Ok(Ok(place)) = place else {
            self.turned_away.fetch_add(1, Ordering::Relaxed);
            return Err(StoreError::Busy.into());
        };
        web::block(move || {
            // Kept until the work ends, even when whoever asked is gone by then.
            let _place = place;
            work()
        })
        .await
        .unwrap_or_else(|_| Err(StoreError::Busy.into()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use std::time::Instant;

    use super::*;

    #[actix_web::test]
    async fn who_finds_no_place_in_time_is_told_so() {
        let gate = Gate::new(1, Duration::from_millis(50));
        let slow = gate.through(|| {
            std::thread::sleep(Duration::from_millis(400));
            Ok::<_, StoreError>("slow")
        });
        let started = Instant::now();
        let second = async {
            actix_web::rt::time::sleep(Duration::from_millis(20)).await;
            (
                gate.through(|| Ok::<_, StoreError>("second")).await,
                started.elapsed(),
            )
        };
        let (slow, (second, waited)) = tokio::join!(slow, second);
        assert_eq!(slow.unwrap(), "slow");
        assert!(matches!(second, Err(StoreError::Busy)));
        assert!(waited < Duration::from_millis(350), "{waited:?}");
        let state = gate.state();
        assert_eq!((state.places, state.busy, state.waiting), (1, 0, 0));
        assert_eq!(state.turned_away, 1);
        assert_eq!(
            gate.through(|| Ok::<_, StoreError>("third")).await.unwrap(),
            "third"
        );
    }
}
