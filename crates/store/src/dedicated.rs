//! Pools that one tenant has to itself. All of them together hold no more connections than this process was given for them;
//! a tenant whose pool does not fit works on what the others share, and nobody is refused for it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use domain::TenantId;

use crate::StoreError;
use crate::places::{ASKED, Place};
use crate::pool::{PoolSettings, Store};
use crate::pools::{Line, PoolState, Pooled};
use crate::scope::TenantScope;

/// For how long nobody may have worked on a pool that makes room for another.
const RESTING: Duration = Duration::from_secs(60);

/// The dedicated pools of this process.
pub(crate) struct Dedicated {
    settings: PoolSettings,
    open: Mutex<Vec<Held>>,
    /// Whether there is any: who has none asks nothing else.
    any: AtomicBool,
    /// Raised when the catalogue changed: a pool that nobody asked for since may be nobody's any more.
    round: AtomicU64,
}

struct Held {
    tenant: TenantId,
    place: Place,
    lane: Arc<Lane>,
    used: Instant,
    round: u64,
    /// It is nobody's any more, and counts until its last connection is back.
    over: bool,
}

/// The connections of one tenant. Where they lead is known once somebody works there.
struct Lane {
    size: u32,
    there: Mutex<Option<There>>,
}

#[derive(Clone)]
struct There {
    url: String,
    line: Arc<Line>,
    /// When it was found out last where it is.
    asked: Instant,
}

impl Lane {
    fn there(&self) -> MutexGuard<'_, Option<There>> {
        self.there.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> Option<(Arc<Line>, Instant)> {
        let there = self.there().clone()?;
        Some((there.line, there.asked))
    }

    /// Its connections to this address.
    fn leading(&self, url: &str, make: impl FnOnce() -> Line) -> Arc<Line> {
        let mut there = self.there();
        let line = match there.take() {
            Some(known) if known.url == url => known.line,
            _ => Arc::new(make()),
        };
        *there = Some(There {
            url: url.to_owned(),
            line: Arc::clone(&line),
            asked: Instant::now(),
        });
        line
    }

    fn state(&self) -> PoolState {
        let none = PoolState {
            size: self.size,
            ..PoolState::default()
        };
        self.known().map_or(none, |(line, _)| line.state())
    }
}

impl Held {
    /// Whether nobody works on it, or is about to.
    fn is_free(&self) -> bool {
        let state = self.lane.state();
        Arc::strong_count(&self.lane) == 1 && state.open == state.idle
    }
}

impl Dedicated {
    pub(crate) fn new(settings: &PoolSettings) -> Self {
        Self {
            settings: settings.clone(),
            open: Mutex::default(),
            any: AtomicBool::new(false),
            round: AtomicU64::new(0),
        }
    }

    /// The pool of this tenant; none where it has none, or not here.
    fn lane(&self, scope: &TenantScope) -> Option<Arc<Lane>> {
        if scope.pool().is_none() && !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut open = self.open();
        let (now, round) = (Instant::now(), self.round.load(Ordering::Acquire));
        let held = open
            .iter_mut()
            .find(|held| held.tenant == scope.tenant() && !held.over);
        if let Some(held) = held {
            if scope.pool() == Some(held.lane.size) && *scope.place() == held.place {
                (held.used, held.round) = (now, round);
                return Some(Arc::clone(&held.lane));
            }
            held.over = true;
        }
        open.retain(|held| !(held.over && held.is_free()));
        let made = scope.pool().and_then(|size| {
            self.make_room(&mut open, size, round)?;
            let lane = Arc::new(Lane {
                size,
                there: Mutex::default(),
            });
            open.push(Held {
                tenant: scope.tenant(),
                place: scope.place().clone(),
                lane: Arc::clone(&lane),
                used: now,
                round,
                over: false,
            });
            Some(lane)
        });
        self.any.store(!open.is_empty(), Ordering::Release);
        made
    }

    /// Closes pools that nobody works on, the one that was used longest ago first, until this many connections fit.
    fn make_room(&self, open: &mut Vec<Held>, size: u32, round: u64) -> Option<()> {
        let fits = |open: &[Held]| {
            let taken = open
                .iter()
                .fold(size, |sum, held| sum.saturating_add(held.lane.size));
            taken <= self.settings.dedicated
        };
        if size > self.settings.dedicated {
            return None;
        }
        while !fits(open) {
            let resting = |held: &Held| held.round != round || held.used.elapsed() >= RESTING;
            let oldest = open
                .iter()
                .enumerate()
                .filter(|(_, held)| resting(held) && held.is_free())
                .min_by_key(|(_, held)| held.used)
                .map(|(at, _)| at);
            open.remove(oldest?);
        }
        Some(())
    }

    fn state(&self) -> DedicatedState {
        let open = self.open();
        let mut state = DedicatedState::default();
        for held in open.iter() {
            let line = held.lane.state();
            state.pools += u32::from(!held.over);
            state.connections.size += line.size;
            state.connections.open += line.open;
            state.connections.idle += line.idle;
            state.connections.waiting += line.waiting;
        }
        state
    }

    fn open(&self) -> MutexGuard<'_, Vec<Held>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What this process has of dedicated pools.
#[derive(Debug, Clone, Copy, Default)]
pub struct DedicatedState {
    /// How many tenants have one here.
    pub pools: u32,
    /// The connections of all of them together.
    pub connections: PoolState,
}

impl Store {
    /// Whether the tenant works on a pool of its own in this process. It has one where the catalogue gives it one and the
    /// process has room.
    #[must_use]
    pub fn is_dedicated(&self, scope: &TenantScope) -> bool {
        self.dedicated.lane(scope).is_some()
    }

    /// What this process has of dedicated pools.
    #[must_use]
    pub fn dedicated_state(&self) -> DedicatedState {
        self.dedicated.state()
    }

    /// The catalogue changed: pools that nobody asks for from now on make room for others.
    pub fn doubt_dedicated(&self) {
        self.dedicated.round.fetch_add(1, Ordering::AcqRel);
    }

    /// Opens a transaction with this text where the tenant works.
    pub(crate) fn begin_in(&self, scope: &TenantScope, begin: &str) -> Result<Pooled, StoreError> {
        let Some(lane) = self.dedicated.lane(scope) else {
            return self.begin_app_at(scope.place(), begin);
        };
        let settings = &self.dedicated.settings;
        let Place::Own(name) = scope.place() else {
            self.health().held()?;
            let line = lane.leading(&settings.app_url, || Line::at_home(settings, lane.size));
            return line.begin(begin);
        };
        self.places.speaks(scope.place())?;
        let line = match lane.known() {
            Some((line, asked)) if asked.elapsed() < ASKED => line,
            known => match (self.reach(name), known) {
                // Where it was is where it is, until somebody can say otherwise.
                (Err(_), Some((line, _))) => line,
                (reach, _) => {
                    let reach = reach?;
                    self.places.check(scope.place(), &reach)?;
                    let line = || Line::at_its_own(settings, &reach.app, lane.size);
                    lane.leading(&reach.app, line)
                }
            },
        };
        let begun = line.begin(begin);
        self.places.note(scope.place(), &begun);
        begun
    }
}
