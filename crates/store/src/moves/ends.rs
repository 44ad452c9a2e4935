//! The connections of a move: one to the database that holds the catalogue, and one to each end that is another.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;

use super::far::{ALIKE, Far};
use super::no_move::NoMove;
use super::passage::Passage;
use crate::places::Place;
use crate::pool::Store;

/// From one moment of each database that rows are read from.
pub(super) const ONE_MOMENT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";

/// The connections; an end without one of its own is where the catalogue is.
pub(super) struct Ends {
    pub(super) home: PgConnection,
    pub(super) from: Option<PgConnection>,
    pub(super) to: Option<PgConnection>,
}

/// An end of a move that is another database: as whom it works there, like the others.
pub(super) fn end(store: &Store, space: &str) -> Result<Option<PgConnection>, NoMove> {
    let place = Place::of_space(space);
    if place.is_home() {
        return Ok(None);
    }
    let mut connection = store.as_owner_at(&place)?;
    connection.batch_execute(ALIKE)?;
    Ok(Some(connection))
}

impl Ends {
    /// The way of the rows.
    pub(super) fn passage(&mut self) -> Passage<'_> {
        let (from, to) = match (&mut self.from, &mut self.to) {
            (None, None) => return Passage::Near(&mut self.home),
            (None, Some(to)) => (&mut self.home, to),
            (Some(from), None) => (from, &mut self.home),
            (Some(from), Some(to)) => (from, to),
        };
        Passage::Far(Far {
            from,
            to,
            until: None,
        })
    }

    pub(super) fn from(&mut self) -> &mut PgConnection {
        self.from.as_mut().unwrap_or(&mut self.home)
    }

    pub(super) fn to(&mut self) -> &mut PgConnection {
        self.to.as_mut().unwrap_or(&mut self.home)
    }

    /// Whether the rows leave their database.
    pub(super) fn are_far(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// Does the work in a transaction of each database. What is written far away is there first: the catalogue, which
    /// says so, comes last.
    pub(super) fn together<T>(
        &mut self,
        begin: &str,
        work: impl FnOnce(&mut Self) -> Result<T, NoMove>,
    ) -> Result<T, NoMove> {
        let outcome = self.begin(begin).and_then(|()| work(self));
        let outcome = outcome.and_then(|done| {
            for connection in self.each() {
                AnsiTransactionManager::commit_transaction(connection)?;
            }
            Ok(done)
        });
        if outcome.is_err() {
            for connection in self.each() {
                abandon(connection);
            }
        }
        outcome
    }

    fn begin(&mut self, begin: &str) -> Result<(), NoMove> {
        for connection in self.each() {
            AnsiTransactionManager::begin_transaction_sql(connection, begin)?;
        }
        Ok(())
    }

    /// The copy's, the source's, and at last the one with the catalogue.
    pub(super) fn each(&mut self) -> impl Iterator<Item = &mut PgConnection> {
        let far = self.to.iter_mut().chain(self.from.iter_mut());
        far.chain(std::iter::once(&mut self.home))
    }
}

/// Takes back what is open; a connection that cannot even do that is gone, and with it what was open.
fn abandon(connection: &mut PgConnection) {
    let manager = AnsiTransactionManager::transaction_manager_status_mut(connection);
    if matches!(manager.transaction_depth(), Ok(Some(_)) | Err(_)) {
        let _ = AnsiTransactionManager::rollback_transaction(connection);
    }
}
