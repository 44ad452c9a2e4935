//! The connection to the operator's database: one for the whole adoption, and one adoption at a time.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::fault::NoAdoption;
use crate::raw;

/// What every statement of ours wants. Names are written whole, so that no search path decides.
const MANNERS: &str = "set application_name = 'tenantry adopt'; set client_min_messages = 'error'; set statement_timeout = 0; \
     set idle_in_transaction_session_timeout = 0; set default_transaction_read_only = off; \
     set default_transaction_isolation = 'read committed'; set standard_conforming_strings = on";
/// What not every server knows or lets everybody set: that it notices when we are gone, and speaks English.
const WISHES: [&str; 2] = [
    "set client_connection_check_interval = '1s'",
    "set lc_messages = 'C'",
];

/// Adopts tables. Holds nothing until it is asked to.
pub struct Adopter {
    pub(super) connection: PgConnection,
}

impl std::fmt::Debug for Adopter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Adopter").finish_non_exhaustive()
    }
}

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = Bool)]
    got: bool,
}

#[derive(QueryableByName)]
struct Spoken {
    #[diesel(sql_type = Text)]
    language: String,
}

fn is_english(language: &str) -> bool {
    matches!(language, "" | "C" | "POSIX")
        || language.starts_with("en")
        || language.starts_with("C.")
}

impl Adopter {
    /// Connects as the owner of the tables.
    ///
    /// # Errors
    /// [`NoAdoption::Connect`], [`NoAdoption::Language`], or the database's.
    pub fn connect(url: &str) -> Result<Self, NoAdoption> {
        let mut connection = PgConnection::establish(url)?;
        connection.batch_execute(MANNERS)?;
        for wish in WISHES {
            // A server that does not grant it is worked with as it is.
            let _ = connection.batch_execute(wish);
        }
        let spoken: Spoken = raw::query("select current_setting('lc_messages') as language")
            .get_result(&mut connection)?;
        if !is_english(&spoken.language) {
            return Err(NoAdoption::Language(spoken.language));
        }
        Ok(Self { connection })
    }

    /// Takes the database in hand until this is dropped: false while another process has it.
    ///
    /// # Errors
    /// The database's.
    pub fn hold(&mut self) -> Result<bool, NoAdoption> {
        let held: Got =
            raw::query("select pg_try_advisory_lock(hashtextextended('tenantry adopt', 0)) as got")
                .get_result(&mut self.connection)?;
        Ok(held.got)
    }

    /// One transaction.
    pub(super) fn transact<T>(
        &mut self,
        work: impl FnOnce(&mut PgConnection) -> Result<T, NoAdoption>,
    ) -> Result<T, NoAdoption> {
        self.connection.transaction(work)
    }
}

/// One statement of ours.
pub(super) fn execute(connection: &mut PgConnection, statement: &str) -> Result<(), NoAdoption> {
    connection
        .batch_execute(statement)
        .map_err(|error| NoAdoption::of(statement, error))
}
