//! How rows pass from where a tenant lives to its copy: within one database by statements that see both places, between
//! two through this process, a handful of lines at a time.

use std::time::Instant;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::Compared;
use super::far::Far;
use super::tables::{Table, Way};
use crate::raw;

/// When requests that wait have waited long enough; none where nobody waits.
pub(super) type Until = Option<Instant>;

/// One way or the other, each in transactions that have begun.
pub(super) enum Passage<'c> {
    /// Both places are in one database.
    Near(&'c mut PgConnection),
    /// They are in two.
    Far(Far<'c>),
}

impl Passage<'_> {
    /// The database in which the tenant lives.
    pub(super) fn from(&mut self) -> &mut PgConnection {
        match self {
            Self::Near(both) => both,
            Self::Far(far) => far.from,
        }
    }

    /// The database of the copy.
    pub(super) fn to(&mut self) -> &mut PgConnection {
        match self {
            Self::Near(both) => both,
            Self::Far(far) => far.to,
        }
    }

    /// Does what is taken back from the copy when it fails.
    pub(super) fn tried<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> QueryResult<T>,
    ) -> QueryResult<T> {
        AnsiTransactionManager::begin_transaction(self.to())?;
        match work(self) {
            Ok(done) => {
                AnsiTransactionManager::commit_transaction(self.to())?;
                Ok(done)
            }
            Err(error) => {
                AnsiTransactionManager::rollback_transaction(self.to())?;
                Err(error)
            }
        }
    }

    /// Lets the next statement run no longer than there is time.
    pub(super) fn hurry(&mut self, until: Until) -> QueryResult<()> {
        let Some(until) = until else {
            return Ok(());
        };
        if let Self::Far(far) = self {
            far.until = Some(until);
            patient_until(far.from, until)?;
        }
        patient_until(self.to(), until)
    }

    /// Takes out of the copy what is no longer there.
    pub(super) fn drop_gone(&mut self, table: &Table, way: &Way) -> QueryResult<i64> {
        match self {
            Self::Near(both) => table.drop_gone(both, way),
            Self::Far(far) => far.drop_gone(table, way),
        }
    }

    /// Copies what was written since, or everything; answers how many rows that were.
    pub(super) fn copy(
        &mut self,
        table: &Table,
        way: &Way,
        since: Option<i64>,
    ) -> QueryResult<i64> {
        match self {
            Self::Near(both) => table.copy(both, way, since),
            Self::Far(far) => far.copy(table, way, since),
        }
    }

    /// Copies what the copy lacks, however old it is.
    pub(super) fn copy_missing(&mut self, table: &Table, way: &Way) -> QueryResult<i64> {
        match self {
            Self::Near(both) => table.copy_missing(both, way),
            Self::Far(far) => far.copy_missing(table, way),
        }
    }

    /// How many rows there are where the tenant lives, and in the copy.
    pub(super) fn counts(&mut self, table: &Table, way: &Way) -> QueryResult<(i64, i64)> {
        match self {
            Self::Near(both) => table.counts(both, way),
            Self::Far(far) => far.counts(table, way),
        }
    }

    /// How many rows of the copy differ, of those that were written since.
    pub(super) fn unlike(&mut self, table: &Table, way: &Way, since: i64) -> QueryResult<i64> {
        match self {
            Self::Near(both) => table.unlike(both, way, since),
            Self::Far(far) => far.unlike(table, way, since),
        }
    }

    /// Rows and digest of the table in both places.
    pub(super) fn fingerprints(
        &mut self,
        table: &Table,
        way: &Way,
    ) -> QueryResult<(Compared, Compared)> {
        let here = table.fingerprint(self.from(), way.tenant, &way.from)?;
        let there = table.fingerprint(self.to(), way.tenant, &way.to)?;
        Ok((here, there))
    }
}

/// Lets the next statements here end before that.
pub(super) fn patient_until(connection: &mut PgConnection, until: Instant) -> QueryResult<()> {
    let left = until.saturating_duration_since(Instant::now()).as_millis();
    raw::query("select set_config('statement_timeout', $1, true)")
        .bind::<Text, _>(left.max(1).to_string())
        .execute(connection)?;
    Ok(())
}
