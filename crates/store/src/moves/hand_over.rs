//! The hand-over: who is at work in the tenant ends it, who comes waits, the last changes follow, and the tenant
//! lives in the new place. One transaction: it happens whole, or not at all.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use domain::{MoveState, TenantId};
use uuid::Uuid;

use super::line::Move;
use super::mover::{Mover, seen, still_wanted};
use super::no_move::NoMove;
use super::pass::follow;
use super::passage::{Passage, Until};
use super::tables::{self, Table, Way};
use crate::boot::SHARED;
use crate::catalogue::place::tell_directories;
use crate::schema::catalogue::{copies, moves};
use crate::schema::tenant::limits;
use crate::schema::{catalogue, node};
use crate::{StoreError, raw};

/// No hand-over keeps requests waiting for longer; one that would is taken back and tried again.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(4);

impl Mover {
    /// Hands the tenant over, and answers for how long its requests waited.
    ///
    /// # Errors
    /// [`NoMove::Waited`] and [`NoMove::TooLong`], after which it may be tried again; see [`NoMove`].
    pub fn hand_over(&mut self, now: DateTime<Utc>) -> Result<Duration, NoMove> {
        // Once more just before, so that little is left to do while others wait.
        self.catch_up(false)?;
        let begun = Instant::now();
        let until = Some(begun + LONGEST_PAUSE);
        let handed = if self.ends.are_far() {
            self.cross(until, now)
        } else {
            self.turn_over(until, now)
        };
        handed.map_err(|error| match error {
            NoMove::Database(StoreError::Timeout) => NoMove::TooLong,
            other => other,
        })?;
        let pause = begun.elapsed();
        let microseconds = i64::try_from(pause.as_micros()).unwrap_or(i64::MAX);
        diesel::update(moves::table.find(self.line.id.uuid()))
            .set(moves::pause_microseconds.eq(microseconds))
            .execute(&mut self.ends.home)?;
        Ok(pause)
    }

    /// Hands the tenant over within a database, in one transaction.
    fn turn_over(&mut self, until: Until, now: DateTime<Utc>) -> Result<(), NoMove> {
        let (way, tables) = (self.way()?, self.tables.as_slice());
        let line = &self.line;
        self.ends.home.transaction(|connection| {
            connection.batch_execute("set local lock_timeout = '1500ms'")?;
            shut(
                connection,
                line.tenant,
                "select pg_advisory_xact_lock(hashtextextended($1::text, 0))",
            )?;
            // Whoever stops a move waits for this, and then finds it done.
            moves::table
                .find(line.id.uuid())
                .select(moves::id)
                .for_update()
                .first::<Uuid>(connection)?;
            still_wanted(connection, line)?;
            tables::work_as(connection, line.tenant)?;
            let since = seen(connection, line)?.ok_or(NoMove::Elsewhere)?;
            let mut passage = Passage::Near(connection);
            last_changes(&mut passage, tables, &way, since, until)?;
            passage.hurry(until)?;
            switch(connection, line, &way, now)
        })
    }
}

/// Waits until nobody is at work in the tenant; from now on nobody comes in, for as long as the lock is held.
pub(super) fn shut(
    connection: &mut PgConnection,
    tenant: TenantId,
    lock: &'static str,
) -> Result<(), NoMove> {
    let got = raw::query(lock)
        .bind::<SqlUuid, _>(tenant.uuid())
        .execute(connection);
    match got.map_err(StoreError::from) {
        Ok(_) => Ok(()),
        Err(StoreError::Transient(_)) => Err(NoMove::Waited),
        Err(error) => Err(error.into()),
    }
}

/// What is still new, and a look at whether all of that arrived.
pub(super) fn last_changes(
    passage: &mut Passage<'_>,
    tables: &[Table],
    way: &Way,
    since: i64,
    until: Until,
) -> Result<(), NoMove> {
    let rows = follow(passage, tables, way, since, until)?;
    // All of it was found alike before, and has as many rows: what is left is what was written since.
    let written = tables.iter().zip(rows).filter(|(_, rows)| *rows > 0);
    for (table, _) in written {
        passage.hurry(until)?;
        if passage.unlike(table, way, since)? > 0 {
            return Err(NoMove::Unlike(table.table_name.clone()));
        }
    }
    Ok(())
}

/// The tenant lives in the new place, and the old one is a copy that is kept.
fn switch(
    connection: &mut PgConnection,
    line: &Move,
    way: &Way,
    now: DateTime<Utc>,
) -> Result<(), NoMove> {
    let seen = tables::horizon(connection)?;
    diesel::update(catalogue::placements::table.find(way.tenant))
        .set((
            catalogue::placements::kind.eq(line.to.as_str()),
            catalogue::placements::epoch.eq(catalogue::placements::epoch + 1),
        ))
        .execute(connection)?;
    diesel::update(node::placements::table.find(way.tenant))
        .set((
            node::placements::schema_name.eq(&way.to),
            node::placements::epoch.eq(node::placements::epoch + 1),
        ))
        .execute(connection)?;
    note_done(connection, line, seen, now)
}

/// The old place is a copy that is kept from here on, and the move is done.
pub(super) fn note_done(
    connection: &mut PgConnection,
    line: &Move,
    seen: i64,
    now: DateTime<Utc>,
) -> Result<(), NoMove> {
    let tenant = line.tenant.uuid();
    let lives = copies::table.filter(copies::tenant_id.eq(tenant));
    diesel::delete(lives.filter(copies::schema_name.nullable().eq(&line.to_schema)))
        .execute(connection)?;
    diesel::insert_into(copies::table)
        .values((
            copies::tenant_id.eq(tenant),
            copies::schema_name.eq(&line.from_schema),
            copies::kind.eq(line.from.as_str()),
            copies::seen.eq(seen),
            copies::keep_until.eq(now + TimeDelta::days(i64::from(line.keep_days))),
        ))
        .execute(connection)?;
    diesel::update(moves::table.find(line.id.uuid()))
        .set((moves::state.eq(MoveState::Done), moves::finished_at.eq(now)))
        .execute(connection)?;
    if line.from_schema == SHARED {
        // The platform counts by these rows; whoever moves back brings its own.
        connection.batch_execute(&format!("set local search_path = {SHARED}"))?;
        diesel::delete(limits::table.filter(limits::tenant_id.eq(tenant))).execute(connection)?;
    }
    Ok(tell_directories(connection)?)
}
