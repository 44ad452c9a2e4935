//! The queues of tenants' own databases as they were counted last: which of them are worth asking, and what they add to the
//! figures. What stands in one is read there, by the functions beside this.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::TenantId;
use uuid::Uuid;

use super::{Filter, Row, State};
use crate::StoreError;
use crate::jobs::QueueFigure;
use crate::places::Place;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{databases, own_queues, placements, tenants};

/// A queue beside the catalogue's, and whose it is.
#[derive(Debug, Clone)]
pub struct OwnQueue {
    /// Where it is.
    pub place: Place,
    /// The tenant that lives there.
    pub tenant: (TenantId, String),
    /// Whether it held something of what was asked for when it was counted last.
    pub holds: bool,
    /// Whether it did not answer then.
    pub silent: bool,
}

impl OwnQueue {
    /// A row of it, with the name that its database does not know.
    #[must_use]
    pub fn named(&self, mut row: Row) -> Row {
        row.tenant = row.tenant.map(|_| self.tenant.clone());
        row
    }
}

impl State {
    /// As it is counted. What is due may be in somebody's hands by now, and the other way round.
    fn counted(self) -> &'static [&'static str] {
        match self {
            Self::Dead => &["dead"],
            Self::Running => &["running", "due"],
            Self::Queued => &["due", "scheduled", "running"],
        }
    }
}

/// The queues of databases of their own whose tenants match, by the tenants' names; `holds` says which of them have jobs that
/// match too.
///
/// # Errors
/// The database's.
pub fn matching(tx: &mut PlatformTx<'_>, filter: &Filter) -> Result<Vec<OwnQueue>, StoreError> {
    let mut counted = own_queues::table
        .filter(own_queues::state.eq_any(filter.state.counted()))
        .into_boxed::<Pg>();
    if !filter.kinds.is_empty() {
        counted = counted.filter(own_queues::kind.eq_any(&filter.kinds));
    }
    let counted: Vec<String> = counted
        .select(own_queues::database_name)
        .distinct()
        .load(tx.connection())?;
    Ok(marked(all(tx, filter.words.as_deref())?, &counted))
}

/// Every queue of a database of its own; those that held anything when they were counted come first.
///
/// # Errors
/// The database's.
pub fn every(tx: &mut PlatformTx<'_>) -> Result<Vec<OwnQueue>, StoreError> {
    let counted: Vec<String> = own_queues::table
        .select(own_queues::database_name)
        .distinct()
        .load(tx.connection())?;
    let mut every = marked(all(tx, None)?, &counted);
    every.sort_by_key(|queue| !queue.holds);
    Ok(every)
}

fn marked(mut all: Vec<OwnQueue>, counted: &[String]) -> Vec<OwnQueue> {
    for queue in &mut all {
        let name = queue.place.name().unwrap_or_default();
        queue.holds = counted.iter().any(|one| one == name);
    }
    all
}

fn all(tx: &mut PlatformTx<'_>, words: Option<&str>) -> Result<Vec<OwnQueue>, StoreError> {
    let mut query = placements::table
        .inner_join(tenants::table)
        .inner_join(databases::table)
        .select((
            databases::name,
            tenants::id,
            tenants::name,
            databases::silent_since.is_not_null(),
        ))
        .into_boxed::<Pg>();
    if let Some(words) = words {
        let part = format!("%{}%", crate::audit::log::literally(words));
        query = query.filter(tenants::name.ilike(part));
    }
    let rows: Vec<(String, Uuid, String, bool)> = query
        .order((tenants::name, tenants::id))
        .load(tx.connection())?;
    let queue = |(name, id, tenant, silent): (String, Uuid, String, bool)| OwnQueue {
        place: Place::named(Some(name)),
        tenant: (TenantId::from_uuid(id), tenant),
        holds: false,
        silent,
    };
    Ok(rows.into_iter().map(queue).collect())
}

/// What they held when they were counted last, all together.
///
/// # Errors
/// The database's.
pub fn figures(tx: &mut PlatformTx<'_>) -> Result<Vec<QueueFigure>, StoreError> {
    Ok(crate::raw::query(
        "select q.kind, q.state, sum(q.jobs)::bigint as count, min(q.oldest) as oldest
        from catalogue.own_queues q join catalogue.placements p on p.database_name = q.database_name group by 1, 2",
    )
    .load(tx.connection())?)
}

/// How many jobs of them stood where, by the keys of states.
///
/// # Errors
/// The database's.
pub fn counts(tx: &mut PlatformTx<'_>) -> Result<Vec<(String, i64)>, StoreError> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = Text)]
        state: String,
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let counts: Vec<Count> = crate::raw::query(
        "select case when q.state in ('due', 'scheduled') then 'queued' else q.state end as state, sum(q.jobs)::bigint as count
        from catalogue.own_queues q join catalogue.placements p on p.database_name = q.database_name group by 1",
    )
    .load(tx.connection())?;
    Ok(counts.into_iter().map(|of| (of.state, of.count)).collect())
}

/// Writes down what stands in the queue of this database, which answers.
///
/// # Errors
/// The database's.
pub fn keep(
    tx: &mut PlatformTx<'_>,
    database: &str,
    figures: &[QueueFigure],
) -> Result<(), StoreError> {
    type Kept = (String, String, i64, Option<DateTime<Utc>>);
    // Held, so that of two who count at once the second finds what the first wrote.
    let since: Option<DateTime<Utc>> = databases::table
        .find(database)
        .select(databases::silent_since)
        .for_update()
        .first(tx.connection())?;
    if since.is_some() {
        diesel::update(databases::table.find(database))
            .set(databases::silent_since.eq(None::<DateTime<Utc>>))
            .execute(tx.connection())?;
    }
    let mut kept: Vec<Kept> = own_queues::table
        .filter(own_queues::database_name.eq(database))
        .select((
            own_queues::kind,
            own_queues::state,
            own_queues::jobs,
            own_queues::oldest,
        ))
        .load(tx.connection())?;
    let mut found: Vec<Kept> = figures
        .iter()
        .map(|of| (of.kind.clone(), of.state.clone(), of.count, of.oldest))
        .collect();
    kept.sort();
    found.sort();
    // Most stand as they stood: nothing is written each minute for nothing.
    if kept == found {
        return Ok(());
    }
    diesel::delete(own_queues::table.filter(own_queues::database_name.eq(database)))
        .execute(tx.connection())?;
    let row = |of: &QueueFigure| {
        (
            own_queues::database_name.eq(database.to_owned()),
            own_queues::kind.eq(of.kind.clone()),
            own_queues::state.eq(of.state.clone()),
            own_queues::jobs.eq(of.count),
            own_queues::oldest.eq(of.oldest),
        )
    };
    diesel::insert_into(own_queues::table)
        .values(figures.iter().map(row).collect::<Vec<_>>())
        .execute(tx.connection())?;
    Ok(())
}

/// Writes down that a database does not answer, unless that is known.
///
/// # Errors
/// The database's.
pub fn note_silence(tx: &mut PlatformTx<'_>, place: &Place) -> Result<(), StoreError> {
    let now = tx.now();
    diesel::update(databases::table.find(place.name().unwrap_or_default()))
        .filter(databases::silent_since.is_null())
        .set(databases::silent_since.eq(now))
        .execute(tx.connection())?;
    Ok(())
}
