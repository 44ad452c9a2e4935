//! How the process is at the moment when somebody asks: pools, gate, lane, queue.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use services::jobs::{self, JobKind, QueueFigure};
use services::{PoolState, StoreError};

use super::family;
use crate::app::App;

/// How long figures of the queue are told again.
const QUEUE_FOR: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Places {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Jobs {
    kind: &'static str,
    state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

/// The gauges; what is not known at the moment is absent.
#[derive(Debug, Default)]
pub(super) struct State {
    ready: Gauge,
    pools: Family<Pool, Gauge>,
    dedicated: Gauge,
    gate: Family<Places, Gauge>,
    turned_away: Counter,
    lane: Family<Places, Gauge>,
    hash_seconds: Gauge<f64, AtomicU64>,
    jobs: Family<Jobs, Gauge>,
    oldest: Family<Kind, Gauge<f64, AtomicU64>>,
}

impl State {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let state = Self::default();
        let ready = "1 while requests may be sent here, as /readyz says";
        registry.register("ready", ready, state.ready.clone());
        let pools =
            "Connections to the database (size, open, idle) and who waits for one (waiting)";
        family(registry, "pool_connections", pools, &state.pools);
        let dedicated = "Tenants that work on connections to themselves in this process";
        registry.register("dedicated_pools", dedicated, state.dedicated.clone());
        let gate = "Places for requests that work in the database (places, busy) and who waits for one (waiting)";
        family(registry, "gate", gate, &state.gate);
        let turned_away = "Requests that found no place in time and were answered 503";
        registry.register("gate_turned_away", turned_away, state.turned_away.clone());
        let lane =
            "Threads that hash passwords (threads) and passwords that wait or are hashed (pending)";
        family(registry, "password_lane", lane, &state.lane);
        let hash = "What one hash of a password takes";
        registry.register("password_hash_seconds", hash, state.hash_seconds.clone());
        let jobs = "Jobs that are not done, by kind and state";
        family(registry, "jobs", jobs, &state.jobs);
        let oldest = "How long the job of this kind that waits longest has been due";
        family(
            registry,
            "jobs_oldest_due_age_seconds",
            oldest,
            &state.oldest,
        );
        state
    }

    /// Looks at everything now.
    pub(super) fn look(&self, app: &App, queue: &Mutex<Option<(Instant, Vec<QueueFigure>)>>) {
        self.ready.set(i64::from(app.store.health().is_ready()));
        self.pool("tenants", app.store.state());
        self.pool("platform", app.store.platform_state());
        let dedicated = app.store.dedicated_state();
        self.pool("dedicated", dedicated.connections);
        self.dedicated.set(i64::from(dedicated.pools));
        let gate = app.gate.state();
        set(&self.gate, "places", gate.places);
        set(&self.gate, "busy", gate.busy);
        set(&self.gate, "waiting", gate.waiting);
        let turned_away = self.turned_away.inner();
        turned_away.store(gate.turned_away, Ordering::Relaxed);
        let lane = app.passwords.state();
        set(&self.lane, "threads", lane.threads);
        set(&self.lane, "pending", lane.pending);
        self.hash_seconds.set(lane.hash.as_secs_f64());
        match figures(app, queue) {
            Ok(figures) => self.queue(app, &figures),
            Err(_) => {
                self.jobs.clear();
                self.oldest.clear();
            }
        }
    }

    fn pool(&self, pool: &'static str, is: PoolState) {
        for (state, count) in [
            ("size", is.size),
            ("open", is.open),
            ("idle", is.idle),
            ("waiting", is.waiting),
        ] {
            let gauge = self.pools.get_or_create(&Pool { pool, state });
            gauge.set(i64::from(count));
        }
    }

    fn queue(&self, app: &App, figures: &[QueueFigure]) {
        self.jobs.clear();
        self.oldest.clear();
        for figure in figures {
            // A newer version may have written kinds that are not known here.
            let kind = JobKind::from_key(&figure.kind).map_or("other", JobKind::key);
            let state = figure.state.clone();
            let gauge = self.jobs.get_or_create_owned(&Jobs { kind, state });
            gauge.inc_by(figure.count);
            let Some(since) = figure.oldest else { continue };
            let age = (app.clock.now() - since).to_std().unwrap_or_default();
            let gauge = self.oldest.get_or_create_owned(&Kind { kind });
            gauge.set(age.as_secs_f64().max(gauge.get()));
        }
    }
}

fn set(family: &Family<Places, Gauge>, state: &'static str, count: usize) {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    family.get_or_create(&Places { state }).set(count);
}

/// The queue as it was at most [`QUEUE_FOR`] ago. Two who ask at once: one waits for the other's answer.
fn figures(
    app: &App,
    queue: &Mutex<Option<(Instant, Vec<QueueFigure>)>>,
) -> Result<Vec<QueueFigure>, StoreError> {
    let mut kept = queue.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((since, figures)) = kept.as_ref()
        && since.elapsed() < QUEUE_FOR
    {
        return Ok(figures.clone());
    }
    let fresh = app.store.platform(app.clock.now(), jobs::figures)?;
    *kept = Some((Instant::now(), fresh.clone()));
    Ok(fresh)
}
