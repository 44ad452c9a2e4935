//! How many schemas and tenants there are in how many databases.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::platform::PlatformTx;
use crate::{StoreError, raw};

/// The fleet in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Fleet {
    /// Tenants that have a place.
    #[diesel(sql_type = BigInt)]
    pub tenants: i64,
    /// Of these: in the shared tables.
    #[diesel(sql_type = BigInt)]
    pub shared: i64,
    /// In a schema of their own in the home database.
    #[diesel(sql_type = BigInt)]
    pub schemas: i64,
    /// In a database of their own.
    #[diesel(sql_type = BigInt)]
    pub databases: i64,
}

impl PlatformTx<'_> {
    /// The fleet in numbers.
    ///
    /// # Errors
    /// The database's.
    pub fn fleet(&mut self) -> Result<Fleet, StoreError> {
        Ok(raw::query(
            "select count(*) as tenants, count(*) filter (where p.kind = 'shared') as shared,
                count(*) filter (where p.kind = 'schema') as schemas, count(*) filter (where p.kind = 'database') as databases
            from catalogue.placements p join catalogue.tenants t on t.id = p.tenant_id and t.status <> 'deleted'",
        )
        .get_result(self.connection())?)
    }
}
