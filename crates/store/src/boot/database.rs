//! Whether there is a database at all: what must hold before anything can be asked of it.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::BootError;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// Creates the database named `name` when the server has none of that name.
///
/// # Errors
/// No connection, or no right to create databases.
pub fn create_database(maintenance_url: &str, name: &str) -> Result<(), BootError> {
    let mut connection = PgConnection::establish(maintenance_url)?;
    let found = crate::raw::query(
        "select count(*) as count from pg_catalog.pg_database where datname = $1",
    )
    .bind::<diesel::sql_types::Text, _>(name)
    .get_result::<Count>(&mut connection)?
    .count;
    if found == 0 {
        let quoted = name.replace('"', "\"\"");
        connection.batch_execute(&format!("create database \"{quoted}\""))?;
    }
    Ok(())
}

/// Drops the database of this name, one of ours, with whoever works in it.
pub(crate) fn drop_database(maintenance_url: &str, name: &str) -> Result<(), BootError> {
    let mut connection = PgConnection::establish(maintenance_url)?;
    connection.batch_execute(&format!("drop database if exists {name} with (force)"))?;
    Ok(())
}
