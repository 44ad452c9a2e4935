//! Why a table is not adopted, and what the operator should know about those that are.

use super::facts::{Facts, ForeignKey, Index, Table};
use super::steps::{Fill, FillWish};

/// SET NOT NULL trusts a validated check from here on.
const OLDEST_SERVER: i32 = 120_000;
/// `ON DELETE SET NULL (column)`.
const SETS_SOME_COLUMNS: i32 = 150_000;

/// Why something is not adopted. Nothing is changed then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What: a table, or the database.
    pub what: String,
    /// Why, and what to do.
    pub why: String,
}

/// Everything that stands against the adoption, by table.
#[must_use]
pub fn refusals(facts: &Facts, wish: FillWish) -> Vec<Refusal> {
    let mut all = Vec::new();
    let mut refuse = |what: &str, why: String| {
        all.push(Refusal {
            what: what.to_owned(),
            why,
        });
    };
    let database = "the database";
    if facts.server < OLDEST_SERVER {
        refuse(database, "is older than PostgreSQL 12".to_owned());
    }
    if !facts.may_create {
        let login = &facts.login;
        refuse(
            database,
            format!("{login} may not make schemas in it (grant create on database)"),
        );
    }
    if facts.name_taken {
        refuse(
            database,
            "has a schema \"tenantry\" that is not ours".to_owned(),
        );
    }
    for name in &facts.missing {
        refuse(name, "there is no such table".to_owned());
    }
    for table in &facts.tables {
        let shown = table.shown();
        match of_kind(table) {
            // Of what is no table of yours nothing else is worth saying.
            Some(why) => refuse(&shown, why),
            None => {
                let whys = of_shape(table, wish)
                    .into_iter()
                    .chain(table.indexes.iter().filter_map(of_index))
                    .chain(of_foreign_keys(facts, table));
                whys.for_each(|why| refuse(&shown, why));
            }
        }
    }
    all
}

fn of_kind(table: &Table) -> Option<String> {
    let kind = match table.kind.as_str() {
        "r" => None,
        "p" => Some("is partitioned: its keys and indexes would have to be made part by part"),
        "v" => Some("is a view: adopt the tables it reads"),
        "m" => Some("is a materialized view: row-level security does not hold in it"),
        "f" => Some("is a foreign table: its rows are in another database"),
        _ => Some("is no table"),
    };
    if let Some(kind) = kind {
        return Some(kind.to_owned());
    }
    if let Some(whose) = &table.foreign_to_you {
        return Some(format!("belongs to {whose}"));
    }
    if table.temporary {
        return Some("is temporary".to_owned());
    }
    if let Some(owner) = &table.owner {
        return Some(format!("is owned by {owner}: connect as its owner"));
    }
    None
}

fn of_shape(table: &Table, wish: FillWish) -> Vec<String> {
    let mut whys = Vec::new();
    if table.inherits {
        whys.push(
            "is part of another table, or others are part of it (inheritance or partition)"
                .to_owned(),
        );
    }
    if table.typed {
        whys.push("is made from a type, which columns cannot be added to".to_owned());
    }
    if table.key.is_empty() {
        whys.push("has no primary key: its rows cannot be told apart".to_owned());
    }
    match table.tenant_type.as_deref() {
        Some("uuid") => whys.push(
            "has a column tenant_id already: rename it, or adopt without this table".to_owned(),
        ),
        Some(kind) => whys.push(format!(
            "has a column tenant_id already, of type {kind}: rename it first"
        )),
        None => {}
    }
    if table.secured {
        whys.push("has row-level security or policies of its own already".to_owned());
    }
    if let Some(index) = &table.identity {
        whys.push(format!(
            "has {index} as its replica identity, which would be replaced"
        ));
    }
    let lists = [
        (&table.rules, "is written past by a rule"),
        (
            &table.leading_here,
            "a table that is not to be adopted refers to it, name it too",
        ),
        (
            &table.grouping,
            "a view groups by its primary key and needs that as it is",
        ),
    ];
    for (names, why) in lists {
        if !names.is_empty() {
            whys.push(format!("{why}: {}", names.join(", ")));
        }
    }
    if wish == FillWish::All(Fill::Batches) && !table.triggers.is_empty() {
        whys.push(format!(
            "would fire a trigger at every row: {}; fill it by the default",
            table.triggers.join(", ")
        ));
    }
    whys
}

fn of_index(index: &Index) -> Option<String> {
    let name = &index.name;
    let why = match index.constraint.as_deref() {
        Some("x") => {
            format!("has the exclusion constraint {name}, which would hold over all tenants")
        }
        _ if !index.unique => return None,
        _ if index.deferrable => {
            format!("has the deferrable key {name}, and nothing beside it could be as patient")
        }
        _ if !index.valid => {
            format!("has the broken unique index {name}: rebuild or drop it first")
        }
        _ if index.method != "btree" || index.rest.is_none() => {
            format!("has the unique index {name}, which is of another kind than is known here")
        }
        _ => return None,
    };
    Some(why)
}

fn of_foreign_keys(facts: &Facts, table: &Table) -> Vec<String> {
    let inner = table
        .foreign
        .iter()
        .filter(|key| facts.tables.iter().any(|other| other.oid == key.target));
    inner.filter_map(|key| of_foreign_key(facts, key)).collect()
}

fn of_foreign_key(facts: &Facts, key: &ForeignKey) -> Option<String> {
    let name = &key.name;
    if key.matching == "f" && key.columns.len() > 1 {
        return Some(format!(
            "has the foreign key {name} with MATCH FULL, which no row without a target could keep"
        ));
    }
    if matches!(key.on_update.as_str(), "n" | "d") {
        return Some(format!(
            "has the foreign key {name}, which would empty tenant_id when a key changes"
        ));
    }
    let sets = matches!(key.on_delete.as_str(), "n" | "d");
    (sets && facts.server < SETS_SOME_COLUMNS).then(|| {
        format!("has the foreign key {name}, which would empty tenant_id at a deletion (PostgreSQL 15 can say which column)")
    })
}

/// What the operator should know.
#[must_use]
pub fn warnings(facts: &Facts, wish: FillWish) -> Vec<String> {
    let mut all = Vec::new();
    for table in &facts.tables {
        let shown = table.shown();
        if !table.triggers.is_empty() && wish != FillWish::All(Fill::Default) {
            all.push(format!(
                "{shown}: {} would fire at every row, so its rows get their tenant from the column's default and none is written",
                table.triggers.join(", ")
            ));
        }
        if !table.published.is_empty() {
            all.push(format!(
                "{shown} is published ({}): add tenant_id at the subscribers first, or they stop",
                table.published.join(", ")
            ));
        }
        if !table.emptied_by.is_empty() {
            all.push(format!(
                "{shown}: {} may TRUNCATE it, which no policy holds back",
                table.emptied_by.join(", ")
            ));
        }
        for key in &table.foreign {
            if !facts.tables.iter().any(|other| other.oid == key.target) {
                all.push(format!(
                    "{shown} refers to {}.{}, which is not adopted: its rows stay common to all tenants",
                    key.target_schema, key.target_name
                ));
            }
        }
        for index in table.indexes.iter().filter(|index| index.method != "btree") {
            all.push(format!(
                "{shown}: the {} index {} stays as it is, for rows of all tenants",
                index.method, index.name
            ));
        }
    }
    for reader in facts.readers.iter().filter(|reader| reader.leaks()) {
        let shown = reader.shown();
        all.push(if reader.materialized {
            format!("{shown} is a materialized view: it keeps rows of all tenants, and its refresh has to enter a tenant")
        } else if reader.can_be_mended(facts.server) {
            format!("{shown} asks as an owner whom no policy binds: finish lets it ask as whoever reads it")
        } else {
            format!("{shown} asks as an owner whom no policy binds: it will show rows of all tenants")
        });
    }
    for function in &facts.definers {
        all.push(format!(
            "{function} runs with rights that no policy binds and names an adopted table"
        ));
    }
    if facts.bypasses {
        all.push(format!(
            "no policy binds {}: the application must connect as somebody else",
            facts.login
        ));
    }
    all
}
