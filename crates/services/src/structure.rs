//! The tables that a tenant's data is in: what its own people are told of them, and what the platform is told.
//! Structure only, never a row of them; whose figures are told to whom is in `docs/decisions/figures-of-tables.md`.

pub mod advice;
mod figures;

use std::collections::BTreeMap;

use domain::permission::ReadSettings;
use domain::staff::ReadTenants;
use domain::{PlacementKind, TenantId};
use store::structure::{self as stored, ColumnShape, Shape};
use store::{StaffTx, StoreError, TenantTx};

use crate::VerbError;
use crate::tenants::{self, Found};
use advice::Advice;
pub use figures::{Figures, Rows};
pub use store::structure::{ConstraintKind, ConstraintShape, IndexShape};

/// How many rows of a table are counted for a tenant; of more it is told that there are more.
pub const MOST_COUNTED: i32 = 50_000;

/// All tables of a tenant.
#[derive(Debug, Clone, Default)]
pub struct Structure {
    /// What kind of place they are in; none while the tenant has none.
    pub placement: Option<PlacementKind>,
    /// The tables by name.
    pub tables: Vec<Table>,
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// What lies in it.
    pub about: String,
    /// Whether secrets, or their hashes, lie in it: none of them is shown anywhere.
    pub secret: bool,
    /// Its columns in their order.
    pub columns: Vec<Column>,
    /// Its indexes, the primary key's first.
    pub indexes: Vec<IndexShape>,
    /// Its constraints, the primary key first.
    pub constraints: Vec<ConstraintShape>,
    /// How large it is.
    pub figures: Figures,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type in short.
    pub kind: String,
    /// Whether it may be empty.
    pub nullable: bool,
    /// What a new row gets where nothing is said.
    pub default: Option<String>,
    /// What it means.
    pub about: String,
    /// What it takes part in, as SQL writes it.
    pub constraints: Vec<&'static str>,
}

/// A tenant's tables as the platform sees them.
#[derive(Debug)]
pub struct Surveyed {
    /// The tenant.
    pub found: Found,
    /// Its tables, with the server's figures: of all tenants in them together, where they are shared.
    pub structure: Structure,
    /// What could be better about their indexes.
    pub advice: Vec<Advice>,
}

/// The tenant's own tables, with its own figures.
///
/// # Errors
/// The database's.
pub fn own(tx: &mut TenantTx<'_, ReadSettings>) -> Result<Structure, StoreError> {
    read(tx)
}

/// How many bytes the tenant's rows and their indexes take: where they lie beside others', reckoned from a sample of them.
pub(crate) fn bytes<P>(tx: &mut TenantTx<'_, P>) -> Result<i64, StoreError> {
    Ok(read(tx)?.bytes())
}

/// The same by table, the largest first.
pub(crate) fn bytes_by_table<P>(
    tx: &mut TenantTx<'_, P>,
) -> Result<Vec<(String, i64)>, StoreError> {
    let tables = read(tx)?.tables.into_iter();
    let mut sizes: Vec<(String, i64)> = tables
        .filter_map(|table| Some((table.name, table.figures.bytes?)))
        .collect();
    sizes.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    Ok(sizes)
}

fn read<P>(tx: &mut TenantTx<'_, P>) -> Result<Structure, StoreError> {
    let shape = stored::own(tx)?;
    let rows = stored::own_rows(tx, MOST_COUNTED + 1)?;
    let figures = stored::own_figures(tx)?;
    let mut structure = Structure::of(&shape);
    for table in &mut structure.tables {
        let rows = rows.iter().find(|one| one.table_name == table.name);
        let own = figures.iter().find(|one| one.table_name == table.name);
        table.figures = match own {
            Some(own) => Figures::own(own, rows),
            None => Figures::share(rows, &table.indexes),
        };
    }
    Ok(structure)
}

/// The tables of a tenant for the platform: no row of them is read or counted for it.
///
/// # Errors
/// Not found, or the database's.
pub fn of_tenant(
    tx: &mut StaffTx<'_, ReadTenants>,
    tenant: TenantId,
) -> Result<Surveyed, VerbError> {
    let found = tenants::find(tx, tenant)?;
    let surveyed = tx.structure_of(tenant)?.unwrap_or_default();
    let mut structure = Structure::of(&surveyed.shape);
    let shared = structure.is_shared();
    for table in &mut structure.tables {
        let whole = surveyed
            .tables
            .iter()
            .find(|one| one.table_name == table.name);
        table.figures = whole.map(Figures::whole).unwrap_or_default();
        if shared {
            table.figures.notes.push(figures::OF_ALL);
        }
    }
    Ok(Surveyed {
        found,
        advice: advice::on(&surveyed),
        structure,
    })
}

impl Structure {
    fn of(shape: &Shape) -> Self {
        let mut tables: BTreeMap<&str, Table> = shape
            .tables
            .iter()
            .map(|table| {
                let told = Table {
                    name: table.name.clone(),
                    about: table.about.clone().unwrap_or_default(),
                    secret: table.secret,
                    columns: Vec::new(),
                    indexes: Vec::new(),
                    constraints: Vec::new(),
                    figures: Figures::default(),
                };
                (table.name.as_str(), told)
            })
            .collect();
        for constraint in &shape.constraints {
            if let Some(table) = tables.get_mut(constraint.table_name.as_str()) {
                table.constraints.push(constraint.clone());
            }
        }
        for index in &shape.indexes {
            if let Some(table) = tables.get_mut(index.table_name.as_str()) {
                table.indexes.push(index.clone());
            }
        }
        for column in &shape.columns {
            if let Some(table) = tables.get_mut(column.table_name.as_str()) {
                let told = told(column, &table.constraints);
                table.columns.push(told);
            }
        }
        Self {
            placement: shape.placement,
            tables: tables.into_values().collect(),
        }
    }

    /// Whether other tenants' rows lie in the same tables.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.placement == Some(PlacementKind::Shared)
    }

    /// The table of this name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none.
    pub fn table(&self, name: &str) -> Result<&Table, StoreError> {
        let found = self.tables.iter().find(|table| table.name == name);
        found.ok_or(StoreError::NotFound)
    }

    /// The bytes of all tables whose size is known.
    #[must_use]
    pub fn bytes(&self) -> i64 {
        self.tables
            .iter()
            .filter_map(|table| table.figures.bytes)
            .sum()
    }

    /// How many indexes there are.
    #[must_use]
    pub fn indexes(&self) -> usize {
        self.tables.iter().map(|table| table.indexes.len()).sum()
    }

    /// How many foreign keys there are.
    #[must_use]
    pub fn foreign_keys(&self) -> usize {
        let keys = self.tables.iter().flat_map(|table| &table.constraints);
        keys.filter(|one| one.kind == ConstraintKind::ForeignKey)
            .count()
    }
}

fn told(column: &ColumnShape, all: &[ConstraintShape]) -> Column {
    let mut constraints: Vec<&'static str> = Vec::new();
    let on_it = all.iter().filter(|one| one.columns.contains(&column.name));
    for constraint in on_it {
        if !constraints.contains(&constraint.kind.words()) {
            constraints.push(constraint.kind.words());
        }
    }
    if !column.nullable {
        constraints.push("NOT NULL");
    }
    Column {
        name: column.name.clone(),
        kind: short(&column.kind),
        nullable: column.nullable,
        default: column.default.clone(),
        about: column.about.clone().unwrap_or_default(),
        constraints,
    }
}

/// A type as people write it.
fn short(kind: &str) -> String {
    kind.replace("character varying", "varchar")
        .replace("timestamp with time zone", "timestamptz")
        .replace("timestamp without time zone", "timestamp")
}
