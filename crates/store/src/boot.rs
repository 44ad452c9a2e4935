//! Making a database ours: roles, schemas, migrations. Runs as the owner of the database, before and
//! apart from everything else.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const ROLES: &str = include_str!("../sql/roles.sql");
const CATALOGUE: EmbeddedMigrations = embed_migrations!("../../migrations/catalogue");
const NODE: EmbeddedMigrations = embed_migrations!("../../migrations/node");
const TENANT: EmbeddedMigrations = embed_migrations!("../../migrations/tenant");

/// Why a database could not be made ours.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// No connection.
    #[error("cannot connect to the database: {0}")]
    Connect(#[from] ConnectionError),
    /// The roles or schemas could not be made.
    #[error("cannot make the database roles: {0}")]
    Roles(diesel::result::Error),
    /// A migration failed; the ones before it stand.
    #[error("a migration failed: {0}")]
    Migration(String),
}

/// Creates the database named `name` when the server has none of that name.
///
/// # Errors
/// No connection, or no right to create databases.
pub fn create_database(maintenance_url: &str, name: &str) -> Result<(), BootError> {
    let mut connection = PgConnection::establish(maintenance_url)?;
    let found: i64 = crate::raw::query(
        "select count(*) as count from pg_catalog.pg_database where datname = $1",
    )
    .bind::<diesel::sql_types::Text, _>(name)
    .get_result::<Count>(&mut connection)
    .map_err(BootError::Roles)?
    .count;
    if found == 0 {
        let quoted = name.replace('"', "\"\"");
        connection
            .batch_execute(&format!("create database \"{quoted}\""))
            .map_err(BootError::Roles)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// Makes roles and schemas and runs every migration that is missing. Answers how many ran.
///
/// # Errors
/// See [`BootError`].
pub fn migrate(owner_url: &str) -> Result<usize, BootError> {
    let mut connection = PgConnection::establish(owner_url)?;
    connection.batch_execute(ROLES).map_err(BootError::Roles)?;
    let mut ran = 0;
    for (schema, migrations) in [("node", NODE), ("catalogue", CATALOGUE), ("shared", TENANT)] {
        connection
            .batch_execute(&format!("set role tnt_owner; set search_path = {schema}"))
            .map_err(BootError::Roles)?;
        ran += connection
            .run_pending_migrations(migrations)
            .map_err(|error| BootError::Migration(error.to_string()))?
            .len();
    }
    Ok(ran)
}
