//! What could be better about the indexes of a tenant's tables, by their shape and by the server's statistics. Only
//! said; nothing is changed by it.

use store::structure::{
    ConstraintKind, ConstraintShape, IndexFigures, IndexShape, Surveyed, TableFigures,
};

/// The column that everything of a tenant begins with.
const TENANT: &str = "tenant_id";
/// A table of so many rows is not to be read from end to end.
const LARGE: i64 = 10_000;
/// Not because it happened now and then: maintenance and backups do.
const OFTEN: i64 = 50;
/// An index so large, in bytes, is worth a word when nothing uses it.
const WORTH: i64 = 1024 * 1024;

/// What kind of advice it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A table has no index that begins with its tenant.
    NoTenantIndex,
    /// An index does not begin with the tenant.
    NotLedByTenant,
    /// A foreign key has no index to find what names a row.
    ForeignKeyWithoutIndex,
    /// Another index does the same.
    Duplicate,
    /// Nothing uses it.
    Unused,
    /// A large table is read from end to end.
    SequentialScans,
}

impl Kind {
    /// As programs are told.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoTenantIndex => "no_tenant_index",
            Self::NotLedByTenant => "not_led_by_tenant",
            Self::ForeignKeyWithoutIndex => "foreign_key_without_index",
            Self::Duplicate => "duplicate_index",
            Self::Unused => "unused_index",
            Self::SequentialScans => "sequential_scans",
        }
    }

    /// In a few words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::NoTenantIndex => "No index of the tenant",
            Self::NotLedByTenant => "Does not begin with the tenant",
            Self::ForeignKeyWithoutIndex => "Foreign key without an index",
            Self::Duplicate => "Two indexes for one thing",
            Self::Unused => "Never used",
            Self::SequentialScans => "Read from end to end",
        }
    }
}

/// A piece of advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What kind.
    pub kind: Kind,
    /// About which table.
    pub table: String,
    /// About which index or constraint of it.
    pub index: Option<String>,
    /// The reason, with what to do.
    pub words: String,
}

/// All there is to say, the rules before the statistics.
pub(super) fn on(of: &Surveyed) -> Vec<Advice> {
    let mut said = Vec::new();
    for table in &of.shape.tables {
        let indexes: Vec<&IndexShape> = of
            .shape
            .indexes
            .iter()
            .filter(|index| index.table_name == table.name)
            .collect();
        if !indexes.iter().any(|index| leads(index)) {
            let words = format!(
                "No index begins with {TENANT}: each question of a tenant reads the whole table."
            );
            said.push(advice(Kind::NoTenantIndex, &table.name, None, words));
        }
        for index in indexes.iter().filter(|index| !leads(index)) {
            let words = format!(
                "It is ordered by {} first. Begin it with {TENANT}: rows of a tenant are then found together, and a unique index says nothing of other tenants.",
                index.columns.first().map_or("nothing", String::as_str)
            );
            said.push(advice(
                Kind::NotLedByTenant,
                &table.name,
                Some(&index.name),
                words,
            ));
        }
        let constraints = of.shape.constraints.iter();
        let keys = constraints
            .filter(|one| one.table_name == table.name && one.kind == ConstraintKind::ForeignKey);
        for key in keys.filter(|key| !indexes.iter().any(|index| serves(index, key))) {
            let words = format!(
                "Whatever it names is removed slowly, because no index begins with {}.",
                key.columns.join(", ")
            );
            let kind = Kind::ForeignKeyWithoutIndex;
            said.push(advice(kind, &table.name, Some(&key.name), words));
        }
        for index in &indexes {
            if let Some(other) = indexes.iter().find(|other| covers(other, index)) {
                let words = format!(
                    "{} finds the same rows; without this one every write does less.",
                    other.name
                );
                said.push(advice(
                    Kind::Duplicate,
                    &table.name,
                    Some(&index.name),
                    words,
                ));
            }
        }
    }
    said.extend(of.tables.iter().filter_map(sequential));
    let unused = of.shape.indexes.iter().filter_map(|index| {
        let figures = of
            .indexes
            .iter()
            .find(|one| one.index_name == index.name && one.table_name == index.table_name)?;
        unused(index, figures)
    });
    said.extend(unused);
    said
}

fn advice(kind: Kind, table: &str, index: Option<&str>, words: String) -> Advice {
    Advice {
        kind,
        table: table.to_owned(),
        index: index.map(ToOwned::to_owned),
        words,
    }
}

fn leads(index: &IndexShape) -> bool {
    index.columns.first().is_some_and(|first| first == TENANT)
}

/// Whether the rows that a foreign key leads from are found by this index.
fn serves(index: &IndexShape, key: &ConstraintShape) -> bool {
    let whole = match &index.predicate {
        None => true,
        // A row without a value names nothing.
        Some(predicate) => key
            .columns
            .iter()
            .any(|column| *predicate == format!("({column} IS NOT NULL)")),
    };
    let first = index.columns.get(..key.columns.len());
    whole && first.is_some_and(|first| key.columns.iter().all(|column| first.contains(column)))
}

/// Whether `index` could go, because `other` does what it does.
fn covers(other: &IndexShape, index: &IndexShape) -> bool {
    if other.name == index.name || index.unique || index.primary {
        return false;
    }
    let carried =
        |column: &String| other.columns.contains(column) || other.included.contains(column);
    let alike = other.method == index.method
        && other.predicate == index.predicate
        && other.columns.starts_with(&index.columns)
        && other.manners.starts_with(&index.manners)
        && index.included.iter().all(carried);
    // Of two that are the same, the later by name goes.
    let twin = !other.unique
        && other.columns.len() == index.columns.len()
        && other.included.len() == index.included.len();
    alike && (!twin || other.name < index.name)
}

fn sequential(of: &TableFigures) -> Option<Advice> {
    let rows = of.seq_rows.checked_div(of.seq_scans)?;
    if of.seq_scans < OFTEN || rows < LARGE || of.row_estimate < LARGE {
        return None;
    }
    let words = format!(
        "Read from end to end {} times, {rows} rows each time; by an index {} times. Look for the question that has none.",
        of.seq_scans, of.idx_scans
    );
    Some(advice(Kind::SequentialScans, &of.table_name, None, words))
}

fn unused(index: &IndexShape, figures: &IndexFigures) -> Option<Advice> {
    if index.unique || index.primary || figures.scans > 0 || figures.bytes < WORTH {
        return None;
    }
    let words = format!(
        "{} MB that no question used since the statistics began; every write pays for it.",
        figures.bytes / WORTH
    );
    let table = &index.table_name;
    Some(advice(Kind::Unused, table, Some(&index.name), words))
}

#[cfg(test)]
mod tests;
