//! Why a step of a move was not done.

use diesel::result::Error as DieselError;

use crate::{NoSchema, StoreError};

/// Why a step of a move was not done. The tenant lives where it lived.
#[derive(Debug, thiserror::Error)]
pub enum NoMove {
    /// No connection as the owner of the tables, or no schema.
    #[error(transparent)]
    NoSchema(#[from] NoSchema),
    /// Another process is at it.
    #[error("another process moves this tenant")]
    Held,
    /// Somebody stopped it.
    #[error("the move was stopped")]
    Stopped,
    /// The tenant does not live in the place that it was to leave.
    #[error("the tenant does not live there any more")]
    Elsewhere,
    /// A table has no primary key, so that its rows cannot be told apart.
    #[error("the table {0} has no primary key")]
    NoKey(String),
    /// Somebody worked in the tenant for longer than a hand-over waits.
    #[error("somebody's work in the tenant took too long")]
    Waited,
    /// The hand-over would have kept requests waiting for too long.
    #[error("the hand-over took too long")]
    TooLong,
    /// The vendor's migrations are not the same in both places.
    #[error("the tables of the new place are at another version")]
    OtherVersion,
    /// The copy is not what it was made from.
    #[error("the table {0} differs in the new place")]
    Unlike(String),
    /// The database's.
    #[error(transparent)]
    Database(#[from] StoreError),
}

impl From<DieselError> for NoMove {
    fn from(error: DieselError) -> Self {
        Self::Database(error.into())
    }
}
