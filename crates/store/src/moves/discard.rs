//! Deleting what lies where a tenant does not live, and counting what it has where it does.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::{MoveState, TenantId};

use super::hold::hold;
use super::mover::NoMove;
use super::place::KeptCopy;
use super::tables::{self, Volume};
use crate::boot::SHARED;
use crate::pool::Store;
use crate::schema::catalogue::{copies, moves};
use crate::schema::node::{ledger, placements};

impl Store {
    /// Deletes a copy; one that a move works on, or that is no copy any more, stays.
    ///
    /// # Errors
    /// [`NoMove::Held`] while it is worked on, or no connection as the owner.
    pub fn discard(&self, copy: &KeptCopy) -> Result<(), NoMove> {
        let mut connection = self.as_owner()?;
        connection.batch_execute("set statement_timeout = 0")?;
        hold(&mut connection, copy.tenant.uuid())?;
        connection.transaction(|connection| discard(connection, copy))
    }

    /// How much a tenant has where it lives. Every row is read, for no longer than ten seconds.
    ///
    /// # Errors
    /// A timeout of the database's for a tenant that is too large to be counted, or no connection as the owner.
    pub fn volume(&self, tenant: TenantId) -> Result<Volume, NoMove> {
        let mut connection = self.as_owner()?;
        let mut counted = connection.build_transaction().repeatable_read().read_only();
        counted.run(|connection| {
            connection.batch_execute("set local statement_timeout = '10s'")?;
            let schema: String = placements::table
                .find(tenant.uuid())
                .select(placements::schema_name)
                .first(connection)?;
            tables::work_as(connection, tenant)?;
            let mut all = Volume::default();
            for table in tables::all(connection, &schema)? {
                let (rows, bytes) = table.volume(connection, tenant.uuid(), &schema)?;
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
    let moving = moves::table
        .filter(moves::tenant_id.eq(tenant))
        .filter(moves::state.eq_any(MoveState::OPEN));
    if diesel::select(diesel::dsl::exists(moving)).get_result(connection)? {
        return Err(NoMove::Held);
    }
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
        diesel::delete(ledger::table.filter(ledger::schema_name.eq(&copy.schema)))
            .execute(connection)?;
    }
    Ok(())
}
