//! What was noted since the last flush, summed up: its size is that of what differs, however much happens.

use std::collections::hash_map::Entry;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use domain::{Meter, TenantId, TimeZone};
use store::usage::{Amounts, Loss, NewShare};

use super::Who;

/// How much may wait while the database is away: some 30 MB. What finds no room is counted as lost.
const MOST: usize = 200_000;
/// Days begin with a full quarter of an hour, in every zone there is.
const SLOT: TimeDelta = TimeDelta::minutes(15);

type Key = (TenantId, DateTime<Utc>, Meter, i16);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    batch: Batch,
    /// What found no room since the last flush was taken.
    pub(super) lost: Option<Loss>,
}

/// What is written down at once.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    sums: HashMap<Key, i64>,
    levels: HashMap<Key, i64>,
    shares: HashMap<(TenantId, DateTime<Utc>, Meter, Who), i64>,
}

/// The same as rows, by hours and by the days of each tenant's own zone.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) hours: Amounts<DateTime<Utc>>,
    pub(super) days: Amounts<NaiveDate>,
    pub(super) level_hours: Amounts<DateTime<Utc>>,
    pub(super) level_days: Amounts<NaiveDate>,
    pub(super) shares: Vec<NewShare>,
}

impl Buffer {
    pub(super) fn add(
        &mut self,
        tenant: TenantId,
        at: DateTime<Utc>,
        meter: &Meter,
        part: i16,
        amount: i64,
    ) {
        if amount == 0 {
            return;
        }
        let full = self.batch.len() >= MOST;
        let key = (tenant, slot(at), meter.clone(), part);
        let kept = note(&mut self.batch.sums, full, key, amount, |sum| {
            sum.saturating_add(amount)
        });
        self.count_lost(kept, at);
    }

    pub(super) fn level(&mut self, tenant: TenantId, at: DateTime<Utc>, meter: &Meter, most: i64) {
        let full = self.batch.len() >= MOST;
        let key = (tenant, slot(at), meter.clone(), 0);
        let kept = note(&mut self.batch.levels, full, key, most, |level| {
            level.max(most)
        });
        self.count_lost(kept, at);
    }

    pub(super) fn share(
        &mut self,
        tenant: TenantId,
        at: DateTime<Utc>,
        meter: &Meter,
        who: &Who,
        amount: i64,
    ) {
        let full = self.batch.len() >= MOST;
        let key = (tenant, slot(at), meter.clone(), who.clone());
        let kept = note(&mut self.batch.shares, full, key, amount, |sum| {
            sum.saturating_add(amount)
        });
        self.count_lost(kept, at);
    }

    /// Empties it.
    pub(super) fn take(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.batch.len() == 0 && self.lost.is_none()
    }

    fn count_lost(&mut self, kept: bool, at: DateTime<Utc>) {
        if kept {
            return;
        }
        let loss = self.lost.get_or_insert(Loss {
            since: at,
            until: at,
            amount: 0,
        });
        // A clock that was put back turns no span round.
        loss.since = loss.since.min(at);
        loss.until = loss.until.max(at);
        loss.amount = loss.amount.saturating_add(1);
    }
}

impl Batch {
    fn len(&self) -> usize {
        self.sums.len() + self.levels.len() + self.shares.len()
    }

    /// Whose it is.
    pub(super) fn tenants(&self) -> Vec<TenantId> {
        let sums = self.sums.keys().chain(self.levels.keys()).map(|key| key.0);
        let shares = self.shares.keys().map(|key| key.0);
        let mut tenants: Vec<TenantId> = sums.chain(shares).collect();
        tenants.sort_unstable_by_key(|tenant| tenant.uuid());
        tenants.dedup();
        tenants
    }

    /// The days of UTC on which something of it may lie, whatever the zone.
    pub(super) fn days(&self) -> BTreeSet<NaiveDate> {
        let sums = self.sums.keys().chain(self.levels.keys()).map(|key| key.1);
        let shares = self.shares.keys().map(|key| key.1);
        let days: BTreeSet<NaiveDate> = sums.chain(shares).map(|at| at.date_naive()).collect();
        let around = |day: NaiveDate| [day.pred_opt(), Some(day), day.succ_opt()];
        days.into_iter().flat_map(around).flatten().collect()
    }

    /// As rows. Whoever is in no zone is not there any more: nothing is written down of them.
    pub(super) fn rows(&self, zones: &HashMap<TenantId, TimeZone>) -> Rows {
        let sum = |one: i64, other: i64| one.saturating_add(other);
        Rows {
            hours: hours(&self.sums, zones, sum),
            days: days(&self.sums, zones, sum),
            level_hours: hours(&self.levels, zones, i64::max),
            level_days: days(&self.levels, zones, i64::max),
            shares: self.shares(zones),
        }
    }

    fn shares(&self, zones: &HashMap<TenantId, TimeZone>) -> Vec<NewShare> {
        let mut found = HashMap::new();
        for ((tenant, at, meter, who), amount) in &self.shares {
            let Some(zone) = zones.get(tenant) else {
                continue;
            };
            let sum = found
                .entry((*tenant, day(*at, *zone), meter, who))
                .or_insert(0_i64);
            *sum = sum.saturating_add(*amount);
        }
        let rows = found
            .into_iter()
            .map(|((tenant, day, meter, who), amount)| {
                let meter = meter.as_str().to_owned();
                (tenant, day, meter, who.kind, who.id.clone(), amount)
            });
        rows.collect()
    }
}

/// Notes it, unless there is no room for what was not noted yet.
fn note<K: Eq + std::hash::Hash>(
    noted: &mut HashMap<K, i64>,
    full: bool,
    key: K,
    first: i64,
    next: impl Fn(i64) -> i64,
) -> bool {
    match noted.entry(key) {
        Entry::Occupied(mut there) => {
            let value = next(*there.get());
            there.insert(value);
        }
        Entry::Vacant(_) if full => return false,
        Entry::Vacant(free) => {
            free.insert(first);
        }
    }
    true
}

fn slot(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(SLOT).unwrap_or(at)
}

fn day(at: DateTime<Utc>, zone: TimeZone) -> NaiveDate {
    at.with_timezone(&zone.tz()).date_naive()
}

fn hours(
    noted: &HashMap<Key, i64>,
    zones: &HashMap<TenantId, TimeZone>,
    merge: impl Fn(i64, i64) -> i64,
) -> Amounts<DateTime<Utc>> {
    gathered(noted, zones, merge, |at, _| {
        at.duration_trunc(TimeDelta::hours(1)).unwrap_or(at)
    })
}

fn days(
    noted: &HashMap<Key, i64>,
    zones: &HashMap<TenantId, TimeZone>,
    merge: impl Fn(i64, i64) -> i64,
) -> Amounts<NaiveDate> {
    gathered(noted, zones, merge, day)
}

fn gathered<T: Ord + Copy + std::hash::Hash>(
    noted: &HashMap<Key, i64>,
    zones: &HashMap<TenantId, TimeZone>,
    merge: impl Fn(i64, i64) -> i64,
    place: impl Fn(DateTime<Utc>, TimeZone) -> T,
) -> Amounts<T> {
    let mut found = HashMap::new();
    for ((tenant, at, meter, part), amount) in noted {
        let Some(zone) = zones.get(tenant) else {
            continue;
        };
        let key = (*tenant, meter, place(*at, *zone), *part);
        note(&mut found, false, key, *amount, |there| {
            merge(there, *amount)
        });
    }
    let rows = found
        .into_iter()
        .map(|((tenant, meter, at, part), amount)| {
            (tenant, meter.as_str().to_owned(), at, part, amount)
        });
    rows.collect()
}
