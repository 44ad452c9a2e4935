//! What can be asked about: the tables and columns that the console's logins may read where the tenant lives.

use diesel::prelude::*;
use diesel::sql_types::{Array, Text};

use crate::{StoreError, TenantTx, raw};

/// A table that can be asked about.
#[derive(Debug, Clone, QueryableByName)]
pub struct Readable {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Its columns in their order.
    #[diesel(sql_type = Array<Text>)]
    pub columns: Vec<String>,
}

/// All of them, by name.
///
/// # Errors
/// The database's.
pub fn tables<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<Readable>, StoreError> {
    Ok(raw::query(
        r"select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns
          from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          where c.relnamespace = pg_catalog.current_schema()::regnamespace and c.relkind in ('r', 'p')
            and pg_catalog.has_column_privilege('tnt_console', c.oid, a.attnum, 'select')
          group by c.relname order by c.relname",
    )
    .load(tx.connection())?)
}
