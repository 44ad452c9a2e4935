//! What keeps a rollout and a move of a tenant out of each other's way: a move holds both of its schemas, and both have
//! the same tables.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::{raw, vendor};

/// No rollout touches this schema until the connection ends.
pub(crate) fn hold(connection: &mut PgConnection, schema: &str) -> QueryResult<()> {
    raw::query("select pg_advisory_lock_shared(hashtextextended('tenantry schema ' || $1, 0))")
        .bind::<Text, _>(schema)
        .execute(connection)?;
    Ok(())
}

/// Holds the other schema too, and says whether the same migrations of the vendor's stand in both.
pub(crate) fn hold_alike(
    connection: &mut PgConnection,
    one: &str,
    other: &str,
) -> QueryResult<bool> {
    hold(connection, other)?;
    Ok(vendor::versions_in(connection, one)? == vendor::versions_in(connection, other)?)
}
