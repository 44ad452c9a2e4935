//! Tables in words, for the pages of the tenant and of the platform.

use services::structure::{
    Column, ConstraintKind, ConstraintShape, Figures, IndexShape, Rows, Structure, Table,
};

use crate::web::format::Format;

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
        about: capital(&table.about),
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
    let size = bytes(of.bytes(), format);
    vec![
        ("Tables", format.count(count(of.tables.len()))),
        (
            "Size",
            if reckoned {
                format!("about {size}")
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
            "May be empty"
        } else {
            "Never empty"
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

fn rows(of: Rows, format: &Format) -> String {
    match of {
        Rows::Exactly(rows) => format.count(rows),
        Rows::About(rows) => format!("about {}", format.count(rows)),
        Rows::MoreThan(rows) => format!("more than {}", format.count(rows)),
        Rows::Unknown => "Not counted".to_owned(),
    }
}

/// Reckoned sizes are said to be so; those of the server are whole, though rows may be by statistics.
fn size(of: &Figures, format: &Format) -> String {
    let reckoned = of.estimated && !matches!(of.rows, Rows::About(_));
    match of.bytes {
        None => "Not told".to_owned(),
        Some(0) => "0".to_owned(),
        Some(size) if reckoned => format!("about {}", bytes(size, format)),
        Some(size) => bytes(size, format),
    }
}

fn analysed(of: &Figures, format: &Format) -> String {
    match (of.analyzed_at, of.estimated, of.rows) {
        (Some(at), ..) => format.date_time(at),
        (None, true, Rows::Exactly(_) | Rows::MoreThan(_) | Rows::Unknown) => "Not told".to_owned(),
        (None, ..) => "Never".to_owned(),
    }
}

/// `12.5 MB`
fn bytes(size: i64, format: &Format) -> String {
    const UNITS: [(i64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    let found = UNITS.iter().find(|(unit, _)| size >= *unit);
    let Some((unit, name)) = found else {
        return format!("{} bytes", format.count(size));
    };
    let tenths = size.saturating_mul(10) / unit;
    let number = f64::from(u32::try_from(tenths).unwrap_or(u32::MAX)) / 10.0;
    format!(
        "{} {name}",
        format.decimal(number, usize::from(tenths < 1_000 && tenths % 10 != 0))
    )
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A comment of a migration as a sentence begins.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use domain::Writing;

    use super::*;

    #[test]
    fn sizes_are_written_as_people_say_them() {
        let format = Format::new(Writing::default(), chrono::DateTime::UNIX_EPOCH);
        let told = |size| bytes(size, &format);
        assert_eq!(told(812), "812 bytes");
        assert_eq!(told(8 << 10), "8 KB");
        assert_eq!(told((12 << 20) + (1 << 19)), "12.5 MB");
        assert_eq!(told(3 << 40), "3,072 GB");
    }
}
