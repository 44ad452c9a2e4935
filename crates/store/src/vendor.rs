//! The vendor's own migrations as they were given to us: kept as text, so that every process runs the same, and what
//! ran once can be taken back when its folder is gone.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::StoreError;
use crate::boot::ledger::VENDOR;
use crate::platform::PlatformTx;
use crate::schema::catalogue::vendor_migrations;
use crate::schema::node::ledger;

/// A migration of the vendor's.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = vendor_migrations, check_for_backend(diesel::pg::Pg))]
pub struct VendorMigration {
    /// By which they are ordered.
    pub version: String,
    /// What it is called.
    pub name: String,
    /// What makes it.
    #[diesel(column_name = up_script)]
    pub up: String,
    /// What takes it back, where that can be done.
    #[diesel(column_name = down_script)]
    pub down: Option<String>,
}

/// A migration that was given, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// By which they are ordered.
    pub version: String,
    /// What it is called.
    pub name: String,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// Since when new schemas get it; `None` before its first rollout.
    pub released_at: Option<DateTime<Utc>>,
    /// Whether it can be taken back.
    pub goes_back: bool,
    /// In how many schemas of tenants it ran.
    pub schemas: i64,
}

type GivenRow = (String, String, DateTime<Utc>, Option<DateTime<Utc>>, bool);

impl PlatformTx<'_> {
    /// The migrations that were given, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn vendor_migrations(&mut self) -> Result<Vec<VendorMigration>, StoreError> {
        Ok(all(self.connection())?)
    }

    /// The same without their text, and how far each came.
    ///
    /// # Errors
    /// The database's.
    pub fn given_migrations(&mut self) -> Result<Vec<Given>, StoreError> {
        use vendor_migrations::dsl as v;
        let ran: Vec<(String, i64)> = ledger::table
            .filter(ledger::family.eq(VENDOR))
            .group_by(ledger::version)
            .select((ledger::version, diesel::dsl::count_star()))
            .load(self.connection())?;
        let rows: Vec<GivenRow> = v::vendor_migrations
            .order(v::version)
            .select((
                v::version,
                v::name,
                v::given_at,
                v::released_at,
                v::down_script.is_not_null(),
            ))
            .load(self.connection())?;
        let given = |(version, name, given_at, released_at, goes_back): GivenRow| {
            let schemas = ran.iter().find(|(ran, _)| *ran == version);
            Given {
                schemas: schemas.map_or(0, |(_, schemas)| *schemas),
                version,
                name,
                given_at,
                released_at,
                goes_back,
            }
        };
        Ok(rows.into_iter().map(given).collect())
    }

    /// The versions of the vendor's that ran in any schema.
    ///
    /// # Errors
    /// The database's.
    pub fn versions_that_ran(&mut self) -> Result<BTreeSet<String>, StoreError> {
        let versions: Vec<String> = ledger::table
            .filter(ledger::family.eq(VENDOR))
            .select(ledger::version)
            .distinct()
            .load(self.connection())?;
        Ok(versions.into_iter().collect())
    }

    /// The versions of the vendor's that ran in every schema.
    ///
    /// # Errors
    /// The database's.
    pub fn versions_everywhere(&mut self) -> Result<BTreeSet<String>, StoreError> {
        let schemas: i64 = ledger::table
            .select(diesel::dsl::count(ledger::schema_name).aggregate_distinct())
            .first(self.connection())?;
        let versions: Vec<String> = ledger::table
            .filter(ledger::family.eq(VENDOR))
            .group_by(ledger::version)
            .having(diesel::dsl::count_star().eq(schemas))
            .select(ledger::version)
            .load(self.connection())?;
        Ok(versions.into_iter().collect())
    }

    /// Keeps a migration, in place of the one with this version.
    ///
    /// # Errors
    /// The database's.
    pub fn keep_vendor_migration(&mut self, given: &VendorMigration) -> Result<(), StoreError> {
        use vendor_migrations::dsl as v;
        let now = self.now();
        let texts = (
            v::name.eq(&given.name),
            v::up_script.eq(&given.up),
            v::down_script.eq(&given.down),
            v::given_at.eq(now),
        );
        diesel::insert_into(v::vendor_migrations)
            .values((v::version.eq(&given.version), texts))
            .on_conflict(v::version)
            .do_update()
            .set(texts)
            .execute(self.connection())?;
        Ok(())
    }

    /// Forgets a migration that never ran.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_vendor_migration(&mut self, version: &str) -> Result<(), StoreError> {
        diesel::delete(vendor_migrations::table.find(version)).execute(self.connection())?;
        Ok(())
    }
}

/// The migrations that were given, the oldest first.
pub(crate) fn all(connection: &mut PgConnection) -> QueryResult<Vec<VendorMigration>> {
    vendor_migrations::table
        .order(vendor_migrations::version)
        .select(VendorMigration::as_select())
        .load(connection)
}

/// Those that new schemas get.
pub(crate) fn released(connection: &mut PgConnection) -> QueryResult<Vec<VendorMigration>> {
    vendor_migrations::table
        .filter(vendor_migrations::released_at.is_not_null())
        .order(vendor_migrations::version)
        .select(VendorMigration::as_select())
        .load(connection)
}

/// The versions that stand in a schema, the oldest first.
pub(crate) fn versions_in(connection: &mut PgConnection, schema: &str) -> QueryResult<Vec<String>> {
    ledger::table
        .filter(ledger::schema_name.eq(schema))
        .filter(ledger::family.eq(VENDOR))
        .order(ledger::version)
        .select(ledger::version)
        .load(connection)
}
