//! What a connection of the tenants' pool has on it while nobody works with it. It should be nothing: all that a
//! transaction sets is gone with it.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::pool::Store;
use crate::{StoreError, raw};

/// What was found on a connection.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Residue {
    #[diesel(sql_type = Text)]
    login: String,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    tenant: String,
    #[diesel(sql_type = BigInt)]
    locks: i64,
    #[diesel(sql_type = BigInt)]
    listening: i64,
}

impl Residue {
    /// Whether nothing was left: no role but the login's own, no tenant, no lock, nothing listened for.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.role == self.login && self.tenant.is_empty() && self.locks == 0 && self.listening == 0
    }
}

impl Store {
    /// What the next connection of the tenants' pool has on it, before anything is begun on it.
    ///
    /// # Errors
    /// No connection, or a database that does not answer.
    pub fn residue(&self) -> Result<Residue, StoreError> {
        self.alone(|connection| Ok(residue(connection)?))
    }
}

/// A transaction that was left open would still hold the tenants' lock.
fn residue(connection: &mut PgConnection) -> QueryResult<Residue> {
    raw::query(
        "select session_user::text as login, current_user::text as role, coalesce(current_setting('app.tenant_id', true), '') as tenant, \
             (select count(*) from pg_locks l where l.pid = pg_backend_pid() and (l.locktype in ('advisory', 'transactionid') or l.relation >= 16384)) as locks, \
             (select count(*) from pg_listening_channels()) as listening",
    )
    .get_result(connection)
}
