//! Deleting what lies where a tenant does not live, and counting what it has where it does.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::{MoveState, TenantId};

use super::ends::end;
use super::hold::hold;
use super::mover::{lives, schema_in};
use super::no_move::NoMove;
use super::place::KeptCopy;
use super::tables::{self, Volume};
use crate::NoSchema;
use crate::boot::{SHARED, drop_database};
use crate::places::Place;
use crate::pool::Store;
use crate::schema::catalogue::{copies, databases, moves};
use crate::schema::node::ledger;

impl Store {
    /// Deletes a copy; one that a move works on, or that is no copy any more, stays.
    ///
    /// # Errors
    /// [`NoMove::Held`] while it is worked on, or no connection as the owner.
    pub fn discard(&self, copy: &KeptCopy) -> Result<(), NoMove> {
        let mut connection = self.as_owner()?;
        connection.batch_execute("set statement_timeout = 0")?;
        hold(&mut connection, copy.tenant.uuid())?;
        if Place::of_space(&copy.schema).is_home() {
            connection.transaction(|connection| discard(connection, copy))
        } else {
            discard_database(self, &mut connection, copy)
        }
    }

    /// How much a tenant has where it lives. Every row is read, for no longer than ten seconds.
    ///
    /// # Errors
    /// A timeout of the database's for a tenant that is too large to be counted, or no connection as the owner.
    pub fn volume(&self, tenant: TenantId) -> Result<Volume, NoMove> {
        let mut home = self.as_owner()?;
        let space = lives(&mut home, tenant)?;
        let schema = schema_in(&space);
        let mut connection = end(self, &space)?.unwrap_or(home);
        let mut counted = connection.build_transaction().repeatable_read().read_only();
        counted.run(|connection| {
            connection.batch_execute("set local statement_timeout = '10s'")?;
            tables::work_as(connection, tenant)?;
            let mut all = Volume::default();
            for table in tables::all(connection, schema)? {
                let (rows, bytes) = table.volume(connection, tenant.uuid(), schema)?;
                all.tables += 1;
                all.rows += rows;
                all.bytes += bytes;
            }
            Ok(all)
        })
    }
}

fn discard(connection: &mut PgConnection, copy: &KeptCopy) -> Result<(), NoMove> {
    let tenant = copy.tenant.uuid();
    unless_moving(connection, copy)?;
    let line = copies::table.find((tenant, &copy.schema));
    if diesel::delete(line).execute(connection)? == 0 {
        return Ok(());
    }
    tables::work_as(connection, copy.tenant)?;
    // Refused by the function where the tenant lives in it.
    for table in tables::all(connection, &copy.schema)?.iter().rev() {
        table.empty(connection, tenant, &copy.schema)?;
    }
    if copy.schema != SHARED {
        connection.batch_execute(&format!("drop schema {} cascade", copy.schema))?;
        forget_ledger(connection, &copy.schema)?;
    }
    Ok(())
}

/// A database is dropped outside of any transaction: the copy stays written down, as one that nothing goes on with, until
/// there is nothing behind it.
fn discard_database(
    store: &Store,
    connection: &mut PgConnection,
    copy: &KeptCopy,
) -> Result<(), NoMove> {
    let line = copies::table.find((copy.tenant.uuid(), &copy.schema));
    let ends = connection.transaction(|connection| {
        unless_moving(connection, copy)?;
        let left = diesel::update(line).set(copies::seen.eq(None::<i64>));
        let is_copy = left.execute(connection)? > 0;
        Ok::<_, NoMove>(is_copy && lives(connection, copy.tenant)? != copy.schema)
    })?;
    if !ends {
        return Ok(());
    }
    // It is its maker's, who is the login and no role of ours.
    let maintenance = store.maintenance_at(&copy.schema).map_err(NoSchema::from)?;
    let maintenance = maintenance.ok_or(NoSchema::NoOwner)?;
    drop_database(&maintenance, &copy.schema).map_err(NoSchema::from)?;
    connection.transaction(|connection| {
        diesel::delete(line).execute(connection)?;
        forget_ledger(connection, &copy.schema)?;
        diesel::delete(databases::table.find(&copy.schema)).execute(connection)?;
        Ok(())
    })
}

fn unless_moving(connection: &mut PgConnection, copy: &KeptCopy) -> Result<(), NoMove> {
    let moving = moves::table
        .filter(moves::tenant_id.eq(copy.tenant.uuid()))
        .filter(moves::state.eq_any(MoveState::OPEN));
    if diesel::select(diesel::dsl::exists(moving)).get_result(connection)? {
        return Err(NoMove::Held);
    }
    Ok(())
}

fn forget_ledger(connection: &mut PgConnection, space: &str) -> QueryResult<usize> {
    diesel::delete(ledger::table.filter(ledger::schema_name.eq(space))).execute(connection)
}
