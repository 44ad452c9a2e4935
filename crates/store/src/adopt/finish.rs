//! The end of an adoption, in one transaction: old keys and indexes make room, and the policies hold from its commit on.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use domain::adoption::{AdoptionState, Facts, Index, Reader, StepKind, Table};

use super::fault::NoAdoption;
use super::ledger::Adoption;
use super::plan::{Step, inner_keys, of, twins};
use super::quote;
use super::session::{Adopter, execute};
use crate::raw;

/// All locks together are waited for no longer than this: less than the second after which the server looks for a
/// deadlock, so that in one it is never the application that is ended.
pub(super) const PATIENCE: &str = "set local statement_timeout = '700ms'";
const NO_HURRY: &str = "set local statement_timeout = 0";

/// All of them at once, for the application's sake: it waits once.
pub(super) fn lock(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    format!("lock table {} in access exclusive mode", all.join(", "))
}

fn view(reader: &Reader) -> String {
    quote::within(&reader.schema, &reader.name)
}

/// A view that asks as whoever reads it.
pub(super) fn mending(reader: &Reader) -> String {
    format!("alter view {} set (security_invoker = true)", view(reader))
}

pub(super) fn statements(facts: &Facts) -> Vec<Step> {
    let kind = StepKind::Finish;
    let mended = || {
        facts
            .readers
            .iter()
            .filter(|reader| reader.can_be_mended(facts.server))
    };
    // Views first, as whoever reads one takes them.
    let everything = mended().map(view).chain(facts.tables.iter().map(of));
    let mut all = vec![Step::of_database(kind, lock(everything))];
    for (table, key) in inner_keys(facts) {
        let sql = format!(
            "alter table {} drop constraint {}",
            of(table),
            quote::name(&key.name)
        );
        all.push(Step::on(kind, table, sql));
    }
    for table in &facts.tables {
        let swapped = twins(table).flat_map(|index| swap(table, index));
        all.extend(swapped.map(|sql| Step::on(kind, table, sql)));
    }
    for (table, key) in inner_keys(facts) {
        let (on, old) = (of(table), quote::name(&key.name));
        let new = quote::name(&quote::beside(&table.schema, &table.name, &key.name));
        let sql = format!("alter table {on} rename constraint {new} to {old}");
        all.push(Step::on(kind, table, sql));
        if let Some(comment) = &key.comment {
            let sql = format!(
                "comment on constraint {old} on {on} is {}",
                quote::value(comment)
            );
            all.push(Step::on(kind, table, sql));
        }
    }
    for table in &facts.tables {
        all.extend(walls(table).map(|sql| Step::on(kind, table, sql)));
    }
    all.extend(mended().map(|reader| Step::of_database(kind, mending(reader))));
    all
}

/// The index that begins with the tenant takes the place and the name of the one that does not.
fn swap(table: &Table, index: &Index) -> Vec<String> {
    let on = of(table);
    let old = quote::name(&index.name);
    let beside = quote::beside(&table.schema, &table.name, &index.name);
    let comment = index.comment.as_deref().map(quote::value);
    let constraint = match index.constraint.as_deref() {
        Some("p") => Some("primary key"),
        Some(_) => Some("unique"),
        None => None,
    };
    let mut all = match constraint {
        Some(kind) => vec![
            format!("alter table {on} drop constraint {old}"),
            format!(
                "alter table {on} add constraint {old} {kind} using index {}",
                quote::name(&beside)
            ),
        ],
        None => vec![
            format!("drop index {}", quote::within(&table.schema, &index.name)),
            format!(
                "alter index {} rename to {old}",
                quote::within(&table.schema, &beside)
            ),
        ],
    };
    all.extend(comment.map(|words| match constraint {
        Some(_) => format!("comment on constraint {old} on {on} is {words}"),
        None => format!(
            "comment on index {} is {words}",
            quote::within(&table.schema, &index.name)
        ),
    }));
    all
}

/// For everybody, the owner too: whichever login the application has, only its tenant's rows are there.
fn walls(table: &Table) -> impl Iterator<Item = String> {
    let on = of(table);
    let mine = "(tenant_id = tenantry.tenant_id())";
    [
        format!("alter table {on} alter column tenant_id set default tenantry.tenant_id()"),
        format!("alter table {on} enable row level security"),
        format!("alter table {on} force row level security"),
        format!("create policy tenant_rows on {on} using {mine} with check {mine}"),
        // Permissive policies are joined by OR; this one by AND, so that no later policy widens the wall.
        format!("create policy tenant_wall on {on} as restrictive using {mine} with check {mine}"),
    ]
    .into_iter()
}

impl Adopter {
    /// Ends the adoption: all of it, or nothing.
    ///
    /// # Errors
    /// [`NoAdoption::Busy`] where the application kept a table for longer than it is to wait itself.
    pub fn finish(&mut self, adoption: &Adoption) -> Result<(), NoAdoption> {
        let done = self.transact(|connection| {
            connection.batch_execute(PATIENCE)?;
            for (place, step) in adoption.finish.iter().enumerate() {
                execute(connection, &step.sql)?;
                if place == 0 {
                    connection.batch_execute(NO_HURRY)?;
                }
            }
            raw::query("update tenantry_adoption.adoptions set state = $1, finished_at = now() where number = $2")
                .bind::<diesel::sql_types::Text, _>(AdoptionState::Finished.as_str())
                .bind::<Integer, _>(adoption.number)
                .execute(connection)?;
            Ok(())
        });
        done.map_err(|error| {
            if error.is_waiting() {
                NoAdoption::Busy("finish".to_owned())
            } else {
                error
            }
        })
    }
}
