//! The gate before the database: as many requests behind it as there are connections, the others wait here,
//! where waiting costs no thread, and not for long. A tenant's requests wait for its own share first, and for nothing else where
//! it has connections to itself.

mod figures;
mod inside;
mod share;
mod waiting;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::web;
use services::{Failure, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use figures::ShareState;
use inside::{Entered, Inside};
pub use share::{Pool, Share, Shares};
use waiting::Waiting;

/// How long a request waits for a tenant that is handed over; a hand-over takes no longer.
const HAND_OVER: Duration = Duration::from_secs(6);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(25);

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
        work: impl FnMut() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure + Send + 'static,
    {
        self.patiently(None, work).await
    }

    /// The same for work in a tenant, which takes no more places at once than its share is.
    ///
    /// # Errors
    /// The same, or [`StoreError::Crowded`] when the tenant's own share was taken for as long.
    pub async fn within<T, E>(
        &self,
        share: Arc<Share>,
        work: impl FnMut() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure + Send + 'static,
    {
        self.patiently(Some(share), work).await
    }

    /// Work in a tenant that is handed over is done again until the tenant is there, and holds no place meanwhile.
    async fn patiently<T, E>(
        &self,
        share: Option<Arc<Share>>,
        mut work: impl FnMut() -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure + Send + 'static,
    {
        let begun = Instant::now();
        loop {
            let (outcome, again) = self.once(share.as_ref(), work).await?;
            match outcome {
                Err(error)
                    if matches!(error.store(), Some(StoreError::HandedOver))
                        && begun.elapsed() < HAND_OVER =>
                {
                    work = again;
                    actix_web::rt::time::sleep(LOOK_EVERY).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Does the work, and gives it back.
    async fn once<T, E, W>(
        &self,
        share: Option<&Arc<Share>>,
        mut work: W,
    ) -> Result<(Result<T, E>, W), E>
    where
        T: Send + 'static,
        E: Failure + Send + 'static,
        W: FnMut() -> Result<T, E> + Send + 'static,
    {
        let until = Instant::now() + self.wait;
        let inside = match share {
            Some(share) => Some(share.enter(until).await?),
            None => None,
        };
        let place = match share {
            Some(share) if share.is_alone() => None,
            _ => Some(self.enter(until, inside.as_ref()).await?),
        };
        web::block(move || {
            // Kept until the work ends, even when whoever asked is gone by then.
            let _place = place;
            let _inside = inside.map(Inside::begin);
            (work(), work)
        })
        .await
        .map_err(|_| StoreError::Busy.into())
    }

    /// Takes a place behind the gate.
    async fn enter(
        &self,
        until: Instant,
        inside: Option<&Entered>,
    ) -> Result<OwnedSemaphorePermit, StoreError> {
        let waiting = (
            Waiting::begin(&self.waiting),
            inside.map(|entered| entered.waits()),
        );
        let place = Arc::clone(&self.places).acquire_owned();
        let place = tokio::time::timeout_at(until.into(), place).await;
        drop(waiting);
        if let Ok(Ok(place)) = place {
            return Ok(place);
        }
        self.turned_away.fetch_add(1, Ordering::Relaxed);
        if let Some(entered) = inside {
            entered.turn_away();
        }
        Err(StoreError::Busy)
    }

    /// Whether a place is free at this moment.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.places.available_permits() > 0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[actix_web::test]
    async fn who_comes_during_a_hand_over_waits_without_a_place() {
        let gate = Arc::new(Gate::new(1, Duration::from_millis(50)));
        let mut looks = 0;
        let waits = gate.through(move || {
            looks += 1;
            match looks {
                1..5 => Err(StoreError::HandedOver),
                _ => Ok(looks),
            }
        });
        let other = async {
            actix_web::rt::time::sleep(Duration::from_millis(40)).await;
            gate.through(|| Ok::<_, StoreError>("another tenant's"))
                .await
        };
        let (waited, other) = tokio::join!(waits, other);
        assert_eq!(waited.unwrap(), 5);
        assert_eq!(other.unwrap(), "another tenant's");
    }

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
