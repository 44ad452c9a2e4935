//! Filling in the tenant of rows that are there: a batch is a piece of the primary key, one transaction with the ledger, and proven
//! to have changed nothing else.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text};
use domain::adoption::{Column, Table};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::fault::NoAdoption;
use super::ledger;
use super::plan::of;
use super::quote;
use super::session::Adopter;
use crate::raw;

/// Another's row is waited for no longer than this: less than the second after which the server looks for a deadlock.
const PATIENCE: &str = "set local lock_timeout = '500ms'";

/// What a batch is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filling {
    /// The table as a statement names it.
    table: String,
    /// As it is shown.
    shown: String,
    /// Its primary key.
    key: Vec<Column>,
    /// All columns, which must stay as they are.
    columns: Vec<String>,
    /// The tenant of all rows.
    tenant: Uuid,
}

/// What came of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// So many rows, and there may be more.
    Rows(i64),
    /// Every row has its tenant.
    All,
    /// Somebody's work holds a row.
    Waited,
}

#[derive(QueryableByName)]
struct End {
    #[diesel(sql_type = Array<Text>)]
    last: Vec<String>,
}

#[derive(QueryableByName)]
struct Batch {
    #[diesel(sql_type = BigInt)]
    written: i64,
    #[diesel(sql_type = Bool)]
    alike: bool,
}

#[derive(QueryableByName)]
struct Left {
    #[diesel(sql_type = Bool)]
    left_over: bool,
}

#[derive(QueryableByName)]
struct Lag {
    #[diesel(sql_type = Nullable<BigInt>)]
    lag: Option<i64>,
}

impl Filling {
    pub(super) fn of(table: &Table, tenant: Uuid) -> Self {
        Self {
            table: of(table),
            shown: table.shown(),
            key: table.key.clone(),
            columns: table
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
            tenant,
        }
    }

    /// One batch, with words where its bounds will be.
    pub(super) fn shown(&self) -> String {
        let key = self.keys("");
        format!(
            "update {} set tenant_id = '{}' where ({key}) > (the last batch's end) and ({key}) <= (this one's) and tenant_id is null",
            self.table, self.tenant
        )
    }

    fn keys(&self, before: &str) -> String {
        quote::names(before, self.key.iter().map(|column| column.name.as_str()))
    }

    /// The rows on one side of a key.
    fn bound(&self, side: &str, key: Option<&[String]>) -> String {
        let Some(key) = key else {
            return "true".to_owned();
        };
        let values: Vec<String> = key
            .iter()
            .zip(&self.key)
            .map(|(value, column)| format!("{}::{}", quote::value(value), column.kind))
            .collect();
        format!("({}) {side} ({})", self.keys("t."), values.join(", "))
    }

    /// The key of the last row of the next batch.
    fn end(&self, after: Option<&[String]>, size: u32) -> String {
        let as_text: Vec<String> = self
            .key
            .iter()
            .map(|column| format!("b.{}::text", quote::name(&column.name)))
            .collect();
        let backwards: Vec<String> = self
            .key
            .iter()
            .map(|column| format!("b.{} desc", quote::name(&column.name)))
            .collect();
        let keys = self.keys("t.");
        format!(
            "select array[{}] as last from (select {keys} from {} t where {} order by {keys} limit {size}) b order by {} limit 1",
            as_text.join(", "),
            self.table,
            self.bound(">", after),
            backwards.join(", "),
        )
    }

    /// The batch between two keys. What every other column holds is summed up before and after.
    fn batch(&self, after: Option<&[String]>, last: &[String]) -> String {
        let print = format!(
            "hashtextextended(row({})::text, 0) as print",
            quote::names("t.", self.columns.iter().map(String::as_str))
        );
        let same: Vec<String> = self
            .key
            .iter()
            .map(|column| {
                let name = quote::name(&column.name);
                format!("t.{name} = b.{name}")
            })
            .collect();
        format!(
            "with batch as materialized (select {}, {print} from {table} t where {} and {} and t.tenant_id is null for no key update), \
             done as (update {table} t set tenant_id = '{}' from batch b where {} returning {print}) \
             select (select count(*) from done) as written, \
                 (select (count(*), coalesce(sum(print), 0)) from batch) = (select (count(*), coalesce(sum(print), 0)) from done) as alike",
            self.keys("t."),
            self.bound(">", after),
            self.bound("<=", Some(last)),
            self.tenant,
            same.join(" and "),
            table = self.table,
        )
    }
}

impl Adopter {
    /// Fills the next batch after the one that the ledger knows, and writes it down, in one transaction.
    ///
    /// # Errors
    /// [`NoAdoption::Meddled`] where something else would be changed, or the database's.
    pub fn fill(
        &mut self,
        number: i32,
        place: i32,
        filling: &Filling,
        size: u32,
    ) -> Result<Filled, NoAdoption> {
        let filled = self.transact(|connection| {
            connection.batch_execute(PATIENCE)?;
            let after = ledger::last_key(connection, number, place)?;
            let end: Option<End> = raw::built(filling.end(after.as_deref(), size))
                .get_result(connection)
                .optional()?;
            let Some(End { last }) = end else {
                return over(connection, number, place, filling);
            };
            let statement = filling.batch(after.as_deref(), &last);
            let batch: Batch = raw::built(statement.clone())
                .get_result(connection)
                .map_err(|error| NoAdoption::of(&statement, error))?;
            if !batch.alike {
                return Err(NoAdoption::Meddled(filling.shown.clone()));
            }
            note(connection, number, place, Some(&json!(last)), batch.written)?;
            Ok(Filled::Rows(batch.written))
        });
        match filled {
            Err(error) if error.is_waiting() => Ok(Filled::Waited),
            other => other,
        }
    }

    /// How many milliseconds the slowest standby is behind; nothing where that is not known.
    ///
    /// # Errors
    /// The database's.
    pub fn lag(&mut self) -> Result<Option<i64>, NoAdoption> {
        let lag: Lag = raw::query(
            "select (extract(epoch from max(replay_lag)) * 1000)::bigint as lag from pg_catalog.pg_stat_replication",
        )
        .get_result(&mut self.connection)?;
        Ok(lag.lag)
    }
}

/// The end of the table: whoever changed their key meanwhile is found by beginning anew.
fn over(
    connection: &mut PgConnection,
    number: i32,
    place: i32,
    filling: &Filling,
) -> Result<Filled, NoAdoption> {
    let left: Left = raw::built(format!(
        "select exists (select from {} t where t.tenant_id is null) as left_over",
        filling.table
    ))
    .get_result(connection)?;
    if left.left_over {
        note(connection, number, place, None, 0)?;
        return Ok(Filled::Rows(0));
    }
    ledger::done(connection, number, place, None)?;
    Ok(Filled::All)
}

fn note(
    connection: &mut PgConnection,
    number: i32,
    place: i32,
    last: Option<&Json>,
    rows: i64,
) -> Result<(), NoAdoption> {
    raw::query("update tenantry_adoption.steps set last_key = $3, rows_done = rows_done + $4 where adoption = $1 and place = $2")
        .bind::<Integer, _>(number)
        .bind::<Integer, _>(place)
        .bind::<Nullable<Jsonb>, _>(last)
        .bind::<BigInt, _>(rows)
        .execute(connection)?;
    Ok(())
}
