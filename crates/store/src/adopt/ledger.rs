//! What an adoption has done so far, in a schema of its own in the database that it adopts: so that whoever comes after a crash knows.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use domain::adoption::{AdoptionState, Reader, TableName};
use serde_json::Value as Json;
use uuid::Uuid;

use super::fault::NoAdoption;
use super::finish;
use super::plan::{Plan, Step};
use super::session::Adopter;
use crate::raw;

const TABLES: &str = include_str!("../../sql/adopt_ledger.sql");

/// An adoption as it is written down.
#[derive(Debug, Clone)]
pub struct Adoption {
    /// Which; the first of a database is 1.
    pub number: i32,
    /// For whom.
    pub tenant: Uuid,
    /// As they were named.
    pub tenant_name: String,
    /// Where it stands.
    pub state: AdoptionState,
    /// The tables.
    pub tables: Vec<TableName>,
    /// Its steps, in their order.
    pub steps: Vec<Done>,
    /// Its end.
    pub finish: Vec<Step>,
    /// Its way back.
    pub(super) undo: Vec<String>,
}

impl Adoption {
    /// Whether the end lets this view ask as whoever reads it.
    #[must_use]
    pub fn mends(&self, reader: &Reader) -> bool {
        let mending = finish::mending(reader);
        self.finish.iter().any(|step| step.sql == mending)
    }
}

/// A step and how far it is.
#[derive(Debug, Clone)]
pub struct Done {
    /// Where it stands among the others.
    pub place: i32,
    /// What it is.
    pub step: Step,
    /// Whether it is done.
    pub done: bool,
    /// Rows that it wrote so far.
    pub rows: i64,
    /// What it found.
    pub outcome: Option<Json>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = SqlUuid)]
    tenant_id: Uuid,
    #[diesel(sql_type = Text)]
    tenant: String,
    #[diesel(sql_type = Text)]
    state: AdoptionState,
    #[diesel(sql_type = Jsonb)]
    tables: Json,
    #[diesel(sql_type = Jsonb)]
    finish: Json,
    #[diesel(sql_type = Jsonb)]
    undo: Json,
}

#[derive(QueryableByName)]
struct StepRow {
    #[diesel(sql_type = Integer)]
    place: i32,
    #[diesel(sql_type = Jsonb)]
    step: Json,
    #[diesel(sql_type = Bool)]
    done: bool,
    #[diesel(sql_type = BigInt)]
    rows_done: i64,
    #[diesel(sql_type = Nullable<Jsonb>)]
    outcome: Option<Json>,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Nullable<Jsonb>)]
    last_key: Option<Json>,
}

#[derive(QueryableByName)]
struct Are {
    #[diesel(sql_type = Bool)]
    there: bool,
}

impl Adopter {
    /// The latest adoption of this database; none before the first.
    ///
    /// # Errors
    /// The database's, or a ledger that is not understood.
    pub fn adoption(&mut self) -> Result<Option<Adoption>, NoAdoption> {
        let ledger: Are =
            raw::query("select to_regclass('tenantry_adoption.adoptions') is not null as there")
                .get_result(&mut self.connection)?;
        if !ledger.there {
            return Ok(None);
        }
        let row: Option<Row> = raw::query(
            "select number, tenant_id, tenant, state, tables, finish, undo from tenantry_adoption.adoptions order by number desc limit 1",
        )
        .get_result(&mut self.connection)
        .optional()?;
        let Some(row) = row else {
            return Ok(None);
        };
        let steps: Vec<StepRow> = raw::query(
            "select place, step, done_at is not null as done, rows_done, outcome from tenantry_adoption.steps where adoption = $1 order by place",
        )
        .bind::<Integer, _>(row.number)
        .load(&mut self.connection)?;
        let steps = steps.into_iter().map(|row| {
            Ok(Done {
                place: row.place,
                step: serde_json::from_value(row.step)?,
                done: row.done,
                rows: row.rows_done,
                outcome: row.outcome,
            })
        });
        Ok(Some(Adoption {
            number: row.number,
            tenant: row.tenant_id,
            tenant_name: row.tenant,
            state: row.state,
            tables: serde_json::from_value(row.tables)?,
            finish: serde_json::from_value(row.finish)?,
            undo: serde_json::from_value(row.undo)?,
            steps: steps.collect::<Result<_, serde_json::Error>>()?,
        }))
    }

    /// Writes a plan down. Nothing of it is run yet.
    ///
    /// # Errors
    /// The database's.
    pub fn begin(
        &mut self,
        tenant: Uuid,
        name: &str,
        tables: &[TableName],
        plan: &Plan,
    ) -> Result<(), NoAdoption> {
        self.transact(|connection| {
            connection.batch_execute(TABLES)?;
            raw::query(
                "insert into tenantry_adoption.adoptions (number, tenant_id, tenant, state, tables, finish, undo) \
                 select coalesce(max(number), 0) + 1, $1, $2, $3, $4, $5, $6 from tenantry_adoption.adoptions",
            )
            .bind::<SqlUuid, _>(tenant)
            .bind::<Text, _>(name)
            .bind::<Text, _>(AdoptionState::Running)
            .bind::<Jsonb, _>(serde_json::to_value(tables)?)
            .bind::<Jsonb, _>(serde_json::to_value(&plan.finish)?)
            .bind::<Jsonb, _>(serde_json::to_value(&plan.undo)?)
            .execute(connection)?;
            raw::query(
                "insert into tenantry_adoption.steps (adoption, place, step) \
                 select (select max(number) from tenantry_adoption.adoptions), s.place::integer, s.step \
                 from jsonb_array_elements($1) with ordinality s (step, place)",
            )
            .bind::<Jsonb, _>(serde_json::to_value(&plan.steps)?)
            .execute(connection)?;
            Ok(())
        })
    }

    /// Every step is done.
    ///
    /// # Errors
    /// The database's.
    pub fn ready(&mut self, number: i32) -> Result<(), NoAdoption> {
        raw::query("update tenantry_adoption.adoptions set state = $2 where number = $1")
            .bind::<Integer, _>(number)
            .bind::<Text, _>(AdoptionState::Ready)
            .execute(&mut self.connection)?;
        Ok(())
    }
}

/// Where the last batch ended.
pub(super) fn last_key(
    connection: &mut PgConnection,
    number: i32,
    place: i32,
) -> Result<Option<Vec<String>>, NoAdoption> {
    let row: Key = raw::query(
        "select last_key from tenantry_adoption.steps where adoption = $1 and place = $2",
    )
    .bind::<Integer, _>(number)
    .bind::<Integer, _>(place)
    .get_result(connection)?;
    Ok(row.last_key.map(serde_json::from_value).transpose()?)
}

/// A step is done, and found this.
pub(super) fn done(
    connection: &mut PgConnection,
    number: i32,
    place: i32,
    outcome: Option<&Json>,
) -> Result<(), NoAdoption> {
    raw::query("update tenantry_adoption.steps set done_at = now(), outcome = $3 where adoption = $1 and place = $2")
        .bind::<Integer, _>(number)
        .bind::<Integer, _>(place)
        .bind::<Nullable<Jsonb>, _>(outcome)
        .execute(connection)?;
    Ok(())
}
