//! Why a verb did not do what was asked, in the few kinds that a door answers differently.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::FieldErrors;
use store::boot::BootError;
use store::{Failure, NoSchema, StoreError};

use crate::password_lane::LaneError;

/// What a verb answers instead of its result. Nothing was changed, unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum VerbError {
    /// The store's: no session, no right, not found, no database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Fields that are wrong, each with a sentence for beside the field (422).
    #[error("some fields are wrong")]
    Invalid(FieldErrors),
    /// A rule forbids it, whoever asks (403): the last owner, more rights than one's own.
    #[error("{0}")]
    Refused(String),
    /// It cannot be done to the thing as it is now (409).
    #[error("{0}")]
    Conflict(String),
    /// A migration of the vendor's was refused by the database, and nothing of it stands (500 `migration_failed`).
    #[error("{0}")]
    Migration(String),
    /// Somebody changed the record since the form was shown (409); the door reads and shows both.
    #[error("somebody else changed this in the meantime")]
    Stale,
    /// The tenant's limit is reached (429 `tenant_limit_exceeded`).
    #[error("the limit of {} {} is reached", .0.hard, .0.resource)]
    LimitReached(Box<Reached>),
    /// Tried too often (429 with `Retry-After`).
    #[error("too many tries")]
    TooMany {
        /// When it may be tried again.
        retry_after: Duration,
    },
    /// The server has no room for this kind of work right now (503 with `Retry-After`).
    #[error("busy")]
    Busy {
        /// When it may be tried again.
        retry_after: Duration,
    },
}

/// A limit that is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// What is limited: `users`.
    pub resource: String,
    /// In use now, with what is set aside.
    pub used: i64,
    /// The limit.
    pub hard: i64,
    /// How many were asked for.
    pub requested: i64,
    /// When the counter begins anew, where it does.
    pub resets_at: Option<DateTime<Utc>>,
    /// How long that is from now.
    pub retry_after: Option<Duration>,
}

impl Failure for VerbError {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl From<FieldErrors> for VerbError {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<NoSchema> for VerbError {
    fn from(error: NoSchema) -> Self {
        match error {
            NoSchema::NoOwner => Self::Refused(
                "The worker that took this on may not make schemas. Give it the address of the database's owner, database.owner_url, and try again.".to_owned(),
            ),
            NoSchema::NoRoom => Self::Refused(
                "No server takes another database. Open one, or give one more room, and try again.".to_owned(),
            ),
            // A worker of the newer version takes the job next.
            NoSchema::Newer => StoreError::Transient(error.to_string()).into(),
            NoSchema::Boot(BootError::Connect(words)) => StoreError::Away(words).into(),
            NoSchema::Boot(BootError::Statement(error)) => StoreError::from(error).into(),
            NoSchema::Boot(error) => {
                tracing::error!(%error, "a schema could not be made");
                Self::Refused("The tables could not be made. The log says why.".to_owned())
            }
        }
    }
}

impl From<LaneError> for VerbError {
    fn from(error: LaneError) -> Self {
        let retry_after = match error {
            LaneError::Busy { retry_after } => retry_after,
            LaneError::Closed => Duration::from_secs(5),
        };
        Self::Busy { retry_after }
    }
}
