//! The platform's guard: transactions over the catalogue and the queue, on a login of their own. It
//! reaches no tenant's rows.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use uuid::{ContextV7, Uuid};

use crate::Failure;
use crate::guard::{finish, fresh_uuid};
use crate::pool::Store;

/// A transaction as the platform.
pub struct PlatformTx<'c> {
    connection: &'c mut PgConnection,
    now: DateTime<Utc>,
    ids: ContextV7,
}

impl std::fmt::Debug for PlatformTx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlatformTx")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl PlatformTx<'_> {
    /// The transaction of a guard of this crate that began on `connection`.
    pub(crate) fn on(connection: &mut PgConnection, now: DateTime<Utc>) -> PlatformTx<'_> {
        PlatformTx {
            connection,
            now,
            ids: ContextV7::new(),
        }
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.connection
    }

    /// A new identifier: UUIDv7 of the work's moment. Those of one transaction sort as they were made.
    #[must_use]
    pub fn fresh_uuid(&self) -> Uuid {
        fresh_uuid(&self.ids, self.now)
    }

    /// The moment of the work.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }
}

impl Store {
    /// Does `work` in one transaction as the platform. Not repeated: the caller is a job or a command
    /// and comes again by itself.
    ///
    /// # Errors
    /// What the work answers, or why it was not begun.
    pub fn platform<T, E: Failure>(
        &self,
        now: DateTime<Utc>,
        work: impl FnOnce(&mut PlatformTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.begin_platform("BEGIN; SET LOCAL ROLE tnt_platform")?;
        let outcome = work(&mut PlatformTx::on(&mut connection, now));
        finish(&mut connection, outcome)
    }
}
