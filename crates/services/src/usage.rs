//! What tenants use, measured: noted in this process as it happens, and written down every second by a thread of its own.

mod buffer;
mod csv;
pub mod events;
mod expect;
mod flush;
mod flusher;
mod keep;
mod look;
mod outlook;
mod presence;
mod read;
mod standings;
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
pub(crate) use expect::approximate;
pub use expect::{Expectation, Of, expect};
pub use flusher::Flusher;
pub(crate) use keep::{gather, gather_work, work as keep_work};
pub use look::{Look, look, told};
pub(crate) use outlook::meters;
pub use outlook::{comes_to, reaches};
use presence::Presence;
pub use read::{Noted, Reading, gaps, noted, read};
pub use standings::{Standings, Used, standings};
use store::usage::Loss;
pub use store::usage::{Cause, Gap};
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
    /// Who was here in the last half hour.
    presence: Presence,
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
    lost: Option<Loss>,
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

    /// Notes what a tenant used at this moment, all of it at once.
    pub fn note(&self, tenant: TenantId, at: DateTime<Utc>, what: impl FnOnce(&mut Notes<'_>)) {
        if self.rests.load(Ordering::Relaxed) {
            return;
        }
        let mut inside = self.inside();
        let inside = &mut *inside;
        what(&mut Notes {
            buffer: &mut inside.buffer,
            presence: &mut inside.presence,
            tenant,
            at,
        });
    }

    /// Notes a piece of work on a connection to the database, and how many of the tenant's this process does at once.
    pub fn note_run(&self, tenant: TenantId, at: DateTime<Utc>, took: Duration, at_once: usize) {
        let micros = took.as_micros();
        let slow = micros > u128::from(SLOW_MICROS);
        let micros = i64::try_from(micros).unwrap_or(i64::MAX);
        let at_once = i64::try_from(at_once).unwrap_or(i64::MAX);
        self.note(tenant, at, |notes| {
            notes.add(&Meter::DB_RUNS, 1);
            notes.add(&Meter::DB_MICROS, micros);
            notes.add(&Meter::DB_SLOW, i64::from(slow));
            notes.level(&Meter::CONNECTIONS, at_once);
        });
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is noted of one tenant at one moment.
#[derive(Debug)]
pub struct Notes<'a> {
    buffer: &'a mut Buffer,
    presence: &'a mut Presence,
    tenant: TenantId,
    at: DateTime<Utc>,
}

impl Notes<'_> {
    /// So much more of it.
    pub fn add(&mut self, meter: &Meter, amount: i64) {
        self.buffer.add(self.tenant, self.at, meter, 0, amount);
    }

    /// One more in the piece of a histogram into which this time falls.
    pub fn time(&mut self, times: &Meter, micros: u64) {
        let piece = domain::meter::piece(micros);
        self.buffer.add(self.tenant, self.at, times, piece, 1);
    }

    /// How much there is of what goes up and down: the most of an hour is kept.
    pub fn level(&mut self, meter: &Meter, amount: i64) {
        self.buffer.level(self.tenant, self.at, meter, amount);
    }

    /// One more that was this one's part.
    pub fn share(&mut self, meter: &Meter, who: &Who) {
        self.buffer.share(self.tenant, self.at, meter, who, 1);
    }

    /// This person used a page: how many are here at once, and how long they stay.
    pub fn see(&mut self, person: &str) {
        let seen = self.presence.see(self.tenant, person, self.at);
        self.add(&Meter::STAYS, i64::from(seen.begins));
        self.add(&Meter::STAY_SECONDS, seen.seconds);
        if let Some(at_once) = seen.at_once {
            self.level(&Meter::AT_ONCE, at_once);
        }
    }
}
