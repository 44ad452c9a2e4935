//! The thread that writes down what was noted.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use store::Store;

use super::{EVERY, Usage};

/// How long it waits after a flush that failed.
const AGAIN: Duration = Duration::from_secs(2);

/// How long what was noted last may take to be written down.
const LAST: Duration = Duration::from_secs(3);

/// Running. Dropping it does not stop it: [`Flusher::stop`] does.
#[derive(Debug)]
pub struct Flusher {
    stop: Sender<Instant>,
    thread: JoinHandle<()>,
}

impl Flusher {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system's, when it gives no more threads.
    pub fn start(
        usage: Arc<Usage>,
        store: Store,
        now: impl Fn() -> DateTime<Utc> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (stop, told) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("usage".to_owned())
            .spawn(move || {
                let mut wait = EVERY.to_std().unwrap_or(AGAIN);
                loop {
                    match told.recv_timeout(wait) {
                        Ok(deadline) => return finish(&usage, &store, &now, deadline),
                        Err(RecvTimeoutError::Disconnected) => return,
                        Err(RecvTimeoutError::Timeout) => {}
                    }
                    wait = match usage.flush(&store, now(), false) {
                        Ok(()) => EVERY.to_std().unwrap_or(AGAIN),
                        Err(error) => {
                            tracing::warn!(%error, "what was measured is not written down yet");
                            AGAIN
                        }
                    };
                }
            })?;
        Ok(Self { stop, thread })
    }

    /// Writes down what was noted, and that this process ends; tries it for three seconds.
    pub fn stop(self) {
        let deadline = Instant::now() + LAST;
        if self.stop.send(deadline).is_err() {
            return;
        }
        while !self.thread.is_finished() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn finish(usage: &Usage, store: &Store, now: &impl Fn() -> DateTime<Utc>, deadline: Instant) {
    // What a flush before left behind goes first, under its own number, and the rest after it.
    let mut left = usage.flush(store, now(), false);
    loop {
        if left.is_ok() {
            left = usage.flush(store, now(), true);
            if left.is_ok() {
                return;
            }
        }
        if Instant::now() >= deadline {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
        left = usage.flush(store, now(), false);
    }
    if let Err(error) = left {
        tracing::error!(%error, "what was measured last is lost");
    }
}
