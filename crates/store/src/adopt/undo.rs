//! The way back, until the end: one transaction that drops what was put beside, after which every definition is as it was.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use domain::adoption::Facts;

use super::fault::NoAdoption;
use super::finish::{PATIENCE, lock};
use super::ledger::Adoption;
use super::plan::{inner_keys, of};
use super::quote;
use super::session::{Adopter, execute};
use crate::raw;

const NO_HURRY: &str = "set local statement_timeout = 0";
/// What goes when nothing in the database is adopted. Somebody's own that stands on it is not dropped with it.
const ALL: &str = "drop table tenantry_adoption.steps, tenantry_adoption.adoptions; drop schema tenantry_adoption; \
     drop function if exists tenantry.enter(uuid); drop function if exists tenantry.tenant_id(); \
     drop function if exists tenantry.no_tenant(); drop schema if exists tenantry";

/// The locks first, then whatever of the plan is there.
pub(super) fn statements(facts: &Facts) -> Vec<String> {
    let keys = inner_keys(facts).map(|(table, key)| {
        let name = quote::name(&quote::beside(&table.schema, &table.name, &key.name));
        format!("alter table {} drop constraint if exists {name}", of(table))
    });
    // Its indexes and checks go with it.
    let columns = facts
        .tables
        .iter()
        .map(|table| format!("alter table {} drop column if exists tenant_id", of(table)));
    std::iter::once(lock(facts.tables.iter().map(of)))
        .chain(keys)
        .chain(columns)
        .collect()
}

impl Adopter {
    /// Takes an adoption back: all of it, or nothing.
    ///
    /// # Errors
    /// [`NoAdoption::Busy`] where the application kept a table for longer than it is to wait itself.
    pub fn undo(&mut self, adoption: &Adoption) -> Result<(), NoAdoption> {
        let done = self.transact(|connection| {
            connection.batch_execute(PATIENCE)?;
            for (place, statement) in adoption.undo.iter().enumerate() {
                execute(connection, statement)?;
                if place == 0 {
                    connection.batch_execute(NO_HURRY)?;
                }
            }
            if adoption.number == 1 {
                return execute(connection, ALL);
            }
            // An earlier one is finished: its functions are in use.
            raw::query("delete from tenantry_adoption.adoptions where number = $1")
                .bind::<Integer, _>(adoption.number)
                .execute(connection)?;
            Ok(())
        });
        done.map_err(|error| {
            if error.is_waiting() {
                NoAdoption::Busy("undo".to_owned())
            } else {
                error
            }
        })
    }
}
