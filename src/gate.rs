//! The gate before the database: as many requests behind it as there are connections, the others wait here,
//! where waiting costs no thread, and not for long.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use services::StoreError;
use tokio::sync::Semaphore;

/// Lets a bounded number of blocking units of work through.
#[derive(Debug)]
pub struct Gate {
    places: Arc<Semaphore>,
    wait: Duration,
}

impl Gate {
    /// A gate with this many places behind it.
    #[must_use]
    pub fn new(places: u32, wait: Duration) -> Self {
        let places = usize::try_from(places).unwrap_or(1).max(1);
        Self {
            places: Arc::new(Semaphore::new(places)),
            wait,
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
        let place = tokio::time::timeout(self.wait, Arc::clone(&self.places).acquire_owned()).await;
        let Ok(Ok(place)) = place else {
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
        assert_eq!(
            gate.through(|| Ok::<_, StoreError>("third")).await.unwrap(),
            "third"
        );
    }
}
