//! What tables a tenant's data is in: their shape out of the catalog, which is alike for all tenants, and their
//! figures. Which of them somebody may be told is the database's functions' to say; what they mean is decided above.

mod figures;
mod shape;

use diesel::PgConnection;
use diesel::prelude::*;
use domain::{PlacementKind, TenantId};

pub use figures::{IndexFigures, OwnFigures, OwnRows, TableFigures};
pub use shape::{ColumnShape, ConstraintKind, ConstraintShape, IndexShape, TableShape};

use crate::boot::SHARED;
use crate::places::Place;
use crate::platform::PlatformTx;
use crate::schema::node::placements;
use crate::{StoreError, TenantTx};

/// The shape of one schema, each list by table and then by place or name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// What kind of place it is: in one that is shared other tenants' rows lie in the same tables.
    pub placement: Option<PlacementKind>,
    /// The tables.
    pub tables: Vec<TableShape>,
    /// Their columns.
    pub columns: Vec<ColumnShape>,
    /// Their indexes.
    pub indexes: Vec<IndexShape>,
    /// Their constraints, foreign keys among them.
    pub constraints: Vec<ConstraintShape>,
}

impl Shape {
    /// In a database of a tenant's own nobody else is in the tables that are shared elsewhere.
    fn of(connection: &mut PgConnection, place: &Place, schema: &str) -> Result<Self, StoreError> {
        let placement = match (place, schema) {
            (Place::Own(_), _) => PlacementKind::Database,
            (Place::Home, SHARED) => PlacementKind::Shared,
            (Place::Home, _) => PlacementKind::Schema,
        };
        Ok(Self {
            placement: Some(placement),
            tables: shape::tables(connection, schema)?,
            columns: shape::columns(connection, schema)?,
            indexes: shape::indexes(connection, schema)?,
            constraints: shape::constraints(connection, schema)?,
        })
    }
}

/// The shape of the tenant's own tables, wherever they are.
///
/// # Errors
/// The database's.
pub fn own<P>(tx: &mut TenantTx<'_, P>) -> Result<Shape, StoreError> {
    let (place, schema) = (tx.place().clone(), shape::entered(tx.connection())?);
    Shape::of(tx.connection(), &place, &schema)
}

/// How many rows the tenant has in each table that its people may read, counted up to `most`.
///
/// # Errors
/// The database's.
pub fn own_rows<P>(tx: &mut TenantTx<'_, P>, most: i32) -> Result<Vec<OwnRows>, StoreError> {
    figures::own_rows(tx.connection(), most)
}

/// What the server says of the tenant's own tables; nothing where others' rows lie in them.
///
/// # Errors
/// The database's.
pub fn own_figures<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<OwnFigures>, StoreError> {
    figures::own(tx.connection())
}

/// The tables of a tenant as the platform sees them.
#[derive(Debug, Clone, Default)]
pub struct Surveyed {
    /// Their shape.
    pub shape: Shape,
    /// Sizes and statistics of the tables: of all tenants in it together, where it is shared.
    pub tables: Vec<TableFigures>,
    /// Those of the indexes.
    pub indexes: Vec<IndexFigures>,
}

impl PlatformTx<'_> {
    /// The tables that this tenant's rows are in; none while it has no place.
    ///
    /// # Errors
    /// The database's.
    pub fn structure_of(&mut self, tenant: TenantId) -> Result<Option<Surveyed>, StoreError> {
        let place = self.place_of(tenant)?;
        if place.is_home() {
            return self.structure_here(tenant);
        }
        self.store()
            .platform_at(&place, self.now(), |tx| tx.structure_here(tenant))
    }

    fn structure_here(&mut self, tenant: TenantId) -> Result<Option<Surveyed>, StoreError> {
        let schema: Option<String> = placements::table
            .find(tenant.uuid())
            .select(placements::schema_name)
            .first(self.connection())
            .optional()?;
        let Some(schema) = schema else {
            return Ok(None);
        };
        let place = self.place().clone();
        Ok(Some(Surveyed {
            shape: Shape::of(self.connection(), &place, &schema)?,
            tables: figures::tables(self.connection(), &schema)?,
            indexes: figures::indexes(self.connection(), &schema)?,
        }))
    }
}
