//! The job that does a rollout: several at once take schema after schema, wave by wave. Whenever it ends, every schema is
//! at the new version or as it was; done again, it goes on with what is left.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::staff::ManageTenants;
use domain::{RolloutId, RolloutState, TargetState};
use serde::Deserialize;
use serde_json::json;
use store::rollouts::{Claimed, Counts, NoRun, Rollout, Runner};
use store::vendor::VendorMigration;
use store::{Request, StaffCredential, StaffTx, Store, StoreError};

use super::{target, told};
use crate::VerbError;
use crate::platform_audit::{self, Action, Entry};
use crate::worker::work::{Outcome, Work};

/// How often a schema is tried whose tables somebody's work holds.
const TRIES: i32 = 8;
/// How long one waits who finds nothing to take, while others work or a schema is left for later.
const NAP: Duration = Duration::from_millis(20);

#[derive(Deserialize)]
struct Payload {
    rollout: RolloutId,
}

/// What a rollout is done with.
#[derive(Clone, Copy)]
pub(super) struct Desk<'d> {
    pub(super) store: &'d Store,
    pub(super) now: &'d (dyn Fn() -> DateTime<Utc> + Sync),
    pub(super) request: &'d Request,
}

/// A rollout in hand.
struct Hand<'d> {
    desk: Desk<'d>,
    line: Rollout,
    given: Vec<VendorMigration>,
    failed: AtomicI64,
    tried: AtomicI64,
    stopped: AtomicBool,
    trouble: Mutex<Option<NoRun>>,
}

/// Does what is left of a rollout.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let Ok(Payload { rollout: id }) = Payload::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job says nothing".to_owned());
    };
    let (now, request) = (|| work.now(), work.request());
    let desk = Desk {
        store: &work.bench.store,
        now: &now,
        request: &request,
    };
    match work.while_held(|| all(desk, id)) {
        Ok(true) => Outcome::Done,
        Ok(false) => Outcome::Retry("another process does a rollout".to_owned()),
        Err(error) => Outcome::Retry(error.to_string()),
    }
}

/// What is left to do when the job is given up: it stands still and says why.
pub(crate) fn give_up(work: &Work<'_>, why: &str) -> Result<(), VerbError> {
    let Ok(Payload { rollout: id }) = Payload::deserialize(work.payload()) else {
        return Ok(());
    };
    let why = format!("It was given up: {why}.");
    let from = [RolloutState::Waiting, RolloutState::Running];
    let store = &work.bench.store;
    store.platform(work.now(), |tx| {
        tx.turn_rollout(id, &from, RolloutState::Paused, Some(&why))
    })?;
    Ok(())
}

/// Does what is left of it; false while another process does a rollout.
pub(super) fn all(desk: Desk<'_>, id: RolloutId) -> Result<bool, NoRun> {
    let store = desk.store;
    let mut first = store.runner()?;
    if !first.take_rollouts()? {
        return Ok(false);
    }
    let from = [RolloutState::Waiting, RolloutState::Running];
    let begun = store.platform((desk.now)(), |tx| {
        let begun = tx.turn_rollout(id, &from, RolloutState::Running, None)?;
        // Whoever had one in hand before is gone: the ledger knows whether it was done.
        tx.try_targets_again(id, TargetState::Running)?;
        Ok::<_, StoreError>(begun)
    })?;
    if !begun {
        return Ok(true);
    }
    let hand = Hand {
        desk,
        line: store.platform((desk.now)(), |tx| tx.read_rollout(id))?,
        given: first.given()?,
        failed: AtomicI64::new(0),
        tried: AtomicI64::new(0),
        stopped: AtomicBool::new(false),
        trouble: Mutex::new(None),
    };
    loop {
        hand.in_parallel(&mut first);
        if let Some(trouble) = hand.trouble() {
            return Err(trouble);
        }
        let late = store.platform((desk.now)(), |tx| {
            let runs = tx.read_rollout(id)?.state == RolloutState::Running;
            if runs {
                tx.add_stragglers(&hand.line)
            } else {
                Ok(0)
            }
        })?;
        if late == 0 {
            break;
        }
    }
    hand.end()?;
    Ok(true)
}

impl Hand<'_> {
    /// Several take schemas until there are none, or it stands still.
    fn in_parallel(&self, first: &mut Runner) {
        std::thread::scope(|threads| {
            for _ in 1..self.line.pace.parallel {
                threads.spawn(|| match self.desk.store.runner() {
                    Ok(mut runner) => self.one_after_the_other(&mut runner),
                    // The others do its share.
                    Err(error) => tracing::warn!(%error, "a rollout goes on with fewer at once"),
                });
            }
            self.one_after_the_other(first);
        });
    }

    fn one_after_the_other(&self, runner: &mut Runner) {
        while !self.stopped.load(Ordering::Acquire) {
            match self.next(runner) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.stopped.store(true, Ordering::Release);
                    *self
                        .trouble
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error);
                }
            }
        }
    }

    /// Does one schema; false when there is nothing left to take.
    fn next(&self, runner: &mut Runner) -> Result<bool, NoRun> {
        let (store, id) = (self.desk.store, self.line.id);
        let Some(space) = store.platform((self.desk.now)(), |tx| tx.claim_target(id))? else {
            let counts: Counts = store.platform((self.desk.now)(), |tx| tx.count_targets(id))?;
            let runs = store
                .platform((self.desk.now)(), |tx| tx.read_rollout(id))?
                .state
                == RolloutState::Running;
            if counts.waiting + counts.running == 0 || !runs {
                return Ok(false);
            }
            std::thread::sleep(NAP);
            return Ok(true);
        };
        let to = (self.line.direction, self.line.version.as_str());
        let now = self.desk.now;
        let came = told::begins(runner, &self.line, &space, now()).and_then(|()| {
            let done = Some(told::done(now()));
            runner.bring(&self.given, &space.schema_name, to, done)
        });
        if self.note(&space, came)? == Some(TargetState::Failed) {
            told::failed(runner, &self.line, &space, now());
        }
        Ok(true)
    }

    /// Writes down what came of a schema; how that is over, if it is.
    fn note(
        &self,
        space: &Claimed,
        came: Result<Vec<store::rollouts::Ran>, NoRun>,
    ) -> Result<Option<TargetState>, NoRun> {
        let (store, id, schema) = (&self.desk.store, self.line.id, space.schema_name.as_str());
        let now = (self.desk.now)();
        match came {
            Ok(ran) => {
                store.platform(now, |tx| {
                    tx.end_target(id, schema, TargetState::Done, &ran, None)
                })?;
                self.count(space, false)?;
                Ok(Some(TargetState::Done))
            }
            Err(NoRun::Held) if space.attempts < TRIES => {
                let exponent = u32::try_from(space.attempts - 1).unwrap_or(0);
                let wait = TimeDelta::milliseconds(250 << exponent.min(7));
                store.platform(now, |tx| {
                    tx.put_target_back(id, schema, now + wait, &NoRun::Held.to_string())
                })?;
                Ok(None)
            }
            // The server or the connection, and not the schema.
            Err(error) if error.passes() && !matches!(error, NoRun::Held) => Err(error),
            Err(error) => {
                let why = error.to_string();
                tracing::warn!(schema, why, "a schema could not be migrated");
                store.platform(now, |tx| {
                    tx.end_target(id, schema, TargetState::Failed, &[], Some(&why))
                })?;
                self.count(space, true)?;
                Ok(Some(TargetState::Failed))
            }
        }
    }

    /// Counts one that is over, and lets the rollout stand still at too many failures. A canary that fails is one too many.
    fn count(&self, space: &Claimed, failed: bool) -> Result<(), NoRun> {
        let tried = self.tried.fetch_add(1, Ordering::AcqRel) + 1;
        let failures =
            self.failed.fetch_add(i64::from(failed), Ordering::AcqRel) + i64::from(failed);
        let pace = self.line.pace;
        // A share of a few says little: it is taken of a wave at least.
        let share = tried.max(20);
        let canary = failed && space.wave == 0 && pace.stop_percent < 100;
        if !failed || !(canary || pace.stops_at(failures, share)) {
            return Ok(());
        }
        self.stopped.store(true, Ordering::Release);
        let why = format!(
            "{failures} of {tried} failed. Look at why, then let it go on, try those again or end it."
        );
        let from = [RolloutState::Running];
        self.desk.store.platform((self.desk.now)(), |tx| {
            tx.turn_rollout(self.line.id, &from, RolloutState::Paused, Some(&why))
        })?;
        Ok(())
    }

    fn trouble(&self) -> Option<NoRun> {
        self.trouble
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take()
    }

    /// The end of it, in the log too; one that was paused or ended meanwhile stays so.
    fn end(&self) -> Result<(), StoreError> {
        let id = self.line.id;
        let mut ended = |tx: &mut StaffTx<'_, ManageTenants>| {
            let counts = tx.count_targets(id)?;
            let (to, why) = match counts.failed {
                0 => (RolloutState::Done, None),
                failed => (
                    RolloutState::Failed,
                    Some(format!("{failed} of {} failed.", counts.all())),
                ),
            };
            if counts.waiting + counts.running > 0
                || !tx.turn_rollout(id, &[RolloutState::Running], to, why.as_deref())?
            {
                return Ok(());
            }
            let entry = Entry::done(Action::RolloutEnded, target(id, &self.line.version));
            platform_audit::record(
                tx,
                entry.after(json!({ "state": to, "done": counts.done, "failed": counts.failed })),
            )
        };
        let credential = StaffCredential::System("rollout");
        self.desk
            .store
            .staff(credential, self.desk.request, &mut ended)
    }
}
