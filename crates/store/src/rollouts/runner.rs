//! Running the vendor's scripts in a schema of tenants, as the owner of all tables. What is done in a schema is one
//! transaction with its ledger: the schema is at the version that was asked for, or it is as it was.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_types::{Bool, Text};
use domain::Direction;
use serde::{Deserialize, Serialize};

use super::lead::lead;
use super::tell::Telling;
use super::transact::Kept;
use crate::boot::SHARED;
use crate::boot::ledger::{lines, mirror};
use crate::places::Place;
use crate::pool::Store;
use crate::vendor::{self, VendorMigration};
use crate::{NoSchema, StoreError, raw};

/// Who works in a tenant waits behind a script that waits for a table: for no longer than this.
const LOCK_WAIT: &str = "1s";

/// A migration that ran, forward or back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// Its version.
    pub version: String,
    /// What it is called.
    pub name: String,
    /// How long it took.
    pub microseconds: i64,
}

/// Why nothing ran in a schema. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum NoRun {
    /// No connection as the owner of the tables.
    #[error(transparent)]
    NoSchema(#[from] NoSchema),
    /// Somebody's work holds a table, or the schema is being moved.
    #[error("somebody's work holds a table that the script needs")]
    Held,
    /// A script was refused.
    #[error("{version}: {words}")]
    Script {
        /// Whose.
        version: String,
        /// The server's own words.
        words: String,
    },
    /// A migration cannot be taken back.
    #[error("{0} has no way back")]
    NoWayBack(String),
    /// The database's.
    #[error(transparent)]
    Database(#[from] StoreError),
}

impl From<DieselError> for NoRun {
    fn from(error: DieselError) -> Self {
        match StoreError::from(error) {
            StoreError::Transient(words) if words.contains("lock timeout") => Self::Held,
            other => Self::Database(other),
        }
    }
}

impl NoRun {
    /// Whether the same may be done a little later.
    #[must_use]
    pub fn passes(&self) -> bool {
        match self {
            Self::Held => true,
            Self::Database(error) => {
                error.may_pass() || matches!(error, StoreError::Away(_) | StoreError::Busy)
            }
            Self::NoSchema(NoSchema::Boot(crate::boot::BootError::Connect(_))) => true,
            Self::NoSchema(_) | Self::Script { .. } | Self::NoWayBack(_) => false,
        }
    }
}

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = Bool)]
    got: bool,
}

/// Runs scripts. While it lives nobody runs our own migrations.
pub struct Runner {
    pub(super) connection: PgConnection,
    pub(super) store: Store,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").finish_non_exhaustive()
    }
}

impl Store {
    /// A connection that runs scripts.
    ///
    /// # Errors
    /// No connection as the owner of the tables.
    pub fn runner(&self) -> Result<Runner, NoRun> {
        Ok(Runner {
            connection: self.scripts_at(&Place::Home)?,
            store: self.clone(),
        })
    }

    pub(super) fn scripts_at(&self, place: &Place) -> Result<PgConnection, NoRun> {
        let mut connection = self.as_owner_at(place)?;
        connection.batch_execute(&format!(
            "set lock_timeout = '{LOCK_WAIT}'; set statement_timeout = '1h'"
        ))?;
        Ok(connection)
    }
}

impl Runner {
    /// Takes the rollouts in hand: false while another process has them. Until this runner is dropped.
    ///
    /// # Errors
    /// The database's.
    pub fn take_rollouts(&mut self) -> Result<bool, NoRun> {
        let held: Got = raw::query(
            "select pg_try_advisory_lock(hashtextextended('tenantry rollout', 0)) as got",
        )
        .get_result(&mut self.connection)?;
        Ok(held.got)
    }

    /// Brings one schema to a version: all of it, or nothing. Whoever lives there is told in the same transaction, where
    /// anything ran.
    ///
    /// # Errors
    /// See [`NoRun`].
    pub fn bring(
        &mut self,
        given: &[VendorMigration],
        schema: &str,
        (direction, version): (Direction, &str),
        telling: Option<Telling<'_>>,
    ) -> Result<Vec<Ran>, NoRun> {
        self.attempt(given, schema, (direction, version), Kept::Yes, telling)
    }

    /// Does the same and takes all of it back.
    ///
    /// # Errors
    /// See [`NoRun`].
    pub fn try_out(
        &mut self,
        given: &[VendorMigration],
        schema: &str,
        direction: Direction,
        version: &str,
    ) -> Result<Vec<Ran>, NoRun> {
        self.attempt(given, schema, (direction, version), Kept::No, None)
    }

    fn attempt(
        &mut self,
        given: &[VendorMigration],
        schema: &str,
        to: (Direction, &str),
        kept: Kept,
        telling: Option<Telling<'_>>,
    ) -> Result<Vec<Ran>, NoRun> {
        let place = Place::of_space(schema);
        if place.is_home() {
            return lead(&mut self.connection, given, schema, to, kept, telling);
        }
        let mut there = self.store.scripts_at(&place)?;
        let ran = lead(&mut there, given, SHARED, to, kept, telling)?;
        // Its own ledger is the truth; what stands here is put right the next time if this does not come about.
        mirror(&mut self.connection, schema, &lines(&mut there, SHARED)?)?;
        Ok(ran)
    }

    /// The migrations that were given.
    ///
    /// # Errors
    /// The database's.
    pub fn given(&mut self) -> Result<Vec<VendorMigration>, NoRun> {
        Ok(vendor::all(&mut self.connection)?)
    }
}

/// Runs a script where no ledger is.
pub(super) fn run_text(
    connection: &mut PgConnection,
    schema: &str,
    version: &str,
    script: &str,
) -> Result<(), NoRun> {
    raw::query("select app.run_text($1, $2)")
        .bind::<Text, _>(schema)
        .bind::<Text, _>(script)
        .execute(connection)
        .map_err(|error| refused(version, error))?;
    Ok(())
}

/// A script's own fault is told in the server's words; what passes is not its fault.
pub(super) fn refused(version: &str, error: DieselError) -> NoRun {
    let words = words(&error);
    match NoRun::from(error) {
        NoRun::Database(StoreError::Statement(_) | StoreError::Timeout) => NoRun::Script {
            version: version.to_owned(),
            words,
        },
        other => other,
    }
}

/// What the server said, with its detail and hint.
pub(super) fn words(error: &DieselError) -> String {
    let DieselError::DatabaseError(_, info) = error else {
        return error.to_string();
    };
    let more = [info.details(), info.hint()];
    let more = more.into_iter().flatten().map(|more| format!(" ({more})"));
    std::iter::once(info.message().to_owned())
        .chain(more)
        .collect()
}
