//! The worker: threads that claim jobs and do them, and one that looks after leases and schedules.
//! What each kind of job does is in `kinds`; nothing here starts by itself.

mod hand;
mod keeper;
pub mod kinds;
mod round;
pub mod schedule;
pub mod work;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use domain::{EmailAddress, JobId};
use outside::mail::Mailer;
use store::claims::{self, Claim, Turn};
use store::{Place, Store, StoreError};

use crate::jobs::{EVEN_CLOSED, WAKE};
use crate::letters::Scheme;
use crate::usage::Usage;
use round::Round;
pub use work::{Outcome, Work};

/// What the jobs are done with.
#[derive(Clone)]
pub struct Bench {
    /// The database.
    pub store: Store,
    /// What is measured meanwhile.
    pub usage: Arc<Usage>,
    /// Sends the letters.
    pub mailer: Arc<dyn Mailer>,
    /// The address that letters come from.
    pub sender: EmailAddress,
    /// How the portal is reached, for links in letters.
    pub scheme: Scheme,
    /// The port, where it is not the scheme's own.
    pub port: Option<u16>,
    /// The platform's own host, for links in its letters.
    pub platform_host: String,
    /// The clock.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// What each kind of job does: [`kinds::run`].
    pub run: fn(&Work<'_>) -> Outcome,
}

impl std::fmt::Debug for Bench {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bench")
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}

/// How many do it, and how long each may hold a job without a word.
#[derive(Debug, Clone, Copy)]
pub struct WorkerSettings {
    /// Threads; each holds at most one connection.
    pub threads: u32,
    /// The length of a lease.
    pub lease: Duration,
    /// How often leases and schedules are looked after.
    pub keep_every: Duration,
    /// The longest a thread sleeps while there is nothing to do.
    pub idle: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            threads: 2,
            lease: Duration::from_secs(120),
            keep_every: Duration::from_secs(5),
            idle: Duration::from_secs(1),
        }
    }
}

/// Running workers. Dropping it does not stop them: [`Worker::stop`] does.
#[derive(Debug)]
pub struct Worker {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// What the threads of one worker have in common.
#[derive(Debug)]
struct Shared {
    bench: Bench,
    settings: WorkerSettings,
    stopping: AtomicBool,
    /// One round over the tenants for all threads.
    turn: Mutex<Turn>,
    /// And one over the databases of tenants' own.
    round: Round,
    in_hand: Mutex<HashMap<JobId, Claim>>,
}

impl Worker {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system's, when it gives no more threads.
    pub fn start(bench: Bench, settings: WorkerSettings) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            bench,
            settings,
            stopping: AtomicBool::new(false),
            turn: Mutex::default(),
            round: Round::default(),
            in_hand: Mutex::default(),
        });
        let mut threads = vec![spawn("keeper", &shared, keeper::run)?];
        for number in 0..settings.threads.max(1) {
            threads.push(spawn(&format!("worker-{number}"), &shared, hand::run)?);
        }
        Ok(Self { shared, threads })
    }

    /// Claims nothing more, waits for the jobs in hand, and puts back those that are not done by then.
    pub fn stop(self, at_most: Duration) {
        self.shared.stopping.store(true, Ordering::Release);
        WAKE.ring();
        let deadline = Instant::now() + at_most;
        while self.threads.iter().any(|thread| !thread.is_finished()) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
        for claim in self.shared.in_hand().values() {
            // Whoever still works on it finds the lease gone, and its transaction does not commit.
            if let Err(error) = self.shared.release(claim) {
                tracing::warn!(job = %claim.id, %error, "could not put a job back; its lease will end by itself");
            }
        }
    }
}

/// Does the jobs that are due, one after the other and without threads, and says how many there were:
/// for tests and for commands that end by themselves.
///
/// # Errors
/// The queue cannot be read.
pub fn run_due(bench: Bench) -> Result<usize, StoreError> {
    let shared = Shared {
        bench,
        settings: WorkerSettings::default(),
        stopping: AtomicBool::new(false),
        turn: Mutex::default(),
        round: Round::default(),
        in_hand: Mutex::default(),
    };
    let mut done = 0;
    loop {
        // Each time: a job may have made a database.
        shared
            .round
            .renew(shared.bench.store.own_places(shared.now())?);
        let Some(claim) = shared.claim()? else {
            return Ok(done);
        };
        hand::handle(&shared, &claim);
        done += 1;
    }
}

fn spawn(name: &str, shared: &Arc<Shared>, run: fn(&Shared)) -> std::io::Result<JoinHandle<()>> {
    let shared = Arc::clone(shared);
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || run(&shared))
}

impl Shared {
    fn now(&self) -> DateTime<Utc> {
        (self.bench.now)()
    }

    fn stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    fn in_hand(&self) -> MutexGuard<'_, HashMap<JobId, Claim>> {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job in turn, if one is due: where the catalogue is, then in databases of tenants' own.
    fn claim(&self) -> Result<Option<Claim>, StoreError> {
        let turn = *self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (claim, next) = self.claim_at(&Place::Home, turn)?;
        *self.turn.lock().unwrap_or_else(PoisonError::into_inner) = next;
        if claim.is_some() {
            return Ok(claim);
        }
        for place in self.round.next() {
            match self.claim_at(&place, Turn::default()) {
                Ok((None, _)) => {}
                Ok((claim, _)) => {
                    self.round.repeat(&place);
                    return Ok(claim);
                }
                Err(error) => {
                    tracing::warn!(?place, %error, "the queue of a database cannot be read");
                    self.round.leave_out(&place);
                }
            }
        }
        Ok(None)
    }

    fn claim_at(&self, place: &Place, turn: Turn) -> Result<(Option<Claim>, Turn), StoreError> {
        let now = self.now();
        self.bench.store.platform_at(place, now, |tx| {
            claims::claim(tx, turn, now + self.settings.lease, &EVEN_CLOSED)
        })
    }

    fn release(&self, claim: &Claim) -> Result<bool, StoreError> {
        self.bench
            .store
            .platform_at(&claim.place, self.now(), |tx| claims::release(tx, claim))
    }
}
