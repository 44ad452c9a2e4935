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

/// Every schema with tenants' tables on this node, `shared` first.
pub(super) fn schemas(connection: &mut PgConnection) -> QueryResult<Vec<String>> {
    let own: Vec<String> = ledger::table
        .filter(ledger::schema_name.ne(super::SHARED))
        .select(ledger::schema_name)
        .distinct()
        .order(ledger::schema_name)
        .load(connection)?;
    Ok(std::iter::once(super::SHARED.to_owned())
        .chain(own)
        .collect())
}

/// Works as the owner of all tables, in this schema. The name is one of ours.
pub(super) fn work_in(connection: &mut PgConnection, schema: &str) -> QueryResult<()> {
    connection.batch_execute(&format!("set role tnt_owner; set search_path = {schema}"))
}
