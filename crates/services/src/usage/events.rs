//! What an application says was used: counted in the tenant and written down in the catalogue, each once by its own name,
//! however often it is said.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::{FieldErrors, Meter, ResourceKey, ResourceKind, TenantId, TimeZone, text};
use store::limits::{self as stored, Counter, Taking};
use store::{Store, StoreError, TenantTx, usage_events};

use super::buffer::Buffer;
use crate::VerbError;
use crate::limits::{counted_by_others, span, take};

/// The most that is said at once.
pub const MOST: usize = 1_000;
/// The longest name of one.
const MAX_ID: usize = 100;
/// The most that one can have used.
const MAX_AMOUNT: i64 = domain::resource::MOST;
/// How long ago it can have happened.
const OLDEST: TimeDelta = TimeDelta::days(31);
/// How far the application's clock may be ahead: what happened then happened now.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// How long a name is known: longer than something may be told late.
pub(crate) const REMEMBERED: TimeDelta = TimeDelta::days(35);

/// Something that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The application's own name for it.
    pub id: String,
    /// Of which resource.
    pub resource: ResourceKey,
    /// How much.
    pub amount: i64,
    /// When; `None` for now.
    pub at: Option<DateTime<Utc>>,
}

/// The same as it was typed.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The application's own name for it.
    pub id: &'a str,
    /// Of which resource.
    pub resource: &'a str,
    /// How much.
    pub amount: i64,
    /// When; `None` for now.
    pub at: Option<DateTime<Utc>>,
}

/// What became of what was said.
#[derive(Debug, Clone)]
pub struct Counted {
    /// How many were new.
    pub fresh: usize,
    /// How many were said before.
    pub known: usize,
    /// The counters as they are now, by resource.
    pub counters: Vec<Counter>,
}

/// What was said, or everything that is wrong with it.
///
/// # Errors
/// A sentence for beside each field, `events.<number>.<field>`.
pub fn events<'a>(
    said: impl ExactSizeIterator<Item = Said<'a>>,
) -> Result<Vec<Event>, FieldErrors> {
    let mut errors = FieldErrors::new();
    if !(1..=MOST).contains(&said.len()) {
        return Err(FieldErrors::one(
            "events",
            "Send 1 to 1,000 events at once.",
        ));
    }
    let mut names = HashSet::new();
    let mut events = Vec::with_capacity(said.len());
    for (at, one) in said.enumerate() {
        let field = |name: &str| format!("events.{at}.{name}");
        let id = errors.check(field("id"), text::line(one.id, MAX_ID));
        if !(1..=MAX_AMOUNT).contains(&one.amount) {
            let words = format!("Choose a whole number from 1 to {MAX_AMOUNT}.");
            errors.add(field("amount"), words);
        }
        let resource = errors.check(field("resource"), counted_by_others(one.resource));
        let (Some(id), Some(resource)) = (id, resource) else {
            continue;
        };
        if !names.insert(id.clone()) {
            errors.add(field("id"), "Another event of this request has this id.");
        }
        events.push(Event {
            id,
            resource,
            amount: one.amount,
            at: one.at,
        });
    }
    errors.into_result()?;
    Ok(events)
}

/// Counts what is new in the tenant, also beyond the limit: it was used already. What belongs to a span that is over is not
/// counted in this one.
///
/// # Errors
/// [`VerbError::Invalid`] beside the first event that is too old, too early, or of what is not counted; with it nothing is
/// counted. [`StoreError::NotFound`] for a resource that the tenant has no counter of; the database's.
pub fn count<P>(
    tx: &mut TenantTx<'_, P>,
    events: &[Event],
    zone: TimeZone,
) -> Result<Counted, VerbError> {
    let now = tx.now();
    check_times(events, now)?;
    let mut starts: BTreeMap<&str, Option<DateTime<Utc>>> = BTreeMap::new();
    for (at, event) in events.iter().enumerate() {
        let key = event.resource.as_str();
        if starts.contains_key(key) {
            continue;
        }
        let counter = stored::counter(tx, key)?.ok_or(StoreError::NotFound)?;
        if counter.kind != ResourceKind::Counter {
            let words = "This is no counter: reserve and give back, or say what was measured.";
            return Err(FieldErrors::one(format!("events.{at}.resource"), words).into());
        }
        starts.insert(key, span(counter.every, zone, now).0);
    }
    let fresh = usage_events::note(tx, &names(events))?;
    let mut counters = Vec::with_capacity(starts.len());
    for (key, start) in starts {
        let new = events.iter().filter(|event| {
            let over = start.is_some_and(|start| happened(event, now) < start);
            event.resource.as_str() == key && fresh.contains(&event.id) && !over
        });
        let amount = new.fold(0_i64, |sum, event| sum.saturating_add(event.amount));
        let counter = match amount {
            0 => stored::counter(tx, key)?.map(|counter| counter.at(start)),
            _ => Some(take(tx, key, amount, (start, None), Taking::Count)?),
        };
        counters.extend(counter);
    }
    Ok(Counted {
        fresh: fresh.len(),
        known: events.len().saturating_sub(fresh.len()),
        counters,
    })
}

/// Writes down in hours and days what is not there yet. Said again after a fault, it is made whole.
///
/// # Errors
/// The database's.
pub fn write_down(
    store: &Store,
    (tenant, zone): (TenantId, TimeZone),
    events: &[Event],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (first, last) = days(events, now);
    store.platform::<_, StoreError>(now, |tx| tx.keep_usage(first, last))?;
    store.platform(now, |tx| {
        let fresh = tx.note_usage_events(tenant, &names(events))?;
        let mut buffer = Buffer::default();
        for event in events.iter().filter(|event| fresh.contains(&event.id)) {
            let (meter, at) = (Meter::of(&event.resource), happened(event, now));
            buffer.add(tenant, at, &meter, 0, event.amount);
        }
        let rows = buffer.take().rows(&HashMap::from([(tenant, zone)]));
        tx.add_hours(&rows.hours, false)?;
        tx.add_days(&rows.days, false)
    })
}

fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.id.as_str()).collect()
}

/// When it happened. A clock that is a little ahead does not put anything into the future.
fn happened(event: &Event, now: DateTime<Utc>) -> DateTime<Utc> {
    event.at.map_or(now, |at| at.min(now))
}

/// The days between which something of it may lie, whatever the zone.
fn days(events: &[Event], now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let first = events.iter().map(|event| happened(event, now)).min();
    let first = first.unwrap_or(now).date_naive() - Days::new(1);
    (first, now.date_naive() + Days::new(1))
}

fn check_times(events: &[Event], now: DateTime<Utc>) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::new();
    for (number, event) in events.iter().enumerate() {
        let field = || format!("events.{number}.at");
        match event.at {
            Some(at) if at > now + AHEAD => errors.add(field(), "This is still to come."),
            Some(at) if at < now - OLDEST => {
                errors.add(field(), "This is too long ago: 31 days at most.");
            }
            _ => {}
        }
    }
    errors.into_result()
}
