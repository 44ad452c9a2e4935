//! Tables in words, for the pages of the tenant and of the platform.

use services::structure::{Column, ConstraintKind, ConstraintShape, IndexShape, Structure, Table};

use super::words::{analysed, capital, count, first, rows, size};
use crate::web::format::{Format, NBSP};

/// A table of the list.
#[derive(Debug, Clone)]
pub(in crate::web) struct Line {
    pub(in crate::web) href: String,
    pub(in crate::web) name: String,
    pub(in crate::web) about: String,
    pub(in crate::web) secret: bool,
    pub(in crate::web) rows: String,
    pub(in crate::web) size: String,
    pub(in crate::web) indexes: String,
    pub(in crate::web) analysed: String,
}

/// A table with how it is made.
#[derive(Debug, Clone)]
pub(in crate::web) struct Sheet {
    pub(in crate::web) name: String,
    pub(in crate::web) about: String,
    pub(in crate::web) secret: bool,
    pub(in crate::web) back: String,
    pub(in crate::web) facts: Vec<(&'static str, String)>,
    pub(in crate::web) notes: Vec<&'static str>,
    pub(in crate::web) columns: Vec<ColumnLine>,
    pub(in crate::web) indexes: Vec<IndexLine>,
    pub(in crate::web) keys: Vec<KeyLine>,
    pub(in crate::web) rules: Vec<RuleLine>,
}

/// A column.
#[derive(Debug, Clone)]
pub(in crate::web) struct ColumnLine {
    pub(in crate::web) name: String,
    pub(in crate::web) about: String,
    pub(in crate::web) kind: String,
    pub(in crate::web) empty: &'static str,
    pub(in crate::web) default: String,
    pub(in crate::web) part_of: String,
}

/// An index.
#[derive(Debug, Clone)]
pub(in crate::web) struct IndexLine {
    pub(in crate::web) name: String,
    pub(in crate::web) kind: String,
    pub(in crate::web) columns: String,
    pub(in crate::web) carries: String,
    pub(in crate::web) predicate: String,
}

/// A foreign key.
#[derive(Debug, Clone)]
pub(in crate::web) struct KeyLine {
    pub(in crate::web) name: String,
    pub(in crate::web) columns: String,
    pub(in crate::web) href: String,
    pub(in crate::web) target: String,
    pub(in crate::web) on_delete: &'static str,
}

/// Any other constraint.
#[derive(Debug, Clone)]
pub(in crate::web) struct RuleLine {
    pub(in crate::web) name: String,
    pub(in crate::web) kind: &'static str,
    pub(in crate::web) text: String,
}

/// All tables; each is below `base`.
pub(in crate::web) fn lines(of: &Structure, base: &str, format: &Format) -> Vec<Line> {
    let line = |table: &Table| Line {
        href: format!("{base}/{}", table.name),
        name: table.name.clone(),
        about: capital(first(&table.about)),
        secret: table.secret,
        rows: rows(table.figures.rows, format),
        size: size(&table.figures, format),
        indexes: format.count(count(table.indexes.len())),
        analysed: analysed(&table.figures, format),
    };
    of.tables.iter().map(line).collect()
}

/// What all tables are together.
pub(in crate::web) fn totals(
    of: &Structure,
    reckoned: bool,
    format: &Format,
) -> Vec<(&'static str, String)> {
    let size = format.bytes(of.bytes());
    vec![
        ("Tables", format.count(count(of.tables.len()))),
        (
            "Size",
            if reckoned {
                format!("about{NBSP}{size}")
            } else {
                size
            },
        ),
        ("Indexes", format.count(count(of.indexes()))),
        ("Foreign keys", format.count(count(of.foreign_keys()))),
    ]
}

impl Sheet {
    pub(in crate::web) fn of(table: &Table, base: &str, format: &Format) -> Self {
        let key = |one: &&ConstraintShape| one.kind == ConstraintKind::ForeignKey;
        let (keys, rules): (Vec<_>, Vec<_>) = table.constraints.iter().partition(key);
        Self {
            name: table.name.clone(),
            about: capital(&table.about),
            secret: table.secret,
            back: base.to_owned(),
            facts: vec![
                ("Rows", rows(table.figures.rows, format)),
                ("Size with indexes", size(&table.figures, format)),
                ("Columns", format.count(count(table.columns.len()))),
                ("Indexes", format.count(count(table.indexes.len()))),
                ("Last analysed", analysed(&table.figures, format)),
            ],
            notes: table.figures.notes.clone(),
            columns: table.columns.iter().map(column).collect(),
            indexes: table.indexes.iter().map(index).collect(),
            keys: keys.into_iter().map(|one| leads(one, base)).collect(),
            rules: rules.into_iter().map(rule).collect(),
        }
    }
}

fn column(of: &Column) -> ColumnLine {
    let parts = of.constraints.iter().filter(|word| **word != "NOT NULL");
    let parts: Vec<String> = parts.map(|word| word.to_lowercase()).collect();
    ColumnLine {
        name: of.name.clone(),
        about: capital(&of.about),
        kind: of.kind.clone(),
        empty: if of.nullable {
            "May\u{a0}be\u{a0}empty"
        } else {
            "Never\u{a0}empty"
        },
        default: of.default.clone().unwrap_or_default(),
        part_of: parts.join(", "),
    }
}

fn index(of: &IndexShape) -> IndexLine {
    let kind = match (of.primary, of.unique) {
        (true, _) => "Primary key".to_owned(),
        (false, true) => format!("Unique, {}", of.method),
        (false, false) => capital(&of.method),
    };
    IndexLine {
        name: of.name.clone(),
        kind,
        columns: of.columns.join(", "),
        carries: of.included.join(", "),
        predicate: of.predicate.clone().unwrap_or_default(),
    }
}

fn leads(of: &ConstraintShape, base: &str) -> KeyLine {
    let (table, columns) = of.leads_to.clone().unwrap_or_default();
    KeyLine {
        name: of.name.clone(),
        columns: of.columns.join(", "),
        href: format!("{base}/{table}"),
        target: format!("{table} ({})", columns.join(", ")),
        on_delete: match of.on_delete.as_str() {
            "cascade" => "This row goes too",
            "set null" => "The reference is emptied",
            "set default" => "The reference gets its default",
            _ => "Refused while this row is there",
        },
    }
}

fn rule(of: &ConstraintShape) -> RuleLine {
    RuleLine {
        name: of.name.clone(),
        kind: match of.kind {
            ConstraintKind::PrimaryKey => "Primary key",
            ConstraintKind::Unique => "Unique",
            ConstraintKind::Check => "Check",
            ConstraintKind::Exclusion => "Exclusion",
            ConstraintKind::ForeignKey => "Foreign key",
        },
        text: of
            .condition
            .clone()
            .unwrap_or_else(|| of.columns.join(", ")),
    }
}
