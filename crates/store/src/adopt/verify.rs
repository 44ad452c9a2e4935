//! Counting all of it at one moment: rows, those of nobody or of another tenant, and those whose foreign key leads nowhere.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::adoption::{Facts, ForeignKey, Table};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fault::NoAdoption;
use super::plan::{inner_keys, of};
use super::quote;
use crate::raw;

/// What was counted of a table or a foreign key.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize, Deserialize)]
pub struct Counted {
    /// Which.
    #[diesel(sql_type = Text)]
    pub what: String,
    /// Its rows.
    #[diesel(sql_type = BigInt)]
    pub rows: i64,
    /// Those of no tenant or another, or that lead nowhere.
    #[diesel(sql_type = BigInt)]
    pub wrong: i64,
}

/// One statement, and so one moment.
pub(super) fn statement(facts: &Facts, tenant: Uuid) -> String {
    let tables = facts.tables.iter().map(|table| {
        format!(
            "select {} as what, count(*) as rows, count(*) filter (where t.tenant_id is distinct from '{tenant}') as wrong from {} t",
            quote::value(&table.shown()),
            of(table),
        )
    });
    let keys = inner_keys(facts)
        .filter(|(_, key)| key.validated)
        .map(|(table, key)| orphans(table, key));
    let all: Vec<String> = tables.chain(keys).collect();
    all.join(" union all ")
}

fn orphans(table: &Table, key: &ForeignKey) -> String {
    let there: Vec<String> = key
        .columns
        .iter()
        .map(|column| format!("t.{} is not null", quote::name(column)))
        .collect();
    let same: Vec<String> = key
        .columns
        .iter()
        .zip(&key.target_columns)
        .map(|(here, there)| format!("o.{} = t.{}", quote::name(there), quote::name(here)))
        .collect();
    let shown = format!("{} ({})", table.shown(), key.name);
    format!(
        "select {}, count(*), count(*) filter (where o.tenant_id is null) from {} t left join {} o on o.tenant_id = t.tenant_id and {} where {}",
        quote::value(&shown),
        of(table),
        quote::within(&key.target_schema, &key.target_name),
        same.join(" and "),
        there.join(" and "),
    )
}

/// Counts, and refuses what is not as it should be.
pub(super) fn count(
    connection: &mut PgConnection,
    statement: &str,
) -> Result<Vec<Counted>, NoAdoption> {
    let counted: Vec<Counted> = raw::built(statement.to_owned())
        .load(connection)
        .map_err(|error| NoAdoption::of(statement, error))?;
    match counted.iter().find(|one| one.wrong > 0) {
        Some(one) => Err(NoAdoption::Unproven(format!(
            "{}: {} of {} rows are of no tenant or another, or lead nowhere",
            one.what, one.wrong, one.rows
        ))),
        None => Ok(counted),
    }
}
