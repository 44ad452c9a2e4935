//! One step: run in one transaction with its line in the ledger, or, where it cannot be, so that it may be run again.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use domain::adoption::StepKind;

use super::fault::NoAdoption;
use super::ledger::{self, Done};
use super::plan::More;
use super::quote;
use super::session::{Adopter, execute};
use super::verify;
use crate::raw;

/// A lock behind which the application waits is itself waited for no longer than this.
const SHORT: &str = "set local lock_timeout = '300ms'";

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// It is done.
    Done,
    /// Somebody's work holds the table: nothing was done.
    Waited,
}

#[derive(QueryableByName)]
struct Whole {
    #[diesel(sql_type = Bool)]
    whole: bool,
}

impl Adopter {
    /// Does a step that is no filling.
    ///
    /// # Errors
    /// The server's refusal, or what was counted and is not as it should be.
    pub fn step(&mut self, number: i32, one: &Done) -> Result<Tried, NoAdoption> {
        let (place, step) = (one.place, &one.step);
        let done = match (&step.more, step.kind) {
            (More::Index { schema, name }, _) => {
                self.index(schema, name, &step.sql)?;
                self.transact(|connection| ledger::done(connection, number, place, None))
            }
            (_, StepKind::Verify) => self.transact(|connection| {
                let counted = verify::count(connection, &step.sql)?;
                let outcome = serde_json::to_value(counted)?;
                ledger::done(connection, number, place, Some(&outcome))
            }),
            (_, kind) => self.transact(|connection| {
                if kind.locks().is_some_and(|(lock, _)| lock.holds_up()) {
                    connection.batch_execute(SHORT)?;
                }
                execute(connection, &step.sql)?;
                ledger::done(connection, number, place, None)
            }),
        };
        match done {
            Ok(()) => Ok(Tried::Done),
            Err(error) if error.is_waiting() => Ok(Tried::Waited),
            Err(error) => Err(error),
        }
    }

    /// An index that may be there already, whole or half.
    fn index(&mut self, schema: &str, name: &str, sql: &str) -> Result<(), NoAdoption> {
        let there: Option<Whole> = raw::query(
            "select i.indisvalid and i.indisready as whole from pg_catalog.pg_class c \
             join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_index i on i.indexrelid = c.oid \
             where n.nspname = $1 and c.relname = $2",
        )
        .bind::<Text, _>(schema)
        .bind::<Text, _>(name)
        .get_result(&mut self.connection)
        .optional()?;
        match there {
            Some(Whole { whole: true }) => return Ok(()),
            Some(Whole { whole: false }) => {
                let half = quote::within(schema, name);
                execute(
                    &mut self.connection,
                    &format!("drop index concurrently {half}"),
                )?;
            }
            None => {}
        }
        execute(&mut self.connection, sql)
    }
}
