//! Running the migrations, forward and back: one runner at a time, a ledger in each schema.

use diesel::connection::SimpleConnection;
use diesel::migration::{MigrationSource, MigrationVersion};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::database::drop_database;
use super::ledger::{self, InSchema, work_in};
use super::{BootError, Owner, Refusal, SHARED, roles};

const NODE: EmbeddedMigrations = embed_migrations!("../../migrations/node");
const CATALOGUE: EmbeddedMigrations = embed_migrations!("../../migrations/catalogue");
const TENANT: EmbeddedMigrations = embed_migrations!("../../migrations/tenant");

/// The two schemas that there is one of, in the order in which they go forward; the tenants' come after them.
fn single() -> [(&'static str, EmbeddedMigrations); 2] {
    [("node", NODE), ("catalogue", CATALOGUE)]
}

/// What was done to a database.
#[derive(Debug, Clone, Default)]
pub struct Migrated {
    /// The migrations that ran, as `schema/version`.
    pub ran: Vec<String>,
    /// The statements that made roles, rights and schemas.
    pub prepared: Vec<String>,
    /// Databases of tenants' own that did not answer: they are closed until they are migrated too.
    pub missed: Vec<Missed>,
}

/// A database that did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// Its name.
    pub database: String,
    /// Why.
    pub reason: String,
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

/// Makes roles and schemas and runs every migration that is missing, here and in the databases of tenants' own. One of
/// these that does not answer keeps the others from nothing. Two runners at once: one waits.
///
/// # Errors
/// See [`BootError`].
pub fn migrate<'a>(owner: impl Into<Owner<'a>>) -> Result<Migrated, BootError> {
    let owner = owner.into();
    let mut connection = alone(owner.url)?;
    let mut done = here(&mut connection)?;
    for name in ledger::databases(&mut connection)? {
        match there(&owner, &mut connection, &name) {
            Ok(ran) => done.ran.extend(ran),
            Err(BootError::Connect(reason)) => done.missed.push(Missed {
                database: name,
                reason,
            }),
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// The same in one database alone.
pub(crate) fn migrate_one(owner_url: &str) -> Result<Migrated, BootError> {
    here(&mut alone(owner_url)?)
}

/// In a database of a tenant's own, whose lines of the ledger are written down at home.
fn there(owner: &Owner<'_>, home: &mut PgConnection, name: &str) -> Result<Vec<String>, BootError> {
    let url = owner.url_of(home, name)?;
    let ran = migrate_one(&url)?.ran;
    let mut there = PgConnection::establish(&url)?;
    work_in(&mut there, SHARED)?;
    let lines = ledger::lines(&mut there, SHARED)?;
    ledger::mirror(home, name, &lines)?;
    let named = |version: &String| format!("{name}/{version}");
    Ok(ran.iter().map(named).collect())
}

fn here(connection: &mut PgConnection) -> Result<Migrated, BootError> {
    let mut done = Migrated {
        prepared: roles::make(connection)?,
        ..Migrated::default()
    };
    for (schema, migrations) in single() {
        work_in(connection, schema)?;
        forward(connection, schema, migrations, &mut done.ran)?;
    }
    for schema in ledger::schemas(connection)? {
        work_in(connection, &schema)?;
        let mut tables = InSchema {
            connection,
            name: &schema,
        };
        forward(&mut tables, &schema, TENANT, &mut done.ran)?;
    }
    Ok(done)
}

fn forward(
    place: &mut impl MigrationHarness<Pg>,
    schema: &str,
    migrations: EmbeddedMigrations,
    ran: &mut Vec<String>,
) -> Result<(), BootError> {
    let failed = |reason: Reason| failed(schema, &reason);
    let known = versions_of(&migrations);
    let applied = place.applied_migrations().map_err(failed)?;
    if let Some(newest) = newer(applied.iter().map(ToString::to_string), &known) {
        return Err(BootError::Newer(Refusal::NewerSchema(newest)));
    }
    let versions = place.run_pending_migrations(migrations).map_err(failed)?;
    ran.extend(named(schema, &versions));
    Ok(())
}

/// Takes every migration back, newest first. Everything that the tables held is gone, with the schemas and databases of
/// tenants' own; roles and the other schemas stay.
///
/// # Errors
/// See [`BootError`].
pub fn revert<'a>(owner: impl Into<Owner<'a>>) -> Result<Vec<String>, BootError> {
    let owner = owner.into();
    let mut connection = alone(owner.url)?;
    let mut reverted = Vec::new();
    for name in ledger::databases(&mut connection)? {
        let maintenance = owner.maintenance_of(&mut connection, &name)?;
        drop_database(&maintenance, &name)?;
    }
    for schema in ledger::schemas(&mut connection)?.iter().rev() {
        work_in(&mut connection, schema)?;
        let mut tables = InSchema {
            connection: &mut connection,
            name: schema,
        };
        back(&mut tables, schema, TENANT, &mut reverted)?;
        if schema != SHARED {
            connection.batch_execute(&format!("drop schema {schema}"))?;
        }
    }
    for (schema, migrations) in single().into_iter().rev() {
        work_in(&mut connection, schema)?;
        back(&mut connection, schema, migrations, &mut reverted)?;
    }
    Ok(reverted)
}

fn back(
    place: &mut impl MigrationHarness<Pg>,
    schema: &str,
    migrations: EmbeddedMigrations,
    reverted: &mut Vec<String>,
) -> Result<(), BootError> {
    let versions = place
        .revert_all_migrations(migrations)
        .map_err(|reason| failed(schema, &reason))?;
    reverted.extend(named(schema, &versions));
    Ok(())
}

/// Runs every migration of the tenants' tables in a new schema.
pub(crate) fn fill(tables: &mut InSchema<'_>) -> Result<(), BootError> {
    let schema = tables.name;
    forward(tables, schema, TENANT, &mut Vec::new())
}

type Reason = Box<dyn std::error::Error + Send + Sync>;

fn failed(schema: &str, reason: &Reason) -> BootError {
    BootError::Migration {
        schema: schema.to_owned(),
        reason: reason.to_string(),
    }
}

/// The versions that this binary brings, as `schema/version`.
pub(super) fn known_versions() -> Vec<String> {
    let families = single().into_iter().chain([(SHARED, TENANT)]);
    families
        .flat_map(|(schema, migrations)| {
            versions_of(&migrations)
                .into_iter()
                .map(move |version| format!("{schema}/{version}"))
        })
        .collect()
}

/// The versions of the tenants' tables that this binary brings.
pub(crate) fn tenant_versions() -> Vec<String> {
    versions_of(&TENANT)
}

/// The newest of the applied versions that are not known here.
pub(crate) fn newer(applied: impl Iterator<Item = String>, known: &[String]) -> Option<String> {
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

fn named(schema: &str, versions: &[MigrationVersion<'_>]) -> Vec<String> {
    versions
        .iter()
        .map(|version| format!("{schema}/{version}"))
        .collect()
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
