//! The locks that the vendor's migrations take, before they run: read off a schema that is made for it and goes again,
//! beside the size of the largest such table of any tenant.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::runner::{NoRun, Runner, run_text};
use super::transact::{Kept, transact};
use crate::placements::empty_schema;
use crate::raw;
use crate::schema::node::ledger;
use crate::vendor::VendorMigration;

/// A table that a migration keeps others from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Which.
    pub table: String,
    /// How, in PostgreSQL's word: `AccessExclusiveLock`.
    pub mode: String,
    /// Whether all of it is written anew.
    pub rewritten: bool,
    /// How many rows the largest such table has, as the planner knows.
    pub rows: i64,
    /// How many bytes that one takes, as the planner knows.
    pub bytes: i64,
}

/// What a migration did where it was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// Its version.
    pub version: String,
    /// What it is called.
    pub name: String,
    /// The tables that were there before it and that it keeps others from.
    pub locks: Vec<Lock>,
}

#[derive(QueryableByName)]
struct Left {
    #[diesel(sql_type = Text)]
    schema_name: String,
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    lock_mode: String,
    #[diesel(sql_type = BigInt)]
    file_node: i64,
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = BigInt)]
    file_node: i64,
    #[diesel(sql_type = BigInt)]
    row_estimate: i64,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

impl Runner {
    /// The locks that these migrations take, after those that stand already.
    ///
    /// # Errors
    /// The database's, or a script that fails.
    pub fn forecast(
        &mut self,
        standing: &[VendorMigration],
        coming: &[VendorMigration],
    ) -> Result<Vec<Tried>, NoRun> {
        sweep(&mut self.connection)?;
        let schema = transact(&mut self.connection, Kept::Yes, |connection| {
            let schema = empty_schema(connection)?;
            for one in standing {
                run_text(connection, &schema, &one.version, &one.up)?;
            }
            // It is nobody's: no rollout and no start may find it.
            diesel::delete(ledger::table.filter(ledger::schema_name.eq(&schema)))
                .execute(connection)?;
            Ok(schema)
        })?;
        let there = sizes(&mut self.connection, &schema)?;
        let tried = |one: &VendorMigration| {
            Ok(Tried {
                version: one.version.clone(),
                name: one.name.clone(),
                locks: self.locks_of(&schema, &there, one)?,
            })
        };
        let tried: Result<Vec<Tried>, NoRun> = coming.iter().map(tried).collect();
        let gone = self
            .connection
            .batch_execute(&format!("drop schema {schema} cascade"));
        let tried = tried?;
        gone?;
        Ok(tried)
    }

    /// Runs one of them in its own transaction, as a rollout would, and reads off what it holds before it ends.
    fn locks_of(
        &mut self,
        schema: &str,
        there: &[Size],
        one: &VendorMigration,
    ) -> Result<Vec<Lock>, NoRun> {
        transact(&mut self.connection, Kept::Yes, |connection| {
            let before = sizes(connection, schema)?;
            run_text(connection, schema, &one.version, &one.up)?;
            let file = |name: &str| {
                before
                    .iter()
                    .find(|size| size.table_name == name)
                    .map(|size| size.file_node)
            };
            let mut locks = Vec::new();
            for lock in held(connection, schema)? {
                // What another of them made keeps nobody from anything yet.
                if let Some(size) = there.iter().find(|size| size.table_name == lock.table_name) {
                    locks.push(Lock {
                        rewritten: file(&lock.table_name) != Some(lock.file_node),
                        table: lock.table_name,
                        mode: lock.lock_mode,
                        rows: size.row_estimate,
                        bytes: size.bytes,
                    });
                }
            }
            Ok(locks)
        })
    }
}

/// Drops what a forecast left behind whose process was killed in the middle of it: schemas of tenants in no ledger, which
/// nobody else makes. The lock, which is held as long as the connection lives, keeps other forecasts' schemas from it.
fn sweep(connection: &mut PgConnection) -> Result<(), NoRun> {
    connection.batch_execute(
        "select pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended('tenantry forecast', 0))",
    )?;
    let left: Vec<Left> = raw::query(
        "select n.nspname::text as schema_name from pg_namespace n
         where n.nspname ~ '^t_[0-9a-f]{32}$' and not exists (select from node.ledger l where l.schema_name = n.nspname)",
    )
    .load(connection)?;
    for one in left {
        connection.batch_execute(&format!("drop schema {} cascade", one.schema_name))?;
    }
    Ok(())
}

fn held(connection: &mut PgConnection, schema: &str) -> QueryResult<Vec<Held>> {
    raw::query("select table_name, lock_mode, file_node from app.held_locks($1) order by 1, 2")
        .bind::<Text, _>(schema)
        .load(connection)
}

/// The tables of the scratch schema, each as large as the largest of that name among tenants.
fn sizes(connection: &mut PgConnection, schema: &str) -> QueryResult<Vec<Size>> {
    raw::query(
        "select c.relname::text as table_name, c.relfilenode::bigint as file_node, \
             coalesce(max(greatest(t.reltuples, 0)), 0)::bigint as row_estimate, coalesce(max(t.relpages), 0)::bigint * 8192 as bytes \
         from pg_class c \
             left join (pg_class t join pg_namespace n on n.oid = t.relnamespace and n.nspname in (select l.schema_name from node.ledger l)) \
                 on t.relname = c.relname and t.relkind = c.relkind \
         where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') group by c.oid, c.relname, c.relfilenode",
    )
    .bind::<Text, _>(schema)
    .load(connection)
}
