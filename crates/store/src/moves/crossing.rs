//! The hand-over between two databases. No transaction reaches both: the copy is whole and written down far away first,
//! the old place is shut, and then one transaction of the catalogue's says where the tenant lives. Whatever ends in
//! between, the portal lets nobody in but where the catalogue says, and `settle_ends` puts the rest right.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use uuid::Uuid;

use super::ends::Ends;
use super::hand_over::{last_changes, note_done, shut};
use super::line::Move;
use super::mover::{Mover, seen, still_wanted};
use super::no_move::NoMove;
use super::passage::Until;
use super::tables::{self, Table, Way};
use crate::boot::SHARED;
use crate::catalogue::find::counters;
use crate::catalogue::place::{admit, is_closed};
use crate::nodes::node_of;
use crate::places::Place;
use crate::raw;
use crate::schema::catalogue::{moves, placements, tenants};
use crate::schema::node;

impl Mover {
    /// Hands the tenant over to another database.
    pub(super) fn cross(&mut self, until: Until, now: DateTime<Utc>) -> Result<(), NoMove> {
        let tenant = self.line.tenant.uuid();
        let crossed = self.crossed(until, now);
        let settled = match &crossed {
            Ok(()) => {
                self.leave_queue();
                Ok(())
            }
            // It may have ended behind the shutting of the old place.
            Err(_) => self.settle_ends(now),
        };
        for connection in self.ends.each() {
            // What cannot be opened again is gone, and its locks with it.
            let _ = raw::query("select pg_advisory_unlock(hashtextextended($1::text, 0))")
                .bind::<SqlUuid, _>(tenant)
                .execute(connection);
        }
        crossed.and(settled)
    }

    fn crossed(&mut self, until: Until, now: DateTime<Utc>) -> Result<(), NoMove> {
        let way = self.way()?;
        let (line, tables, stays) = (&self.line, self.tables.as_slice(), self.stays);
        self.ends.together("BEGIN", |ends| {
            for connection in ends.each() {
                connection.batch_execute("set local lock_timeout = '1500ms'")?;
            }
            let epoch = keep_still(&mut ends.home, line)?;
            still_wanted(&mut ends.home, line)?;
            // Until the catalogue has said it, or nothing of it came about: longer than a transaction.
            shut(ends.from(), line.tenant, KEPT)?;
            shut(ends.to(), line.tenant, KEPT)?;
            tables::work_as(ends.from(), line.tenant)?;
            tables::work_as(ends.to(), line.tenant)?;
            let since = seen(&mut ends.home, line)?.ok_or(NoMove::Elsewhere)?;
            last_changes(&mut ends.passage(), tables, &way, since, until)?;
            carry_jobs(ends, &way, until, stays)?;
            ends.passage().hurry(until)?;
            switch(ends, line, &way, epoch, now)
        })
    }

    /// Lets the tenant in where the catalogue says that it lives, and nowhere else, of the ends that are databases of its
    /// own. What another transaction is about to say of it is waited for.
    pub(super) fn settle_ends(&mut self, now: DateTime<Utc>) -> Result<(), NoMove> {
        let Ends { home, from, to } = &mut self.ends;
        let line = &self.line;
        let there = [
            (Some(&line.from_schema), from),
            (line.to_schema.as_ref(), to),
        ];
        home.transaction(|home| {
            let (lives, epoch): (Option<String>, i32) = placements::table
                .find(line.tenant.uuid())
                .select((placements::database_name, placements::epoch))
                .for_update()
                .first(home)?;
            let closed = is_closed(home, line.tenant)?;
            for (space, end) in there {
                let (Some(space), Some(end)) = (space, end) else {
                    continue;
                };
                if lives.as_ref() == Some(space) {
                    admit(end, line.tenant, SHARED, (epoch, closed), now)?;
                } else {
                    diesel::delete(node::placements::table.find(line.tenant.uuid()))
                        .execute(end)?;
                }
            }
            Ok(())
        })
    }

    /// Nobody asks the queue of a place that a tenant left. What is not cleared now goes with its database.
    fn leave_queue(&mut self) {
        let (line, Some(from)) = (&self.line, &mut self.ends.from) else {
            return;
        };
        let cleared = from.transaction(|from| {
            tables::work_as(from, line.tenant)?;
            jobs().empty(from, line.tenant.uuid(), NODE)
        });
        if let Err(error) = cleared {
            tracing::warn!(%error, "the queue of an old place was not cleared");
        }
    }
}

/// Takes the tenant's lock for longer than a transaction.
const KEPT: &str = "select pg_advisory_lock(hashtextextended($1::text, 0))";
/// Where the queue is.
const NODE: &str = "node";

fn jobs() -> Table {
    Table {
        table_name: "jobs".to_owned(),
        key_columns: Some(vec!["id".to_owned()]),
        all_columns: Vec::new(),
    }
}

/// Nobody stops the move, turns the tenant's state or settles its place until this ends. Answers the epoch to come.
fn keep_still(home: &mut PgConnection, line: &Move) -> QueryResult<i32> {
    moves::table
        .find(line.id.uuid())
        .select(moves::id)
        .for_update()
        .first::<Uuid>(home)?;
    tenants::table
        .find(line.tenant.uuid())
        .select(tenants::id)
        .for_share()
        .first::<Uuid>(home)?;
    let epoch: i32 = placements::table
        .find(line.tenant.uuid())
        .select(placements::epoch)
        .for_update()
        .first(home)?;
    Ok(epoch + 1)
}

/// The tenant's jobs go where its rows go. One that runs at this moment keeps its lease and its token there: nobody takes
/// it before the lease is over, and whoever has it now is told that it is lost, or ends it there.
fn carry_jobs(ends: &mut Ends, way: &Way, until: Until, stays: &[&str]) -> Result<(), NoMove> {
    use node::jobs::dsl as j;
    ends.passage().hurry(until)?;
    j::jobs
        .filter(j::tenant_id.eq(way.tenant))
        .select(j::id)
        .for_update()
        .load::<Uuid>(ends.from())?;
    let queue = Way {
        tenant: way.tenant,
        from: NODE.to_owned(),
        to: NODE.to_owned(),
    };
    if let Some(to) = &mut ends.to {
        jobs().empty(to, way.tenant, NODE)?;
    }
    ends.passage().copy(&jobs(), &queue, None)?;
    if let Some(to) = &mut ends.to {
        let platforms = j::jobs
            .filter(j::tenant_id.eq(way.tenant))
            .filter(j::kind.eq_any(stays));
        diesel::delete(platforms).execute(to)?;
    }
    if ends.from.is_none() {
        let carried = j::jobs
            .filter(j::tenant_id.eq(way.tenant))
            .filter(j::kind.ne_all(stays));
        diesel::delete(carried).execute(&mut ends.home)?;
    }
    Ok(())
}

/// The tenant lives in the new place once the transactions are over, and the old one is a copy that is kept.
fn switch(
    ends: &mut Ends,
    line: &Move,
    way: &Way,
    epoch: i32,
    now: DateTime<Utc>,
) -> Result<(), NoMove> {
    let seen = tables::horizon(ends.to())?;
    let closed = is_closed(&mut ends.home, line.tenant)?;
    diesel::delete(node::placements::table.find(way.tenant)).execute(ends.from())?;
    admit(ends.to(), line.tenant, &way.to, (epoch, closed), now)?;
    let to = line.to_schema.as_deref().ok_or(NoMove::Elsewhere)?;
    let place = Place::of_space(to);
    let database = place.name();
    let node = node_of(&mut ends.home, &place, now)?;
    let counted = match database {
        Some(_) => counters(ends.to(), &[line.tenant])?.remove(&line.tenant),
        None => None,
    };
    let (people, seats) = counted.map(|seats| (seats.used, seats.limit)).unzip();
    diesel::update(placements::table.find(way.tenant))
        .set((
            placements::kind.eq(line.to.as_str()),
            placements::epoch.eq(epoch),
            placements::database_name.eq(database),
            placements::node_id.eq(node),
            placements::people.eq(people),
            placements::seats.eq(seats),
        ))
        .execute(&mut ends.home)?;
    note_done(&mut ends.home, line, seen, now)
}
