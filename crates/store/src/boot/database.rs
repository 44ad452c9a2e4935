//! Whether there is a database at all: what must hold before anything can be asked of it.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::BootError;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Stranger {
    #[diesel(sql_type = diesel::sql_types::Text)]
    role: String,
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
    // Who is no superuser ends the sessions of roles alone that it is a member of; those that it made it may become one of.
    let strangers: Vec<Stranger> = crate::raw::query(
        "select distinct quote_ident(a.usename) as role from pg_catalog.pg_stat_activity a
        where a.datname = $1 and a.usename is not null and not pg_catalog.pg_has_role(a.usename, 'usage')",
    )
    .bind::<diesel::sql_types::Text, _>(name)
    .load(&mut connection)?;
    for Stranger { role } in strangers {
        connection.batch_execute(&format!("grant {role} to current_user"))?;
    }
    connection.batch_execute(&format!("drop database if exists {name} with (force)"))?;
    Ok(())
}
