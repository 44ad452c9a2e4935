//! Hashing passwords, on threads of its own with one reused work area each, behind a short queue:
//! many sign-ins at once cost time, never memory. Who may sign in is decided elsewhere.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_channel::Sender;
use domain::password::Password;
use domain::phc::PhcString;
use rand::Rng as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

mod hasher;
mod thread;

use thread::{Task, Work, work};

/// How much work may wait: a caller who would wait longer is asked to come back.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// The guess for one hash until one has been computed.
const FIRST_GUESS: Duration = Duration::from_millis(20);
/// How many may wait for a thread even where a hash takes long.
const FEWEST_PLACES: usize = 16;
/// How long somebody who signs in waits for a turn before being asked to come back.
const LONGEST_TURN: Duration = Duration::from_secs(2);
/// How many are signing in at once for each thread: one is hashed, one is on the way there or back.
const TURNS: usize = 2;

/// The hashing threads. Cloning shares them; they end when the last clone is dropped.
#[derive(Clone)]
pub struct PasswordLane {
    queue: Sender<Task>,
    load: Arc<Load>,
    turns: Arc<Semaphore>,
}

/// A turn to sign in; given back when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _place: OwnedSemaphorePermit,
}

/// What came out of comparing a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Another password, an unreadable hash, or nobody to compare with.
    Wrong,
    /// The password, hashed at today's cost.
    Right,
    /// The password, hashed at another cost: hash it anew and store that.
    RightButOld,
}

impl Verdict {
    /// Whether the password was the right one.
    #[must_use]
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Right | Self::RightButOld)
    }
}

/// Why nothing was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LaneError {
    /// More than a second of work is waiting: 503, to be asked again after this time.
    #[error("Too many people are signing in right now. Try again in a few seconds.")]
    Busy {
        /// For `Retry-After`.
        retry_after: Duration,
    },
    /// The threads are gone: the process is ending, or a work area could not be had.
    #[error("Passwords cannot be checked right now. Try again in a few seconds.")]
    Closed,
}

struct Load {
    threads: usize,
    /// Tasks that wait or run.
    pending: AtomicUsize,
    /// The moving average of one hash.
    micros: AtomicU64,
}

/// How busy the lane is.
#[derive(Debug, Clone, Copy)]
pub struct LaneState {
    /// Threads that hash.
    pub threads: usize,
    /// Passwords that wait or are being hashed.
    pub pending: usize,
    /// What one hash takes here and now.
    pub hash: Duration,
}

impl std::fmt::Debug for PasswordLane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordLane")
            .field("threads", &self.load.threads)
            .finish_non_exhaustive()
    }
}

impl PasswordLane {
    /// Starts the threads. One a core is the most that helps; each holds 19 MiB while it has work.
    pub fn start(threads: NonZeroUsize) -> std::io::Result<Self> {
        let (queue, tasks) = crossbeam_channel::unbounded();
        let load = Arc::new(Load {
            threads: threads.get(),
            pending: AtomicUsize::new(0),
            micros: AtomicU64::new(micros(FIRST_GUESS)),
        });
        for number in 0..threads.get() {
            let (tasks, load) = (tasks.clone(), Arc::clone(&load));
            std::thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || work(&tasks, &load))?;
        }
        let turns = Arc::new(Semaphore::new(threads.get().saturating_mul(TURNS)));
        Ok(Self { queue, load, turns })
    }

    /// Waits for a turn to sign in, before anything is asked of the database: a crowd at the door takes
    /// no connection from those who are inside.
    pub async fn turn(&self) -> Result<Turn, LaneError> {
        let turn =
            tokio::time::timeout(LONGEST_TURN, Arc::clone(&self.turns).acquire_owned()).await;
        match turn {
            Ok(Ok(place)) => Ok(Turn { _place: place }),
            Ok(Err(_)) => Err(LaneError::Closed),
            Err(_) => Err(LaneError::Busy {
                retry_after: LONGEST_TURN,
            }),
        }
    }

    /// How busy it is at this moment.
    #[must_use]
    pub fn state(&self) -> LaneState {
        LaneState {
            threads: self.load.threads,
            pending: self.load.pending.load(Ordering::Relaxed),
            hash: Duration::from_micros(self.load.micros.load(Ordering::Relaxed)),
        }
    }

    /// The hash of a new password, under a fresh salt.
    pub async fn hash(&self, password: Password) -> Result<PhcString, LaneError> {
        self.enqueue_hash(password)?
            .await
            .map_err(|_| LaneError::Closed)
    }

    /// [`PasswordLane::hash`] for callers that may block: the command line, the worker.
    pub fn hash_blocking(&self, password: Password) -> Result<PhcString, LaneError> {
        self.enqueue_hash(password)?
            .blocking_recv()
            .map_err(|_| LaneError::Closed)
    }

    /// Compares a password with the stored hash. Without one (`None`: nobody of that name, or one who
    /// has no password) the same work is done and the answer is [`Verdict::Wrong`].
    pub async fn verify(
        &self,
        stored: Option<PhcString>,
        password: Password,
    ) -> Result<Verdict, LaneError> {
        self.enqueue_verify(stored, password)?
            .await
            .map_err(|_| LaneError::Closed)
    }

    /// [`PasswordLane::verify`] for callers that may block.
    pub fn verify_blocking(
        &self,
        stored: Option<PhcString>,
        password: Password,
    ) -> Result<Verdict, LaneError> {
        self.enqueue_verify(stored, password)?
            .blocking_recv()
            .map_err(|_| LaneError::Closed)
    }

    fn enqueue_hash(&self, password: Password) -> Result<oneshot::Receiver<PhcString>, LaneError> {
        let mut salt = [0; 16];
        rand::rng().fill_bytes(&mut salt);
        let (answer, answered) = oneshot::channel();
        self.enqueue(Task {
            password,
            work: Work::Hash { salt, answer },
        })?;
        Ok(answered)
    }

    fn enqueue_verify(
        &self,
        stored: Option<PhcString>,
        password: Password,
    ) -> Result<oneshot::Receiver<Verdict>, LaneError> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Task {
            password,
            work: Work::Verify { stored, answer },
        })?;
        Ok(answered)
    }

    fn enqueue(&self, task: Task) -> Result<(), LaneError> {
        self.load.admit()?;
        self.queue.send(task).map_err(|_| {
            self.load.pending.fetch_sub(1, Ordering::Relaxed);
            LaneError::Closed
        })
    }
}

impl Load {
    /// Takes a place in the queue, unless more than a second of work waits there already.
    fn admit(&self) -> Result<(), LaneError> {
        let hash = self.micros.load(Ordering::Relaxed).max(1);
        let each = usize::try_from(micros(LONGEST_WAIT) / hash)
            .unwrap_or(usize::MAX)
            .max(FEWEST_PLACES);
        let most = each.saturating_mul(self.threads);
        self.pending
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |pending| {
                (pending < most).then_some(pending + 1)
            })
            .map(|_| ())
            .map_err(|_| LaneError::Busy {
                retry_after: LONGEST_WAIT * 2,
            })
    }

    /// Learns how long one hash takes here and now.
    fn learn(&self, took: Duration) {
        let before = self.micros.load(Ordering::Relaxed);
        self.micros
            .store((before * 7 + micros(took)) / 8, Ordering::Relaxed);
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
