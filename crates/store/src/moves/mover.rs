//! The moving of one tenant between two schemas of a node, by the owner of the tables. One connection does all of a
//! move; while it lives, nobody else moves this tenant and nobody migrates.
//!
//! Each step is a transaction, or can be done again: whenever this ends, the tenant lives, whole, in the old place or
//! in the new one.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use domain::{MoveState, PlacementKind};

use super::hold::hold;
use super::line::{Compared, Move};
use super::pass::{follow, whole};
use super::tables::{self, Table, Way};
use crate::placements::schema_like;
use crate::pool::Store;
use crate::rollouts::fence;
use crate::schema::catalogue::{copies, moves};
use crate::schema::node;
use crate::{NoSchema, StoreError};

/// Catching up goes on until a pass finds no more rows than this.
const FEW_ROWS: i64 = 500;
/// ...or this often.
const PASSES: usize = 6;
/// A copy that is older by so many transactions is made anew: their numbers are counted in a circle of 2^32.
const OLDEST: i64 = 1 << 30;

/// Why a step of a move was not done. The tenant lives where it lived.
#[derive(Debug, thiserror::Error)]
pub enum NoMove {
    /// No connection as the owner of the tables, or no schema.
    #[error(transparent)]
    NoSchema(#[from] NoSchema),
    /// Another process is at it.
    #[error("another process moves this tenant")]
    Held,
    /// Somebody stopped it.
    #[error("the move was stopped")]
    Stopped,
    /// The tenant does not live in the place that it was to leave.
    #[error("the tenant does not live there any more")]
    Elsewhere,
    /// A table has no primary key, so that its rows cannot be told apart.
    #[error("the table {0} has no primary key")]
    NoKey(String),
    /// Somebody worked in the tenant for longer than a hand-over waits.
    #[error("somebody's work in the tenant took too long")]
    Waited,
    /// The hand-over would have kept requests waiting for too long.
    #[error("the hand-over took too long")]
    TooLong,
    /// The vendor's migrations are not the same in both places.
    #[error("the tables of the new place are at another version")]
    OtherVersion,
    /// The copy is not what it was made from.
    #[error("the table {0} differs in the new place")]
    Unlike(String),
    /// The database's.
    #[error(transparent)]
    Database(#[from] StoreError),
}

impl From<DieselError> for NoMove {
    fn from(error: DieselError) -> Self {
        Self::Database(error.into())
    }
}

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
    pub(super) connection: PgConnection,
    pub(super) line: Move,
    pub(super) tables: Vec<Table>,
}

impl std::fmt::Debug for Mover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mover")
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Takes a move in hand: nobody else moves this tenant, and nobody migrates, until the mover is dropped.
    ///
    /// # Errors
    /// [`NoMove::Held`], [`NoMove::NoKey`], or no connection as the owner.
    pub fn mover(&self, line: Move) -> Result<Mover, NoMove> {
        let mut connection = self.as_owner()?;
        connection.batch_execute("set statement_timeout = 0")?;
        hold(&mut connection, line.tenant.uuid())?;
        fence::hold(&mut connection, &line.from_schema)?;
        let tables = tables::all(&mut connection, &line.from_schema)?;
        if let Some(table) = tables.iter().find(|table| table.key_columns.is_none()) {
            return Err(NoMove::NoKey(table.table_name.clone()));
        }
        Ok(Mover {
            connection,
            line,
            tables,
        })
    }
}

impl Mover {
    /// Makes the new place, unless it is there.
    ///
    /// # Errors
    /// See [`NoMove`].
    pub fn prepare(&mut self, now: DateTime<Utc>) -> Result<(), NoMove> {
        let line = &self.line;
        let schema = self.connection.transaction(|connection| {
            still_wanted(connection, line)?;
            let schema = match (&line.to_schema, line.to) {
                (Some(schema), _) => schema.clone(),
                (None, PlacementKind::Schema) => schema_like(connection, &line.from_schema)?,
                (None, PlacementKind::Shared | PlacementKind::Database) => {
                    return Err(NoMove::Elsewhere);
                }
            };
            diesel::update(moves::table.find(line.id.uuid()))
                .set(moves::to_schema.eq(&schema))
                .execute(connection)?;
            diesel::insert_into(copies::table)
                .values((
                    copies::tenant_id.eq(line.tenant.uuid()),
                    copies::schema_name.eq(&schema),
                    copies::kind.eq(line.to.as_str()),
                    copies::keep_until.eq(now + TimeDelta::days(i64::from(line.keep_days))),
                ))
                .on_conflict_do_nothing()
                .execute(connection)?;
            let alike = fence::hold_alike(connection, &line.from_schema, &schema)?;
            alike.then_some(schema).ok_or(NoMove::OtherVersion)
        })?;
        self.line.to_schema = Some(schema);
        Ok(())
    }

    /// Copies everything, as it was at one moment, and compares all of it. A copy that was kept is whole already.
    /// `told` hears after each table how far it is and says whether to go on.
    ///
    /// # Errors
    /// See [`NoMove`].
    pub fn copy(&mut self, mut told: impl FnMut(Copied) -> bool) -> Result<(), NoMove> {
        let (way, tables) = (self.way()?, self.tables.as_slice());
        let line = &self.line;
        let mut copied = self.connection.build_transaction().repeatable_read();
        copied.run(|connection| {
            still_wanted(connection, line)?;
            let horizon = tables::horizon(connection)?;
            if seen(connection, &way)?.is_some_and(|seen| horizon - seen < OLDEST) {
                return Ok(());
            }
            tables::work_as(connection, line.tenant)?;
            whole(connection, tables, &way, None, |done, rows| {
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
            compared(connection, tables, &way)?;
            note_seen(connection, &way, horizon)
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
        let mut pass = self.connection.build_transaction().repeatable_read();
        pass.run(|connection| {
            still_wanted(connection, line)?;
            let since = seen(connection, &way)?.ok_or(NoMove::Elsewhere)?;
            let horizon = tables::horizon(connection)?;
            tables::work_as(connection, line.tenant)?;
            let rows = follow(connection, tables, &way, since, None)?;
            let alike = match whole {
                true => compared(connection, tables, &way)?,
                false => Vec::new(),
            };
            if whole {
                let alike = serde_json::to_value(&alike).unwrap_or_default();
                diesel::update(moves::table.find(line.id.uuid()))
                    .set(moves::compared.eq(alike))
                    .execute(connection)?;
            }
            note_seen(connection, &way, horizon)?;
            Ok((rows.iter().sum(), alike))
        })
    }

    pub(super) fn way(&self) -> Result<Way, NoMove> {
        Ok(Way {
            tenant: self.line.tenant.uuid(),
            from: self.line.from_schema.clone(),
            to: self.line.to_schema.clone().ok_or(NoMove::Elsewhere)?,
        })
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
    let lives: String = node::placements::table
        .find(line.tenant.uuid())
        .select(node::placements::schema_name)
        .first(connection)?;
    if lives != line.from_schema {
        return Err(NoMove::Elsewhere);
    }
    Ok(())
}

/// What the copy has seen.
pub(super) fn seen(connection: &mut PgConnection, way: &Way) -> QueryResult<Option<i64>> {
    copies::table
        .find((way.tenant, &way.to))
        .select(copies::seen)
        .first(connection)
}

fn note_seen(connection: &mut PgConnection, way: &Way, horizon: i64) -> Result<(), NoMove> {
    diesel::update(copies::table.find((way.tenant, &way.to)))
        .set(copies::seen.eq(horizon))
        .execute(connection)?;
    Ok(())
}

fn compared(
    connection: &mut PgConnection,
    tables: &[Table],
    way: &Way,
) -> Result<Vec<Compared>, NoMove> {
    let mut alike = Vec::with_capacity(tables.len());
    for table in tables {
        let here = table.fingerprint(connection, way.tenant, &way.from)?;
        let there = table.fingerprint(connection, way.tenant, &way.to)?;
        if here != there {
            return Err(NoMove::Unlike(table.table_name.clone()));
        }
        alike.push(here);
    }
    Ok(alike)
}
