//! The tables of a tenant as the platform is told of them, in the API's fields.

use clap::Args;
use domain::staff::ReadTenants;
use serde_json::{Value as Json, json};
use services::structure::{self, Rows, Surveyed, Table};

use super::found;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment_or_never};
use crate::cli::trouble::Trouble;

/// Whose tables, and which.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Its slug or id
    tenant: String,
    /// Only this table, with its columns
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
}

pub(super) fn run(desk: &Desk<'_>, talk: Talk, asked: &Asked) -> Result<Exit, Trouble> {
    let id = found(desk, &asked.tenant)?;
    let of = desk.platform::<ReadTenants, _>(|tx| structure::of_tenant(tx, id))?;
    let shown: Vec<&Table> = match &asked.table {
        None => of.structure.tables.iter().collect(),
        Some(name) => {
            let table = of.structure.table(name);
            vec![table.map_err(|_| Trouble::missing(format!("there is no table \"{name}\"")))?]
        }
    };
    let json = json(&of, &shown);
    if let (Some(_), [table]) = (&asked.table, shown.as_slice()) {
        let head = ["column", "type", "empty", "default", "part of"];
        return talk.list(&head, columns(table), &json);
    }
    let head = ["table", "rows", "bytes", "indexes", "last analysed"];
    let exit = talk.list(
        &head,
        shown.iter().map(|table| line(table)).collect(),
        &json,
    )?;
    if !talk.json {
        for one in &of.advice {
            let subject = one.index.as_ref().unwrap_or(&one.table);
            eprintln!("{subject}: {}", one.words);
        }
        if of.structure.is_shared() {
            eprintln!("The figures are of all tenants in these tables.");
        }
    }
    Ok(exit)
}

fn line(table: &Table) -> Vec<String> {
    let number = |number: Option<i64>| number.map(|one| one.to_string()).unwrap_or_default();
    let rows = match table.figures.rows {
        Rows::About(rows) => format!("~{rows}"),
        other => number(other.number()),
    };
    vec![
        table.name.clone(),
        rows,
        number(table.figures.bytes),
        table.indexes.len().to_string(),
        moment_or_never(table.figures.analyzed_at),
    ]
}

fn columns(table: &Table) -> Vec<Vec<String>> {
    let line = |column: &structure::Column| {
        vec![
            column.name.clone(),
            column.kind.clone(),
            if column.nullable { "yes" } else { "no" }.to_owned(),
            column.default.clone().unwrap_or_default(),
            column.constraints.join(", "),
        ]
    };
    table.columns.iter().map(line).collect()
}

fn json(of: &Surveyed, shown: &[&Table]) -> Json {
    let advice = of.advice.iter().map(|one| {
        json!({ "kind": one.kind.key(), "table": one.table, "index": one.index, "words": one.words })
    });
    let whose = if of.structure.is_shared() {
        "all_tenants"
    } else {
        "tenant"
    };
    json!({
        "schema": of.found.record.alias,
        "placement": of.found.placement.as_ref().map(|place| place.kind.to_string()),
        "figures_of": whose,
        "tables": shown.iter().map(|table| told(table)).collect::<Vec<_>>(),
        "schema_size_bytes": of.structure.bytes(),
        "total_indexes": of.structure.indexes(),
        "foreign_keys": of.structure.foreign_keys(),
        "advice": advice.collect::<Vec<_>>(),
    })
}

fn told(table: &Table) -> Json {
    let columns = table.columns.iter().map(|column| {
        json!({
            "name": column.name, "type": column.kind, "nullable": column.nullable,
            "default": column.default, "constraints": column.constraints,
        })
    });
    let indexes = table.indexes.iter().map(|index| {
        let kind = if index.primary {
            "primary_key"
        } else {
            index.method.as_str()
        };
        json!({ "name": index.name, "columns": index.columns, "type": kind, "unique": index.unique })
    });
    json!({
        "name": table.name,
        "columns": columns.collect::<Vec<_>>(),
        "indexes": indexes.collect::<Vec<_>>(),
        "row_count": table.figures.rows.number(),
        "size_bytes": table.figures.bytes,
        "last_analyzed": table.figures.analyzed_at,
        "estimated": table.figures.estimated,
    })
}
