//! What tenants use, measured: noted in this process as it happens, and written down every second by a thread of its own.

mod buffer;
mod csv;
mod expect;
mod flush;
mod flusher;
mod keep;
mod look;
mod read;
mod whose;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::meter::SLOW_MICROS;
use domain::{Meter, Sharer, TenantId};
use uuid::Uuid;

use buffer::{Batch, Buffer};
pub use csv::{at, csv};
pub use expect::{Expectation, Of, expect};
pub use flusher::Flusher;
pub(crate) use keep::{gather_work, work as keep_work};
pub use look::{Look, look};
pub use read::{Reading, gaps, read};
pub use store::usage::Gap;
pub use whose::{Shares, Sharing, name, shares};

/// How long what was noted waits until it is written down.
pub const EVERY: TimeDelta = TimeDelta::seconds(1);
/// How often a process that noted nothing says that it is there.
pub const BEAT: TimeDelta = TimeDelta::seconds(10);
/// After how long a process that says nothing is taken for dead.
pub const SILENCE: TimeDelta = TimeDelta::seconds(60);

/// What this process measured and did not write down yet.
#[derive(Debug)]
pub struct Usage {
    process: Uuid,
    rests: AtomicBool,
    inside: Mutex<Inside>,
}

#[derive(Debug, Default)]
struct Inside {
    buffer: Buffer,
    /// What was taken to be written down: it is tried until it is, under the same number.
    taken: Option<Arc<Taken>>,
    /// How many flushes are written down.
    flushes: i64,
    /// When the first was tried.
    began_at: Option<DateTime<Utc>>,
    /// When the last was written down.
    flushed_at: Option<DateTime<Utc>>,
    /// The months that are known to be there, each by its first day.
    months: HashSet<NaiveDate>,
}

/// What is written down under one number.
#[derive(Debug)]
struct Taken {
    number: i64,
    lost: i64,
    batch: Batch,
}

/// Who had a part in something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Who {
    /// What kind of one.
    pub kind: Sharer,
    /// A person's or key's id, or a route's pattern.
    pub id: String,
}

impl Usage {
    /// Nothing was measured yet.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            process: Uuid::new_v4(),
            rests: AtomicBool::new(false),
            inside: Mutex::default(),
        }
    }

    /// Notes nothing while it rests: what a benchmark compares with.
    pub fn rest(&self, rests: bool) {
        self.rests.store(rests, Ordering::Relaxed);
    }

    /// Adds to what the tenant used at this moment.
    pub fn add(&self, tenant: TenantId, at: DateTime<Utc>, amounts: &[(Meter, i64)]) {
        if self.rests() {
            return;
        }
        let mut inside = self.inside();
        for (meter, amount) in amounts {
            inside.buffer.add(tenant, at, meter, 0, *amount);
        }
    }

    /// Notes a piece of work on a connection to the database, and how many of the tenant's this process does at once.
    pub fn note_run(&self, tenant: TenantId, at: DateTime<Utc>, took: Duration, at_once: usize) {
        let micros = took.as_micros();
        let slow = micros > u128::from(SLOW_MICROS);
        let micros = i64::try_from(micros).unwrap_or(i64::MAX);
        self.add(
            tenant,
            at,
            &[
                (Meter::DB_RUNS, 1),
                (Meter::DB_MICROS, micros),
                (Meter::DB_SLOW, i64::from(slow)),
            ],
        );
        let at_once = i64::try_from(at_once).unwrap_or(i64::MAX);
        self.level(tenant, at, &Meter::CONNECTIONS, at_once);
    }

    /// Adds one to the pieces of histograms into which these times fall.
    pub fn time(&self, tenant: TenantId, at: DateTime<Utc>, meter: &Meter, micros: u64) {
        if self.rests() {
            return;
        }
        let piece = domain::meter::piece(micros);
        self.inside().buffer.add(tenant, at, meter, piece, 1);
    }

    /// Notes how much of what goes up and down there is at this moment: the most of an hour is kept.
    pub fn level(&self, tenant: TenantId, at: DateTime<Utc>, meter: &Meter, amount: i64) {
        if self.rests() {
            return;
        }
        self.inside().buffer.level(tenant, at, meter, amount);
    }

    /// Adds to whose part it was.
    pub fn share(&self, tenant: TenantId, at: DateTime<Utc>, meter: &Meter, whose: &[Who]) {
        if self.rests() {
            return;
        }
        let mut inside = self.inside();
        for who in whose {
            inside.buffer.share(tenant, at, meter, who, 1);
        }
    }

    fn rests(&self) -> bool {
        self.rests.load(Ordering::Relaxed)
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
