//! Counters with a limit. One statement decides, so that a limit holds however many ask at once; a counter whose span is
//! over begins anew in the same statement. When a span begins is decided above.

mod terms;
mod told;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz};
use domain::{ResourceKind, Window};

use crate::schema::tenant::limits;
use crate::{StoreError, TenantTx, raw};
pub use terms::{agree, agreed};
use told::calm_down;
pub use told::{end_grace, note_told};

/// What is limited by the number of people.
pub const USERS: &str = "users";

/// How much is in use, and how much there can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// In use.
    pub used: i64,
    /// The most there can be.
    pub hard: i64,
}

/// A counter as its row has it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = limits, check_for_backend(diesel::pg::Pg))]
pub struct Counter {
    /// Which resource.
    pub resource: String,
    /// In use, in the span that began at `began_at`.
    pub used: i64,
    /// What was agreed on; `i64::MAX` where nothing is limited.
    pub hard: i64,
    /// How it is counted.
    pub kind: ResourceKind,
    /// After what span it begins anew.
    pub every: Option<Window>,
    /// When the span began; for a gauge, when it was measured.
    pub began_at: Option<DateTime<Utc>>,
    /// Set aside and not used yet.
    pub held: i64,
    /// What is let through beyond `hard`, for a while.
    pub grace: i64,
    /// For how long.
    pub grace_days: i32,
    /// Until when; `None` as long as `hard` was not passed.
    pub grace_until: Option<DateTime<Utc>>,
    /// The highest threshold that was told.
    pub told: i16,
}

impl Counter {
    /// As it is in the span that began at `start`: what another one used is over.
    #[must_use]
    pub fn at(mut self, start: Option<DateTime<Utc>>) -> Self {
        if let (Some(start), Some(began)) = (start, self.began_at)
            && self.kind == ResourceKind::Counter
            && began < start
        {
            (self.used, self.told, self.grace_until) = (0, 0, None);
            self.began_at = Some(start);
        }
        self
    }

    /// The most that is let through at this moment.
    #[must_use]
    pub fn ceiling(&self, now: DateTime<Utc>) -> i64 {
        if self.grace_until.is_some_and(|until| until <= now) {
            return self.hard;
        }
        self.hard.saturating_add(self.grace)
    }
}

/// What is done with what is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// It is used.
    Use,
    /// It is set aside.
    Hold,
    /// It is used already, whatever there may be.
    Count,
}

/// What became of a wish for more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It was given; the counter as it is now.
    Given(Counter),
    /// There is no room; the counter as it is.
    Full(Counter),
    /// Nothing is known of such a resource here.
    Unknown,
}

/// The counter's row in the span that began at $4: what another span used is over.
const TAKE: &str = "update limits l set \
    used = case when l.began_at < $4 then 0 else l.used end + case when $6 then 0 else $3 end, \
    held = l.held + case when $6 then $3 else 0 end, \
    told = case when l.began_at < $4 then 0 else l.told end, \
    grace_until = case when case when l.began_at < $4 then 0 else l.used end + l.held + $3 > l.hard \
        then coalesce(case when l.began_at < $4 then null else l.grace_until end, $5 + make_interval(days => l.grace_days)) end, \
    began_at = greatest(l.began_at, $4) \
    where l.tenant_id = $1 and l.resource = $2 \
        and ($7 or case when l.began_at < $4 then 0 else l.used end + l.held + $3 <= l.hard \
            + case when l.grace_until <= $5 and not coalesce(l.began_at < $4, false) then 0 else l.grace end) \
    returning l.resource, l.used, l.hard, l.kind, l.every, l.began_at, l.held, l.grace, l.grace_days, l.grace_until, l.told";

/// Takes `count` more, all or none; all of it where it is used already. `start` is when the span began that it is of; for what has none, `None`.
///
/// # Errors
/// The database's.
pub fn take<P>(
    tx: &mut TenantTx<'_, P>,
    resource: &str,
    count: i64,
    start: Option<DateTime<Utc>>,
    taking: Taking,
) -> Result<Taken, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let take = raw::query(TAKE)
        .bind::<diesel::sql_types::Uuid, _>(tenant)
        .bind::<Text, _>(resource)
        .bind::<BigInt, _>(count)
        .bind::<Nullable<Timestamptz>, _>(start)
        .bind::<Timestamptz, _>(now)
        .bind::<Bool, _>(taking == Taking::Hold)
        .bind::<Bool, _>(taking == Taking::Count);
    let taken: Option<Counter> = raw::Always(take).get_result(tx.connection()).optional()?;
    if let Some(counter) = taken {
        return Ok(Taken::Given(counter));
    }
    let there = counter(tx, resource)?;
    Ok(there.map_or(Taken::Unknown, |there| Taken::Full(there.at(start))))
}

/// Of what was set aside, uses `used` and gives the rest back.
///
/// # Errors
/// The database's.
pub fn settle<P>(
    tx: &mut TenantTx<'_, P>,
    resource: &str,
    (held, used): (i64, i64),
    start: Option<DateTime<Utc>>,
) -> Result<Option<Counter>, StoreError> {
    let settle = raw::query(
        "update limits l set \
         used = case when l.began_at < $4 then 0 else l.used end + $5, held = greatest(l.held - $3, 0), \
         told = case when l.began_at < $4 then 0 else l.told end, \
         grace_until = case when case when l.began_at < $4 then 0 else l.used end + $5 + greatest(l.held - $3, 0) > l.hard then l.grace_until end, \
         began_at = greatest(l.began_at, $4) \
         where l.tenant_id = $1 and l.resource = $2 \
         returning l.resource, l.used, l.hard, l.kind, l.every, l.began_at, l.held, l.grace, l.grace_days, l.grace_until, l.told",
    )
    .bind::<diesel::sql_types::Uuid, _>(tx.tenant().uuid())
    .bind::<Text, _>(resource)
    .bind::<BigInt, _>(held)
    .bind::<Nullable<Timestamptz>, _>(start)
    .bind::<BigInt, _>(used);
    Ok(raw::Always(settle).get_result(tx.connection()).optional()?)
}

/// Gives `count` back of what is in use; more than there is cannot be given back, as the column's own check says. Below the
/// first threshold the tenant will be told anew.
///
/// # Errors
/// The database's.
pub fn release<P>(tx: &mut TenantTx<'_, P>, resource: &str, count: i64) -> Result<(), StoreError> {
    if count == 0 {
        return Ok(());
    }
    let left: Option<Counter> = diesel::update(limits::table)
        .filter(limits::tenant_id.eq(tx.tenant().uuid()))
        .filter(limits::resource.eq(resource))
        .set(limits::used.eq(limits::used - count))
        .returning(Counter::as_returning())
        .get_result(tx.connection())
        .optional()?;
    left.map_or(Ok(()), |left| calm_down(tx, &left))
}

/// Puts back what was taken in the span that began at `start` and not used; in another span it is gone with its own.
///
/// # Errors
/// The database's.
pub fn put_back<P>(
    tx: &mut TenantTx<'_, P>,
    resource: &str,
    count: i64,
    start: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let left: Option<Counter> = diesel::update(limits::table)
        .filter(limits::tenant_id.eq(tx.tenant().uuid()))
        .filter(limits::resource.eq(resource))
        .filter(limits::began_at.is_not_distinct_from(start))
        .filter(limits::used.ge(count))
        .set(limits::used.eq(limits::used - count))
        .returning(Counter::as_returning())
        .get_result(tx.connection())
        .optional()?;
    left.map_or(Ok(()), |left| calm_down(tx, &left))
}

/// Writes what was measured of a gauge.
///
/// # Errors
/// The database's.
pub fn measure<P>(
    tx: &mut TenantTx<'_, P>,
    resource: &str,
    value: i64,
) -> Result<Option<Counter>, StoreError> {
    let now = tx.now();
    let written: Option<Counter> = diesel::update(limits::table)
        .filter(limits::tenant_id.eq(tx.tenant().uuid()))
        .filter(limits::resource.eq(resource))
        .filter(limits::kind.eq(ResourceKind::Gauge))
        .set((limits::used.eq(value), limits::began_at.eq(now)))
        .returning(Counter::as_returning())
        .get_result(tx.connection())
        .optional()?;
    if let Some(counter) = &written {
        calm_down(tx, counter)?;
    }
    Ok(written)
}

/// Keeps the counter from others until the transaction ends: of two who begin the same work, one waits.
///
/// # Errors
/// The database's.
pub fn lock<P>(tx: &mut TenantTx<'_, P>, resource: &str) -> Result<(), StoreError> {
    limits::table
        .filter(limits::tenant_id.eq(tx.tenant().uuid()))
        .filter(limits::resource.eq(resource))
        .select(limits::used)
        .for_update()
        .load::<i64>(tx.connection())?;
    Ok(())
}

/// The counter of a resource.
///
/// # Errors
/// The database's.
pub fn counter<P>(tx: &mut TenantTx<'_, P>, resource: &str) -> Result<Option<Counter>, StoreError> {
    Ok(limits::table
        .find((tx.tenant().uuid(), resource))
        .select(Counter::as_select())
        .first(tx.connection())
        .optional()?)
}

/// Every counter, by its key.
///
/// # Errors
/// The database's.
pub fn all<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<Counter>, StoreError> {
    Ok(limits::table
        .filter(limits::tenant_id.eq(tx.tenant().uuid()))
        .order(limits::resource)
        .select(Counter::as_select())
        .load(tx.connection())?)
}

/// How much of a resource is in use, and of how much; `None` where nothing is limited.
///
/// # Errors
/// The database's.
pub fn read<P>(tx: &mut TenantTx<'_, P>, resource: &str) -> Result<Option<Limit>, StoreError> {
    let there = counter(tx, resource)?;
    Ok(there.map(|Counter { used, hard, .. }| Limit { used, hard }))
}
