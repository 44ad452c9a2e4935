//! Giving a tenant a schema of its own: made by the owner of all tables, whom a process reaches only where the
//! operator says its address.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::R2D2Connection;
use diesel::sql_types::Text;
use domain::{PlacementKind, TenantId};
use uuid::Uuid;

use crate::boot::ledger::{InSchema, OURS};
use crate::boot::migrate::{fill, newer, tenant_versions};
use crate::boot::{BootError, SHARED};
use crate::catalogue::place::{is_homeless, place};
use crate::databases::hold_release;
use crate::places::Place;
use crate::pool::Store;
use crate::raw;
use crate::schema::node::ledger;
use crate::vendor::{self, VendorMigration};

/// How long making a schema waits for a server that does not answer.
pub(crate) const CONNECT: Duration = Duration::from_secs(5);

/// Why a tenant has no schema of its own.
#[derive(Debug, thiserror::Error)]
pub enum NoSchema {
    /// This process does not know the owner's address.
    #[error("this process does not know the address of the database's owner")]
    NoOwner,
    /// The tables are those of a newer version, which alone makes more of them.
    #[error("the tables are of a newer version")]
    Newer,
    /// No server takes another database, or the one that was chosen does not.
    #[error("no server takes another database: open one, or give it more room")]
    NoRoom,
    /// A migration or the connection failed.
    #[error(transparent)]
    Boot(#[from] BootError),
}

impl NoSchema {
    /// Whether a server did not answer, or no longer: the same may be done once it does.
    #[must_use]
    pub fn is_away(&self) -> bool {
        match self {
            Self::Boot(BootError::Connect(_)) => true,
            Self::Boot(BootError::Statement(error)) => crate::error::is_lost(error),
            Self::Boot(_) | Self::NoOwner | Self::Newer | Self::NoRoom => false,
        }
    }
}

impl From<diesel::result::Error> for NoSchema {
    fn from(error: diesel::result::Error) -> Self {
        Self::Boot(error.into())
    }
}

impl Store {
    /// Whether this process can give a tenant a schema of its own.
    #[must_use]
    pub fn makes_schemas(&self) -> bool {
        self.owner.is_some()
    }

    /// Gives a tenant a new schema with all tables, in one transaction; one that has a place keeps it. It is closed
    /// there unless its state is open.
    ///
    /// # Errors
    /// See [`NoSchema`].
    pub fn place_in_schema(&self, tenant: TenantId, now: DateTime<Utc>) -> Result<(), NoSchema> {
        let mut connection = self.as_owner()?;
        let made = connection.transaction(|connection| make(connection, tenant, now));
        match made {
            Err(NoSchema::Boot(error)) if connection.is_broken() => {
                Err(BootError::Connect(error.to_string()).into())
            }
            made => made,
        }
    }

    /// A connection as the owner of all tables. Nobody migrates while it lives.
    pub(crate) fn as_owner(&self) -> Result<PgConnection, NoSchema> {
        self.as_owner_at(&Place::Home)
    }
}

fn make(
    connection: &mut PgConnection,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<(), NoSchema> {
    if !is_homeless(connection, tenant)? {
        return Ok(());
    }
    let schema = new_schema(connection)?;
    place(connection, tenant, PlacementKind::Schema, &schema, now)?;
    Ok(())
}

/// Makes a schema with all tables, ours and the vendor's that are released, in the transaction of the connection, and
/// answers its name.
pub(crate) fn new_schema(connection: &mut PgConnection) -> Result<String, NoSchema> {
    // Shared among all who make schemas: a rollout either finds this one, or is found by it.
    hold_release(connection)?;
    let schema = empty_schema(connection)?;
    for one in vendor::released(connection)? {
        run_vendor(connection, &schema, &one)?;
    }
    Ok(schema)
}

/// The same with those of the vendor's that stand in another schema.
pub(crate) fn schema_like(connection: &mut PgConnection, other: &str) -> Result<String, NoSchema> {
    let schema = empty_schema(connection)?;
    let versions = vendor::versions_in(connection, other)?;
    let given = vendor::all(connection)?;
    for one in given.iter().filter(|one| versions.contains(&one.version)) {
        run_vendor(connection, &schema, one)?;
    }
    Ok(schema)
}

/// The same with our tables alone.
pub(crate) fn empty_schema(connection: &mut PgConnection) -> Result<String, NoSchema> {
    of_this_version(connection)?;
    // Drawn and not made of the tenant's name or id: a schema's name tells nobody whose it is.
    let schema = format!("t_{}", Uuid::new_v4().simple());
    connection.batch_execute(&format!(
        "create schema {schema}; grant usage on schema {schema} to tnt_tenant; set local search_path = {schema}"
    ))?;
    let mut tables = InSchema {
        connection,
        name: &schema,
    };
    fill(&mut tables)?;
    Ok(schema)
}

pub(crate) fn run_vendor(
    connection: &mut PgConnection,
    schema: &str,
    one: &VendorMigration,
) -> Result<(), NoSchema> {
    raw::query("select app.run_script($1, $2, $3, true)")
        .bind::<Text, _>(schema)
        .bind::<Text, _>(&one.version)
        .bind::<Text, _>(&one.up)
        .execute(connection)
        .map_err(|error| {
            BootError::Migration {
                schema: schema.to_owned(),
                reason: format!("{}: {error}", one.version),
            }
            .into()
        })
        .map(drop)
}

/// An older process that still runs beside a newer one must not make tables that the newer cannot use.
fn of_this_version(connection: &mut PgConnection) -> Result<(), NoSchema> {
    let versions: Vec<String> = ledger::table
        .filter(ledger::schema_name.eq(SHARED))
        .filter(ledger::family.eq(OURS))
        .select(ledger::version)
        .load(connection)?;
    match newer(versions.into_iter(), &tenant_versions()) {
        None => Ok(()),
        Some(_) => Err(NoSchema::Newer),
    }
}
