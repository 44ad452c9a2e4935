//! Limits that hold: taking of a resource and giving back, what stands where, and telling those whom it concerns. One
//! statement of the store decides each time; what it cannot decide is refused.

mod calls;
mod check;
mod counted;
mod letter;
mod measured;
mod pressing;
mod reserve;
mod terms;

use chrono::{DateTime, Utc};
use domain::standing::{percent, threshold};
use domain::{Resource, ResourceKind, Standing, TimeZone, Window};
use serde_json::{Value as Json, json};
use store::limits::{self as stored, Taken};
pub use store::limits::{Counter, Limit, Taking, USERS};
use store::{StoreError, TenantTx};

use crate::VerbError;
use crate::error::Reached;
use crate::events::{self, EventKind};
use crate::jobs::{self, JobKind, NewJob};

pub use calls::{CALLS, Calls};
pub use check::{Channel, Check, Checked, Finding, begin, check};
pub(crate) use check::{all as check_all, work as check_work};
pub(crate) use counted::counted_by_others;
pub use counted::{give_back, measure};
pub(crate) use letter::work as tell_work;
pub use pressing::Pressing;
pub(crate) use pressing::worst;
pub(crate) use reserve::sweep;
pub use reserve::{Reservation, Wish, commit, find, release, reserve};
pub use terms::{follow, follow_everywhere};
pub(crate) use terms::{furnish, terms};

/// A resource with where the tenant stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// What is limited.
    pub resource: Resource,
    /// In use in this span; `None` for a gauge that nobody measured yet.
    pub used: Option<i64>,
    /// Set aside and not used yet.
    pub held: i64,
    /// What was agreed on; `None` where nothing is limited.
    pub limit: Option<i64>,
    /// How much of it is in use, in hundredths.
    pub percent: Option<i64>,
    /// How near that is.
    pub standing: Standing,
    /// Until when more is let through than was agreed on.
    pub grace_until: Option<DateTime<Utc>>,
    /// When it begins anew.
    pub resets_at: Option<DateTime<Utc>>,
    /// When a gauge was measured.
    pub measured_at: Option<DateTime<Utc>>,
}

/// When a counter's span began and when the next begins; nothing for what has none.
pub(crate) type Span = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// What has no span: people.
pub(crate) const ALWAYS: Span = (None, None);

/// The span around this moment.
pub(crate) fn span(every: Option<Window>, zone: TimeZone, now: DateTime<Utc>) -> Span {
    let bounds = every.map(|window| window.around(now, zone));
    (
        bounds.map(|bounds| bounds.start),
        bounds.map(|bounds| bounds.end),
    )
}

/// Where the tenant stands in each of these resources, in their order. One that it has no counter for yet is left out.
///
/// # Errors
/// The database's.
pub fn stands<P>(
    tx: &mut TenantTx<'_, P>,
    resources: &[Resource],
    zone: TimeZone,
) -> Result<Vec<Stand>, StoreError> {
    let now = tx.now();
    Ok(stands_of(&stored::all(tx)?, resources, zone, now))
}

/// The same from counters that were read before.
pub(crate) fn stands_of(
    counters: &[Counter],
    resources: &[Resource],
    zone: TimeZone,
    now: DateTime<Utc>,
) -> Vec<Stand> {
    let of = |resource: &Resource| {
        let counter = counters
            .iter()
            .find(|counter| counter.resource == resource.key.as_str())?;
        Some(stand(resource, counter.clone(), zone, now))
    };
    resources.iter().filter_map(of).collect()
}

fn stand(resource: &Resource, counter: Counter, zone: TimeZone, now: DateTime<Utc>) -> Stand {
    let (start, resets_at) = span(counter.every, zone, now);
    let counter = counter.at(start);
    let gauge = counter.kind == ResourceKind::Gauge;
    let measured_at = counter.began_at.filter(|_| gauge);
    let limit = (counter.hard != i64::MAX).then_some(counter.hard);
    let known = !gauge || measured_at.is_some();
    Stand {
        resource: resource.clone(),
        used: known.then_some(counter.used),
        held: counter.held,
        limit,
        percent: limit
            .filter(|_| known)
            .map(|limit| percent(counter.used, limit)),
        standing: standing(&counter, now),
        grace_until: counter.grace_until,
        resets_at,
        measured_at,
    }
}

/// How near a counter is to its limit at this moment, with what is set aside.
fn standing(counter: &Counter, now: DateTime<Utc>) -> Standing {
    let taken = counter.used.saturating_add(counter.held);
    if taken >= counter.hard && counter.hard > 0 {
        let room = taken < counter.ceiling(now);
        return if room {
            Standing::Grace
        } else {
            Standing::Exceeded
        };
    }
    match threshold(taken, counter.hard) {
        0 => Standing::Healthy,
        _ => Standing::Warning,
    }
}

/// Takes `count` of a resource, all or none, and tells those whom it concerns when a threshold is passed.
///
/// # Errors
/// [`VerbError::LimitReached`]; [`StoreError::NotFound`] for what is counted nowhere; the database's.
pub(crate) fn take<P>(
    tx: &mut TenantTx<'_, P>,
    resource: &str,
    count: i64,
    (start, resets_at): Span,
    taking: Taking,
) -> Result<Counter, VerbError> {
    match stored::take(tx, resource, count, start, taking)? {
        Taken::Given(counter) => {
            note(tx, &counter)?;
            Ok(counter)
        }
        Taken::Full(counter) => Err(VerbError::LimitReached(Box::new(Reached {
            resource: counter.resource.clone(),
            used: counter.used.saturating_add(counter.held),
            hard: counter.hard,
            requested: count,
            resets_at,
            retry_after: resets_at.and_then(|at| (at - tx.now()).to_std().ok()),
        }))),
        Taken::Unknown => Err(StoreError::NotFound.into()),
    }
}

/// Writes down that a threshold was passed, if it is news: an event, and a letter to those who are told.
pub(crate) fn note<P>(tx: &mut TenantTx<'_, P>, counter: &Counter) -> Result<bool, StoreError> {
    let taken = counter.used.saturating_add(counter.held);
    let reached = threshold(taken, counter.hard);
    if reached <= counter.told || !stored::note_told(tx, &counter.resource, reached)? {
        return Ok(false);
    }
    let data = told(counter, reached);
    let kind = if reached >= 100 {
        EventKind::QuotaExceeded
    } else {
        EventKind::QuotaWarning
    };
    events::emit(tx, kind, None, &data)?;
    if reached >= 100 {
        events::emit(
            tx,
            EventKind::LimitsExceeded,
            Some(tx.tenant().uuid()),
            &data,
        )?;
    }
    jobs::enqueue(tx, &NewJob::now(JobKind::LimitTell, data))?;
    Ok(true)
}

fn told(counter: &Counter, reached: i16) -> Json {
    json!({
        "resource": counter.resource,
        "current": counter.used.saturating_add(counter.held),
        "limit": counter.hard,
        "threshold_percent": reached,
        "grace_until": counter.grace_until,
    })
}
