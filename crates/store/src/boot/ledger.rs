//! Running the tenants' migrations in one schema, noted in the ledger of all schemas.

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationVersion, Result};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_migrations::MigrationHarness;

use crate::schema::node::ledger;

/// Our own migrations in the ledger; a vendor's are of another family.
pub(crate) const OURS: &str = "tenantry";
/// The vendor's.
pub(crate) const VENDOR: &str = "vendor";

/// A schema with tenants' tables: `shared`, or one tenant's own. The connection's owner works in it.
pub(crate) struct InSchema<'c> {
    pub(crate) connection: &'c mut PgConnection,
    pub(crate) name: &'c str,
}

impl InSchema<'_> {
    /// Runs `work` and what it says to the ledger in one transaction, unless the migration must not be in one.
    fn noted(
        &mut self,
        migration: &dyn Migration<Pg>,
        work: impl FnOnce(&mut PgConnection) -> Result<()>,
        note: impl FnOnce(&mut PgConnection) -> QueryResult<usize>,
    ) -> Result<()> {
        let both = |connection: &mut PgConnection| {
            work(connection)?;
            note(connection)?;
            Ok(())
        };
        if migration.metadata().run_in_transaction() {
            self.connection.transaction(both)
        } else {
            both(self.connection)
        }
    }
}

impl MigrationHarness<Pg> for InSchema<'_> {
    fn run_migration(
        &mut self,
        migration: &dyn Migration<Pg>,
    ) -> Result<MigrationVersion<'static>> {
        let version = migration.name().version().as_owned();
        let row = (
            ledger::schema_name.eq(self.name.to_owned()),
            ledger::version.eq(version.to_string()),
        );
        self.noted(
            migration,
            |connection| migration.run(connection),
            |connection| {
                diesel::insert_into(ledger::table)
                    .values(row)
                    .execute(connection)
            },
        )?;
        Ok(version)
    }

    fn revert_migration(
        &mut self,
        migration: &dyn Migration<Pg>,
    ) -> Result<MigrationVersion<'static>> {
        let version = migration.name().version().as_owned();
        let row = ledger::table.find((self.name.to_owned(), OURS, version.to_string()));
        self.noted(
            migration,
            |connection| migration.revert(connection),
            |connection| diesel::delete(row).execute(connection),
        )?;
        Ok(version)
    }

    fn applied_migrations(&mut self) -> Result<Vec<MigrationVersion<'static>>> {
        let versions: Vec<String> = ledger::table
            .filter(ledger::schema_name.eq(self.name))
            .filter(ledger::family.eq(OURS))
            .order(ledger::version.desc())
            .select(ledger::version)
            .load(self.connection)?;
        Ok(versions.into_iter().map(MigrationVersion::from).collect())
    }
}

/// How the names of databases begin; a schema's begins with `t_`.
const DATABASES: &str = r"d\_%";

/// Every schema with tenants' tables in this database, `shared` first.
pub(super) fn schemas(connection: &mut PgConnection) -> QueryResult<Vec<String>> {
    let own: Vec<String> = ledger::table
        .filter(ledger::schema_name.ne(super::SHARED))
        .filter(ledger::schema_name.not_like(DATABASES))
        .select(ledger::schema_name)
        .distinct()
        .order(ledger::schema_name)
        .load(connection)?;
    Ok(std::iter::once(super::SHARED.to_owned())
        .chain(own)
        .collect())
}

/// The databases of tenants' own, whose lines of the ledger stand here too under the database's name.
pub(crate) fn databases(connection: &mut PgConnection) -> QueryResult<Vec<String>> {
    ledger::table
        .filter(ledger::schema_name.like(DATABASES))
        .select(ledger::schema_name)
        .distinct()
        .order(ledger::schema_name)
        .load(connection)
}

/// A line of the ledger: schema, family, version, and how long it took.
pub(crate) type Line = (String, String, String, Option<i64>);

/// What stands in a schema.
pub(crate) fn lines(connection: &mut PgConnection, schema: &str) -> QueryResult<Vec<Line>> {
    ledger::table
        .filter(ledger::schema_name.eq(schema))
        .select((
            ledger::schema_name,
            ledger::family,
            ledger::version,
            ledger::took_microseconds,
        ))
        .load(connection)
}

/// Writes down here what stands in a database of a tenant's own, in place of what was written before.
pub(crate) fn mirror(
    connection: &mut PgConnection,
    database: &str,
    lines: &[Line],
) -> QueryResult<()> {
    let stands: Vec<&String> = lines.iter().map(|(_, _, version, _)| version).collect();
    diesel::delete(ledger::table)
        .filter(ledger::schema_name.eq(database))
        .filter(ledger::version.ne_all(stands))
        .execute(connection)?;
    let rows: Vec<_> = lines
        .iter()
        .map(|(_, family, version, took)| {
            (
                ledger::schema_name.eq(database),
                ledger::family.eq(family),
                ledger::version.eq(version),
                ledger::took_microseconds.eq(took),
            )
        })
        .collect();
    diesel::insert_into(ledger::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(connection)?;
    Ok(())
}

/// Works as the owner of all tables, in this schema. The name is one of ours.
pub(super) fn work_in(connection: &mut PgConnection, schema: &str) -> QueryResult<()> {
    connection.batch_execute(&format!("set role tnt_owner; set search_path = {schema}"))
}
