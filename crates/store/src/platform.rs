//! The platform's guard: transactions over the catalogue and the queue, on a login of their own. It
//! reaches no tenant's rows.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use uuid::{ContextV7, Uuid};

use crate::Failure;
use crate::guard::{finish, fresh_uuid};
use crate::places::Place;
use crate::pool::Store;

/// A transaction as the platform.
pub struct PlatformTx<'c> {
    connection: &'c mut PgConnection,
    /// For what has to be said in another database in the same breath.
    store: &'c Store,
    place: Place,
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

impl<'c> PlatformTx<'c> {
    /// The transaction of a guard of this crate that began on `connection`.
    pub(crate) fn on(
        connection: &'c mut PgConnection,
        store: &'c Store,
        place: Place,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            connection,
            store,
            place,
            now,
            ids: ContextV7::new(),
        }
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.connection
    }

    pub(crate) fn store(&self) -> &'c Store {
        self.store
    }

    /// The way to other databases, for what has to happen there before this commits.
    #[must_use]
    pub fn others(&self) -> Others<'c> {
        Others {
            store: self.store,
            now: self.now,
        }
    }

    /// The database it is in.
    pub(crate) fn place(&self) -> &Place {
        &self.place
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

/// Other databases, seen from a transaction of the platform: each with a transaction of its own there.
#[derive(Clone, Copy)]
pub struct Others<'c> {
    store: &'c Store,
    now: DateTime<Utc>,
}

impl std::fmt::Debug for Others<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Others").finish_non_exhaustive()
    }
}

impl Others<'_> {
    /// Does `work` in one transaction at this place, which commits when it returns.
    ///
    /// # Errors
    /// What the work answers, or why it was not begun.
    pub fn at<T, E: Failure>(
        &self,
        place: &Place,
        work: impl FnOnce(&mut PlatformTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.platform_at(place, self.now, work)
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
        self.platform_at(&Place::Home, now, work)
    }

    /// The same in another database: over the queue there, and where its tenant is. Its catalogue is empty.
    ///
    /// # Errors
    /// What the work answers, or why it was not begun.
    pub fn platform_at<T, E: Failure>(
        &self,
        place: &Place,
        now: DateTime<Utc>,
        work: impl FnOnce(&mut PlatformTx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.begin_platform_at(place)?;
        let outcome = work(&mut PlatformTx::on(
            &mut connection,
            self,
            place.clone(),
            now,
        ));
        finish(&mut connection, outcome)
    }
}
