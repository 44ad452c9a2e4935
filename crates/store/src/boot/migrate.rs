//! Running the migrations, forward and back: one runner at a time, a ledger in each schema.

use diesel::connection::SimpleConnection;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{BootError, Refusal, roles};

const NODE: EmbeddedMigrations = embed_migrations!("../../migrations/node");
const CATALOGUE: EmbeddedMigrations = embed_migrations!("../../migrations/catalogue");
const TENANT: EmbeddedMigrations = embed_migrations!("../../migrations/tenant");

/// Each schema with its migrations, in the order in which they go forward.
fn families() -> [(&'static str, EmbeddedMigrations); 3] {
    [("node", NODE), ("catalogue", CATALOGUE), ("shared", TENANT)]
}

/// What was done to a database.
#[derive(Debug, Clone, Default)]
pub struct Migrated {
    /// The migrations that ran, as `schema/version`.
    pub ran: Vec<String>,
    /// The statements that made roles, rights and schemas.
    pub prepared: Vec<String>,
}

impl Migrated {
    /// Whether this login did not exist before.
    #[must_use]
    pub fn is_new(&self, login: &str) -> bool {
        let made = format!("create role {login} ");
        self.prepared
            .iter()
            .any(|statement| statement.starts_with(&made))
    }
}

/// Makes roles and schemas and runs every migration that is missing. Two runners at once: one waits.
///
/// # Errors
/// See [`BootError`].
pub fn migrate(owner_url: &str) -> Result<Migrated, BootError> {
    let mut connection = alone(owner_url)?;
    let mut done = Migrated {
        prepared: roles::make(&mut connection)?,
        ..Migrated::default()
    };
    for (schema, migrations) in families() {
        work_in(&mut connection, schema)?;
        let failed = |reason: Box<dyn std::error::Error + Send + Sync>| BootError::Migration {
            schema,
            reason: reason.to_string(),
        };
        let known = versions_of(&migrations);
        let applied = connection.applied_migrations().map_err(failed)?;
        if let Some(newest) = newer(applied.iter().map(ToString::to_string), &known) {
            return Err(BootError::Newer(Refusal::NewerSchema(newest)));
        }
        let ran = connection
            .run_pending_migrations(migrations)
            .map_err(failed)?;
        done.ran.extend(named(schema, &ran));
    }
    Ok(done)
}

/// Takes every migration back, newest first. Everything that the tables held is gone; roles and schemas stay.
///
/// # Errors
/// See [`BootError`].
pub fn revert(owner_url: &str) -> Result<Vec<String>, BootError> {
    let mut connection = alone(owner_url)?;
    let mut reverted = Vec::new();
    for (schema, migrations) in families().into_iter().rev() {
        work_in(&mut connection, schema)?;
        let back = connection
            .revert_all_migrations(migrations)
            .map_err(|reason| BootError::Migration {
                schema,
                reason: reason.to_string(),
            })?;
        reverted.extend(named(schema, &back));
    }
    Ok(reverted)
}

/// The versions that this binary brings, as `schema/version`.
pub(super) fn known_versions() -> Vec<String> {
    families()
        .iter()
        .flat_map(|(schema, migrations)| {
            versions_of(migrations)
                .into_iter()
                .map(move |version| format!("{schema}/{version}"))
        })
        .collect()
}

/// The newest of the applied versions that are not known here.
pub(super) fn newer(applied: impl Iterator<Item = String>, known: &[String]) -> Option<String> {
    applied.filter(|version| !known.contains(version)).max()
}

fn versions_of(migrations: &EmbeddedMigrations) -> Vec<String> {
    // Embedded migrations are checked when they are compiled in: reading them back does not fail.
    let found = MigrationSource::<Pg>::migrations(migrations).unwrap_or_default();
    found
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect()
}

fn named(schema: &'static str, versions: &[MigrationVersion<'_>]) -> Vec<String> {
    versions
        .iter()
        .map(|version| format!("{schema}/{version}"))
        .collect()
}

fn work_in(connection: &mut PgConnection, schema: &str) -> QueryResult<()> {
    connection.batch_execute(&format!("set role tnt_owner; set search_path = {schema}"))
}

/// A connection that holds the migrators' lock until it is closed.
fn alone(owner_url: &str) -> Result<PgConnection, BootError> {
    let mut connection = PgConnection::establish(owner_url)?;
    // The owner's own limits must not cut a long migration or the wait for another one.
    connection.batch_execute(
        "set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0; \
         set client_min_messages = 'error'; \
         select pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended('tenantry migrations', 0))",
    )?;
    Ok(connection)
}
