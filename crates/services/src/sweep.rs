//! Jobs of the clock: clearing what has expired. People who were removed stay, so that the log's names
//! stay true.

use chrono::TimeDelta;
use domain::permission::System;
use store::{Place, TenantTx, answers, rates, schedules, sweep};

use crate::jobs::JobKind;
use crate::worker::work::{Outcome, Work, WorkError};
use crate::{console, limits, sessions, visits};

/// How long a link that expired is kept, to say so to whoever opens it.
const LINKS: TimeDelta = TimeDelta::days(30);
/// How long a sign-up is kept whose link expired.
const SIGN_UPS: TimeDelta = TimeDelta::days(7);
/// How long a device is remembered that nobody signs in from.
const DEVICES: TimeDelta = TimeDelta::days(180);
/// How long jobs are kept that were done, and that were given up.
const DONE: TimeDelta = TimeDelta::days(7);
const DEAD: TimeDelta = TimeDelta::days(90);
/// How long an answer of the API is kept for whoever asks the same again.
pub(crate) const ANSWERS: TimeDelta = TimeDelta::hours(24);

/// Clears a tenant's expired sessions, links, throttles, devices and kept answers, and closes visits that ran out.
pub(crate) fn tenant(work: &Work<'_>) -> Outcome {
    let swept = || -> Result<(), WorkError> {
        let now = work.now();
        let limits = sweep::Limits {
            now,
            links: now - LINKS,
            devices: now - DEVICES,
        };
        let clear = |tx: &mut TenantTx<'_, System>| {
            Ok(sessions::end_expired(tx, now)? + sweep::expired(tx, limits)?)
        };
        while work.step(clear)? > 0 {
            work.renew()?;
        }
        while work.step(|tx| Ok(limits::sweep(tx, now)?))? > 0 {
            work.renew()?;
        }
        work.step(visits::expire)?;
        work.step(console::close_left)?;
        while work.step(|tx| Ok(answers::prune(tx, now - ANSWERS)?))? > 0 {
            work.renew()?;
        }
        Ok(())
    };
    swept().map_or_else(Outcome::from, |()| Outcome::Done)
}

/// Asks each tenant for its sweep.
pub(crate) fn all(work: &Work<'_>) -> Outcome {
    let fan_out =
        |tx: &mut store::PlatformTx<'_>| schedules::fan_out(tx, JobKind::SignInSweep.key());
    work.conclude_for_platform(fan_out)
        .map_or_else(Outcome::from, |_| Outcome::Done)
}

/// Clears what expired at the platform's door.
pub(crate) fn staff(work: &Work<'_>) -> Outcome {
    let now = work.now();
    let limits = sweep::Limits {
        now,
        links: now - LINKS,
        devices: now - DEVICES,
    };
    let sweep = |tx: &mut store::PlatformTx<'_>| {
        tx.forget_sign_ups(now - SIGN_UPS)?;
        store::staff::sweep::expired(tx, limits)
    };
    work.conclude_for_platform(sweep)
        .map_or_else(Outcome::from, |_| Outcome::Done)
}

/// Clears jobs that ended a while ago, and what the platform's API kept.
pub(crate) fn jobs(work: &Work<'_>) -> Outcome {
    let pruned = || -> Result<(), WorkError> {
        let (now, store) = (work.now(), &work.bench.store);
        while store.platform(now, |tx| rates::prune(tx, now - TimeDelta::minutes(5)))? > 0 {
            work.renew()?;
        }
        store.platform(now, |tx| answers::prune_for_platform(tx, now - ANSWERS))?;
        prune_at(work, &Place::Home)?;
        for place in store.own_places(now)? {
            if let Err(WorkError::Verb(error)) = prune_at(work, &place) {
                tracing::warn!(?place, %error, "the queue of a database could not be cleared");
            }
        }
        Ok(())
    };
    pruned().map_or_else(Outcome::from, |()| Outcome::Done)
}

fn prune_at(work: &Work<'_>, place: &Place) -> Result<(), WorkError> {
    let (now, store) = (work.now(), &work.bench.store);
    for (state, kept) in [("done", DONE), ("dead", DEAD)] {
        while store.platform_at(place, now, |tx| schedules::prune(tx, state, now - kept))? > 0 {
            work.renew()?;
        }
    }
    Ok(())
}
