//! The moving of one tenant from one place to another, by the owner of the tables. One connection to each database does
//! all of a move; while they live, nobody else moves this tenant and nobody migrates.
//!
//! Each step is a transaction, or can be done again: whenever this ends, the tenant lives, whole, in the old place or
//! in the new one.

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::{MoveState, TenantId};

use super::ends::{Ends, ONE_MOMENT, end};
use super::far::ALIKE;
use super::hold::hold;
use super::line::{Compared, Move};
use super::no_move::NoMove;
use super::pass::{follow, whole};
use super::passage::Passage;
use super::tables::{self, Table, Way};
use crate::boot::SHARED;
use crate::places::Place;
use crate::pool::Store;
use crate::rollouts::fence;
use crate::schema::catalogue::{copies, moves, placements};
use crate::schema::node;

/// Catching up goes on until a pass finds no more rows than this.
const FEW_ROWS: i64 = 500;
/// ...or this often.
const PASSES: usize = 6;
/// A copy that is older by so many transactions is made anew: their numbers are counted in a circle of 2^32.
const OLDEST: i64 = 1 << 30;

/// How far the copying is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Tables that are copied.
    pub tables: usize,
    /// All tables.
    pub of: usize,
    /// Rows so far.
    pub rows: i64,
}

/// Does the steps of one move, in their order.
pub struct Mover {
    pub(super) store: Store,
    pub(super) ends: Ends,
    pub(super) line: Move,
    pub(super) tables: Vec<Table>,
    pub(super) stays: &'static [&'static str],
}

impl std::fmt::Debug for Mover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mover")
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Takes a move in hand: nobody else moves this tenant, and nobody migrates, until the mover is dropped. Jobs of the
    /// kinds in `stays` are the platform's, whose queue they stay in.
    ///
    /// # Errors
    /// [`NoMove::Held`], [`NoMove::NoKey`], or no connection as the owner.
    pub fn mover(
        &self,
        line: Move,
        stays: &'static [&'static str],
        now: DateTime<Utc>,
    ) -> Result<Mover, NoMove> {
        let mut home = self.as_owner()?;
        home.batch_execute(ALIKE)?;
        hold(&mut home, line.tenant.uuid())?;
        fence::hold(&mut home, &line.from_schema)?;
        let mut ends = Ends {
            home,
            from: end(self, &line.from_schema)?,
            to: None,
        };
        let tables = tables::all(ends.from(), schema_in(&line.from_schema))?;
        if let Some(table) = tables.iter().find(|table| table.key_columns.is_none()) {
            return Err(NoMove::NoKey(table.table_name.clone()));
        }
        let mut mover = Mover {
            store: self.clone(),
            ends,
            line,
            tables,
            stays,
        };
        // Whoever had it in hand before may have ended in the middle.
        mover.settle_ends(now)?;
        Ok(mover)
    }
}

impl Mover {
    /// Copies everything, as it was at one moment, and compares all of it. A copy that was kept is whole already.
    /// `told` hears after each table how far it is and says whether to go on.
    ///
    /// # Errors
    /// See [`NoMove`].
    pub fn copy(&mut self, mut told: impl FnMut(Copied) -> bool) -> Result<(), NoMove> {
        let (way, tables) = (self.way()?, self.tables.as_slice());
        let line = &self.line;
        self.ends.together(ONE_MOMENT, |ends| {
            still_wanted(&mut ends.home, line)?;
            let horizon = tables::horizon(ends.from())?;
            if seen(&mut ends.home, line)?.is_some_and(|seen| horizon - seen < OLDEST) {
                return Ok(());
            }
            tables::work_as(ends.from(), line.tenant)?;
            tables::work_as(ends.to(), line.tenant)?;
            let mut passage = ends.passage();
            whole(&mut passage, tables, &way, None, |done, rows| {
                let copied = Copied {
                    tables: done,
                    of: tables.len(),
                    rows,
                };
                if told(copied) {
                    Ok(())
                } else {
                    Err(NoMove::Stopped)
                }
            })?;
            compared(&mut passage, tables, &way)?;
            note_seen(&mut ends.home, line, horizon)
        })
    }

    /// Lets the copy follow what was written meanwhile, and compares all of it again.
    ///
    /// # Errors
    /// See [`NoMove`].
    pub fn compare(&mut self) -> Result<Vec<Compared>, NoMove> {
        for _ in 1..PASSES {
            if self.catch_up(false)?.0 <= FEW_ROWS {
                break;
            }
        }
        Ok(self.catch_up(true)?.1)
    }

    /// One pass, from one moment of the database; with a comparison of everything as it was then.
    pub(super) fn catch_up(&mut self, whole: bool) -> Result<(i64, Vec<Compared>), NoMove> {
        let (way, tables) = (self.way()?, self.tables.as_slice());
        let line = &self.line;
        self.ends.together(ONE_MOMENT, |ends| {
            still_wanted(&mut ends.home, line)?;
            let since = seen(&mut ends.home, line)?.ok_or(NoMove::Elsewhere)?;
            let horizon = tables::horizon(ends.from())?;
            tables::work_as(ends.from(), line.tenant)?;
            tables::work_as(ends.to(), line.tenant)?;
            let mut passage = ends.passage();
            let rows = follow(&mut passage, tables, &way, since, None)?;
            let alike = match whole {
                true => compared(&mut passage, tables, &way)?,
                false => Vec::new(),
            };
            if whole {
                let alike = serde_json::to_value(&alike).unwrap_or_default();
                diesel::update(moves::table.find(line.id.uuid()))
                    .set(moves::compared.eq(alike))
                    .execute(&mut ends.home)?;
            }
            note_seen(&mut ends.home, line, horizon)?;
            Ok((rows.iter().sum(), alike))
        })
    }

    pub(super) fn way(&self) -> Result<Way, NoMove> {
        let to = self.line.to_schema.as_deref().ok_or(NoMove::Elsewhere)?;
        Ok(Way {
            tenant: self.line.tenant.uuid(),
            from: schema_in(&self.line.from_schema).to_owned(),
            to: schema_in(to).to_owned(),
        })
    }
}

/// The schema that holds the tenant's tables in a place of this name.
pub(super) fn schema_in(space: &str) -> &str {
    match Place::of_space(space) {
        Place::Home => space,
        Place::Own(_) => SHARED,
    }
}

/// The name of the place that a tenant lives in: a schema's of this database, or another database's.
pub(super) fn lives(connection: &mut PgConnection, tenant: TenantId) -> QueryResult<String> {
    let database: Option<String> = placements::table
        .find(tenant.uuid())
        .select(placements::database_name)
        .first(connection)?;
    match database {
        Some(name) => Ok(name),
        None => node::placements::table
            .find(tenant.uuid())
            .select(node::placements::schema_name)
            .first(connection),
    }
}

/// The move is under way, and the tenant lives where it is to leave.
pub(super) fn still_wanted(connection: &mut PgConnection, line: &Move) -> Result<(), NoMove> {
    let state: MoveState = moves::table
        .find(line.id.uuid())
        .select(moves::state)
        .first(connection)?;
    if state != MoveState::Running {
        return Err(NoMove::Stopped);
    }
    if lives(connection, line.tenant)? != line.from_schema {
        return Err(NoMove::Elsewhere);
    }
    Ok(())
}

/// What the copy has seen, by the numbers of the database in which the tenant lives.
pub(super) fn seen(connection: &mut PgConnection, line: &Move) -> QueryResult<Option<i64>> {
    copies::table
        .filter(copies::tenant_id.eq(line.tenant.uuid()))
        .filter(copies::schema_name.nullable().eq(&line.to_schema))
        .select(copies::seen)
        .first(connection)
}

fn note_seen(connection: &mut PgConnection, line: &Move, horizon: i64) -> Result<(), NoMove> {
    let copy = copies::table.filter(copies::tenant_id.eq(line.tenant.uuid()));
    diesel::update(copy.filter(copies::schema_name.nullable().eq(&line.to_schema)))
        .set(copies::seen.eq(horizon))
        .execute(connection)?;
    Ok(())
}

fn compared(
    passage: &mut Passage<'_>,
    tables: &[Table],
    way: &Way,
) -> Result<Vec<Compared>, NoMove> {
    let mut alike = Vec::with_capacity(tables.len());
    for table in tables {
        let (here, there) = passage.fingerprints(table, way)?;
        if here != there {
            return Err(NoMove::Unlike(table.table_name.clone()));
        }
        alike.push(here);
    }
    Ok(alike)
}
