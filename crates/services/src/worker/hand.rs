//! One thread of the worker: claim, do, end; sleep while there is nothing to do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use chrono::TimeDelta;
use domain::Meter;
use domain::retry::Backoff;
use rand::RngExt as _;
use store::StoreError;
use store::claims::{self, Claim, End};

use super::work::{Outcome, Work, WorkError};
use super::{Shared, kinds};
use crate::jobs::{JobKind, WAKE};
use crate::{moves, rollouts, tenants};

/// The first sleep; each further one is twice as long, up to the setting.
const NAP: Duration = Duration::from_millis(10);
const RETRY: Backoff = Backoff {
    first: Duration::from_secs(5),
    longest: Duration::from_secs(3600),
    attempts: u32::MAX,
};

pub(super) fn run(shared: &Shared) {
    let mut nap = NAP;
    let mut heard = WAKE.rings();
    while !shared.stopping() {
        match shared.claim() {
            Ok(Some(claim)) => {
                nap = NAP;
                shared.in_hand().insert(claim.id, claim.clone());
                handle(shared, &claim);
                shared.in_hand().remove(&claim.id);
                continue;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%error, "the queue cannot be read");
                nap = shared.settings.idle;
            }
        }
        let rung = WAKE.wait(heard, nap);
        // A ring comes before its commit: the short naps after it find the job as soon as it is there.
        nap = if rung == heard {
            (nap * 2).min(shared.settings.idle)
        } else {
            NAP
        };
        heard = rung;
    }
}

/// Does one job and writes down how it ended.
pub(super) fn handle(shared: &Shared, claim: &Claim) {
    let outcome = match prepare(shared, claim) {
        Ok(work) => {
            let done = catch_unwind(AssertUnwindSafe(|| attempt(&work)));
            let outcome = done.unwrap_or_else(|_| Outcome::Retry("the job panicked".to_owned()));
            settle(shared, &work, outcome)
        }
        Err(error) => put_back(shared, claim, &error.to_string()),
    };
    if let Err(error) = outcome {
        tracing::warn!(job = %claim.id, kind = claim.kind, %error, "a job could not be ended; its lease will end by itself");
    }
}

/// The scope comes from the row's own column.
fn prepare<'a>(shared: &'a Shared, claim: &'a Claim) -> Result<Work<'a>, StoreError> {
    let tenant = match claim.tenant {
        Some(tenant) => shared.bench.store.resolve_tenant(tenant)?,
        None => None,
    };
    Ok(Work {
        bench: &shared.bench,
        claim,
        lease: TimeDelta::from_std(shared.settings.lease).unwrap_or(TimeDelta::MAX),
        tenant,
    })
}

fn attempt(work: &Work<'_>) -> Outcome {
    if work.claim.max_attempts == 0 {
        return Outcome::GiveUp("dropped by those who run the platform".to_owned());
    }
    if work.claim.attempts > work.claim.max_attempts {
        // Whoever tried it last never came back: trying once more could end this process too.
        return Outcome::GiveUp("the worker was lost each time".to_owned());
    }
    if work.claim.tenant.is_some() && work.tenant.is_none() {
        return Outcome::GiveUp("the tenant is gone".to_owned());
    }
    (work.bench.run)(work)
}

fn settle(shared: &Shared, work: &Work<'_>, outcome: Outcome) -> Result<(), StoreError> {
    let claim = work.claim;
    match outcome {
        Outcome::Done => {
            work.measure(&Meter::JOBS);
            // Mostly it was ended in the transaction of its effect; then this finds nothing to do.
            shared
                .bench
                .store
                .platform_at(&claim.place, shared.now(), |tx| {
                    claims::end(tx, claim, End::Done)
                })?;
        }
        Outcome::Lost => tracing::info!(job = %claim.id, "somebody else has the job now"),
        Outcome::Retry(why) if claim.attempts < claim.max_attempts => {
            put_back(shared, claim, &why)?;
        }
        Outcome::Retry(why) | Outcome::GiveUp(why) => {
            work.measure(&Meter::JOBS_GIVEN_UP);
            bury(shared, work, &why)?;
        }
    }
    Ok(())
}

fn put_back(shared: &Shared, claim: &Claim, why: &str) -> Result<(), StoreError> {
    let attempt = u32::try_from(claim.attempts).unwrap_or(1);
    let wait = RETRY
        .after(attempt, rand::rng().random())
        .unwrap_or(RETRY.longest);
    tracing::info!(job = %claim.id, kind = claim.kind, attempt, ?wait, why, "a job will be tried again");
    let now = shared.now();
    shared.bench.store.platform_at(&claim.place, now, |tx| {
        claims::put_back(tx, claim, now + wait, why)
    })?;
    Ok(())
}

/// What was given up in a tenant's own database is found at once by those who look for it, and not at the next look of each
/// minute.
fn count_anew(shared: &Shared, claim: &Claim) {
    if claim.place.is_home() {
        return;
    }
    if let Err(error) = shared.bench.store.settle(&claim.place, shared.now()) {
        tracing::warn!(place = ?claim.place, %error, "what was given up is counted at the next look");
    }
}

/// A dead letter: the job stays with its reason, and the tenant's log says so.
fn bury(shared: &Shared, work: &Work<'_>, why: &str) -> Result<(), StoreError> {
    let claim = work.claim;
    tracing::error!(job = %claim.id, kind = claim.kind, why, "a job was given up");
    let own_end = match work.kind() {
        // It may have no place yet in which to write this down.
        Some(JobKind::TenantProvision) => Some(tenants::steps::give_up(work, why)),
        Some(JobKind::TenantMove) => Some(moves::work::give_up(work, why)),
        Some(JobKind::RolloutRun) => Some(rollouts::give_up(work, why)),
        _ => None,
    };
    if let Some(recorded) = own_end {
        if let Err(error) = recorded {
            tracing::warn!(job = %claim.id, %error, "the end of a job could not be recorded");
            return put_back(shared, claim, why);
        }
    } else if work.tenant.is_some() {
        let buried = work.end(End::Dead(why), |tx| kinds::bury(tx, claim, why));
        match buried {
            Ok(()) => {
                count_anew(shared, claim);
                return Ok(());
            }
            Err(WorkError::Lost) => return Ok(()),
            Err(error) => {
                tracing::warn!(job = %claim.id, %error, "the end of a job could not be recorded");
                return put_back(shared, claim, why);
            }
        }
    }
    shared
        .bench
        .store
        .platform_at(&claim.place, shared.now(), |tx| {
            if claims::end(tx, claim, End::Dead(why))? {
                kinds::bury_for_platform(tx, claim, why)?;
            }
            Ok::<_, StoreError>(())
        })
}
