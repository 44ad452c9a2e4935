//! The statements of an adoption, in their order: everything that stands beside what is there, and disturbs nobody.

use domain::adoption::{Facts, Fill, FillWish, ForeignKey, Index, StepKind, Table};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fill::Filling;
use super::{finish, quote, undo, verify};

const ENTRY: &str = include_str!("../../sql/adopt_entry.sql");

/// A statement of an adoption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// The table that it locks, as it is shown.
    pub table: Option<String>,
    /// The table that a foreign key leads to.
    pub other: Option<String>,
    /// The statement; of a fill, one batch of it.
    pub sql: String,
    /// How many rows the table has, as the planner knows.
    pub rows: i64,
    /// How many bytes.
    pub bytes: i64,
    /// What it takes beside the statement.
    pub more: More,
}

/// What a step takes beside its statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum More {
    /// Nothing: it is run in one transaction with its line in the ledger.
    Nothing,
    /// Batches.
    Fill(Filling),
    /// It cannot be in a transaction, and may leave half an index of this name.
    Index {
        /// Its schema.
        schema: String,
        /// Its name.
        name: String,
    },
}

/// All of an adoption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What is run first: nothing the application notices.
    pub steps: Vec<Step>,
    /// One transaction, once the application names its tenant.
    pub finish: Vec<Step>,
    /// One transaction that takes the steps back.
    pub undo: Vec<String>,
}

impl Step {
    pub(super) fn on(kind: StepKind, table: &Table, sql: String) -> Self {
        Self {
            kind,
            table: Some(table.shown()),
            other: None,
            sql,
            rows: table.rows,
            bytes: table.bytes,
            more: More::Nothing,
        }
    }

    pub(super) fn of_database(kind: StepKind, sql: String) -> Self {
        Self {
            kind,
            table: None,
            other: None,
            sql,
            rows: 0,
            bytes: 0,
            more: More::Nothing,
        }
    }
}

/// Plans the adoption of tables that nothing stands against.
#[must_use]
pub fn plan(facts: &Facts, tenant: Uuid, wish: FillWish) -> Plan {
    let mut steps = vec![Step::of_database(
        StepKind::Entry,
        ENTRY.trim_end().to_owned(),
    )];
    for table in &facts.tables {
        steps.extend(column(table, tenant, wish));
    }
    for table in &facts.tables {
        steps.extend(twins(table).map(|index| twin(table, index)));
    }
    for (table, key) in inner_keys(facts) {
        steps.extend(foreign_key(facts, table, key));
    }
    steps.push(Step::of_database(
        StepKind::Verify,
        verify::statement(facts, tenant),
    ));
    Plan {
        steps,
        finish: finish::statements(facts),
        undo: undo::statements(facts),
    }
}

/// The table as a statement names it.
pub(super) fn of(table: &Table) -> String {
    quote::within(&table.schema, &table.name)
}

/// How this table is filled.
fn way(table: &Table, wish: FillWish) -> Fill {
    match wish {
        FillWish::All(fill) => fill,
        FillWish::ByTable if table.triggers.is_empty() => Fill::Batches,
        FillWish::ByTable => Fill::Default,
    }
}

/// The column and its rows, until no row can be without a tenant.
fn column(table: &Table, tenant: Uuid, wish: FillWish) -> Vec<Step> {
    let on = of(table);
    let step = |kind, sql| Step::on(kind, table, sql);
    let check = quote::name(&quote::beside(
        &table.schema,
        &table.name,
        "tenant_id_there",
    ));
    let mut steps = Vec::new();
    match way(table, wish) {
        Fill::Default => steps.push(step(
            StepKind::Column,
            format!("alter table {on} add column tenant_id uuid default '{tenant}'"),
        )),
        Fill::Batches => {
            // In this order within one statement: rows that are there stay as they are, new ones get the tenant.
            steps.push(step(
                StepKind::Column,
                format!("alter table {on} add column tenant_id uuid, alter column tenant_id set default '{tenant}'"),
            ));
            let filling = Filling::of(table, tenant);
            steps.push(Step {
                more: More::Fill(filling.clone()),
                ..step(StepKind::Fill, filling.shown())
            });
        }
    }
    let rest = [
        (
            StepKind::Check,
            format!("add constraint {check} check (tenant_id is not null) not valid"),
        ),
        (
            StepKind::ValidateCheck,
            format!("validate constraint {check}"),
        ),
        (
            StepKind::NotNull,
            "alter column tenant_id set not null".to_owned(),
        ),
        (StepKind::DropCheck, format!("drop constraint {check}")),
    ];
    steps.extend(rest.map(|(kind, what)| step(kind, format!("alter table {on} {what}"))));
    steps
}

/// The indexes that get one beside them that begins with the tenant.
pub(super) fn twins(table: &Table) -> impl Iterator<Item = &Index> {
    table
        .indexes
        .iter()
        .filter(|index| index.method == "btree" && index.valid && index.rest.is_some())
}

fn twin(table: &Table, index: &Index) -> Step {
    let name = quote::beside(&table.schema, &table.name, &index.name);
    let sql = format!(
        "create {}index concurrently {} on {} using btree (tenant_id, {}",
        if index.unique { "unique " } else { "" },
        quote::name(&name),
        of(table),
        index.rest.as_deref().unwrap_or_default(),
    );
    let schema = table.schema.clone();
    Step {
        more: More::Index { schema, name },
        ..Step::on(StepKind::Index, table, sql)
    }
}

/// The foreign keys between adopted tables, with the table they lead from.
pub(super) fn inner_keys(facts: &Facts) -> impl Iterator<Item = (&Table, &ForeignKey)> {
    let inner = |key: &&ForeignKey| facts.tables.iter().any(|other| other.oid == key.target);
    facts.tables.iter().flat_map(move |table| {
        table
            .foreign
            .iter()
            .filter(inner)
            .map(move |key| (table, key))
    })
}

fn foreign_key(facts: &Facts, table: &Table, key: &ForeignKey) -> Vec<Step> {
    let (on, name) = (
        of(table),
        quote::name(&quote::beside(&table.schema, &table.name, &key.name)),
    );
    let columns = |all: &[String]| quote::names("", all.iter().map(String::as_str));
    let sql = format!(
        "alter table {on} add constraint {name} foreign key (tenant_id, {}) references {} (tenant_id, {}){}{}{} not valid",
        columns(&key.columns),
        quote::within(&key.target_schema, &key.target_name),
        columns(&key.target_columns),
        after(" on update ", &key.on_update, &[]),
        after(
            " on delete ",
            &key.on_delete,
            if key.set_columns.is_empty() {
                &key.columns
            } else {
                &key.set_columns
            }
        ),
        match (key.deferrable, key.deferred) {
            (_, true) => " deferrable initially deferred",
            (true, false) => " deferrable",
            (false, false) => "",
        },
    );
    let target = facts.tables.iter().find(|other| other.oid == key.target);
    let step = |kind, sql| Step {
        other: target.map(Table::shown),
        ..Step::on(kind, table, sql)
    };
    let mut steps = vec![step(StepKind::ForeignKey, sql)];
    if key.validated {
        let sql = format!("alter table {on} validate constraint {name}");
        steps.push(step(StepKind::ValidateForeignKey, sql));
    }
    steps
}

/// What follows a deletion or change; where columns are emptied, never the tenant.
fn after(when: &str, what: &str, columns: &[String]) -> String {
    let list = quote::names("", columns.iter().map(String::as_str));
    match what {
        "c" => format!("{when}cascade"),
        "r" => format!("{when}restrict"),
        "n" => format!("{when}set null ({list})"),
        "d" => format!("{when}set default ({list})"),
        _ => String::new(),
    }
}
