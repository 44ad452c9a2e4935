//! What is counted of one tenant's work: a few numbers that threads raise without waiting for each other.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::share::Pool;

/// The numbers, since this process began to count.
#[derive(Debug)]
pub(super) struct Figures {
    since: Instant,
    busy: AtomicUsize,
    waiting: AtomicUsize,
    peak: AtomicUsize,
    begun: AtomicU64,
    wait_micros: AtomicU64,
    worst_micros: AtomicU64,
    answers: AtomicU64,
    micros: AtomicU64,
    turned_away: AtomicU64,
}

/// What a tenant takes at this moment, and took since this process began to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShareState {
    /// Whose connections it works on.
    pub pool: Pool,
    /// Connections it may take at once.
    pub places: usize,
    /// Connections it takes.
    pub busy: usize,
    /// Requests that wait for one of them.
    pub waiting: usize,
    /// The most that it took at once.
    pub peak: usize,
    /// How long a request waited until it had one, on average.
    pub average_wait: Duration,
    /// How long one waited at most, also in vain.
    pub worst_wait: Duration,
    /// Requests that were answered.
    pub answers: u64,
    /// How long a connection was taken for one of them, on average.
    pub average: Duration,
    /// Requests that found none for as long as the wait limit allows.
    pub turned_away: u64,
    /// For how long all this has been counted.
    pub counted: Duration,
}

impl Figures {
    pub(super) fn begin(since: Instant) -> Self {
        Self {
            since,
            busy: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            peak: AtomicUsize::new(0),
            begun: AtomicU64::new(0),
            wait_micros: AtomicU64::new(0),
            worst_micros: AtomicU64::new(0),
            answers: AtomicU64::new(0),
            micros: AtomicU64::new(0),
            turned_away: AtomicU64::new(0),
        }
    }

    pub(super) fn state(&self, places: usize, pool: Pool) -> ShareState {
        let average = |micros: &AtomicU64, count: u64| {
            let micros = micros.load(Ordering::Relaxed);
            Duration::from_micros(micros.checked_div(count).unwrap_or(0))
        };
        let answers = self.answers.load(Ordering::Relaxed);
        ShareState {
            pool,
            places,
            busy: self.busy.load(Ordering::Relaxed),
            waiting: self.waiting.load(Ordering::Relaxed),
            peak: self.peak.load(Ordering::Relaxed),
            average_wait: average(&self.wait_micros, self.begun.load(Ordering::Relaxed)),
            worst_wait: Duration::from_micros(self.worst_micros.load(Ordering::Relaxed)),
            answers,
            average: average(&self.micros, answers),
            turned_away: self.turned_away.load(Ordering::Relaxed),
            counted: self.since.elapsed(),
        }
    }

    pub(super) fn busy(&self) -> usize {
        self.busy.load(Ordering::Relaxed)
    }

    pub(super) fn waiting(&self) -> &AtomicUsize {
        &self.waiting
    }

    /// Somebody who asked then found no place in time.
    pub(super) fn turn_away(&self, asked: Instant) {
        self.worst_micros
            .fetch_max(micros(asked), Ordering::Relaxed);
        self.turned_away.fetch_add(1, Ordering::Relaxed);
    }

    /// Work begins that was asked for then.
    pub(super) fn begin_work(&self, asked: Instant) {
        let waited = micros(asked);
        self.wait_micros.fetch_add(waited, Ordering::Relaxed);
        self.worst_micros.fetch_max(waited, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        let busy = self.busy.fetch_add(1, Ordering::Relaxed) + 1;
        self.peak.fetch_max(busy, Ordering::Relaxed);
    }

    /// And ends, which began then.
    pub(super) fn end_work(&self, begun: Instant) {
        self.busy.fetch_sub(1, Ordering::Relaxed);
        self.micros.fetch_add(micros(begun), Ordering::Relaxed);
        self.answers.fetch_add(1, Ordering::Relaxed);
    }
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}
