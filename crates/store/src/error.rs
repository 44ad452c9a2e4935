//! What can go wrong below the services, in the few kinds that a caller can do something about.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use domain::{Permission, StaffPermission};

/// Why a unit of work did not happen. None of them left anything behind.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No live session came with the request.
    #[error("not signed in")]
    Unauthenticated,
    /// The session is live, the right is missing.
    #[error("not allowed: {0}")]
    Forbidden(Permission),
    /// It is a person's own matter, and whoever came is on a visit.
    #[error("a visitor is no person here")]
    NoPerson,
    /// Staff or a platform key without the right.
    #[error("not allowed on the platform: {0}")]
    StaffForbidden(StaffPermission),
    /// A row that must exist does not, or belongs to somebody else: the same to the caller.
    #[error("not found")]
    NotFound,
    /// Every connection was taken for as long as the wait limit allows.
    #[error("every database connection is busy")]
    Busy,
    /// Every connection that one tenant may take at once was taken by itself for as long.
    #[error("every connection that the tenant may take is busy")]
    Crowded,
    /// The database does not answer.
    #[error("the database is away: {0}")]
    Away(String),
    /// The server gave up on a statement that took too long.
    #[error("the database took too long")]
    Timeout,
    /// A passing conflict: the same work, done again, may succeed.
    #[error("a passing conflict: {0}")]
    Transient(String),
    /// The connection remembers plans of an older schema; a fresh one does not.
    #[error("a table changed under a prepared statement")]
    StalePlan,
    /// The tenant's placement is not where the process thought.
    #[error("the tenant is elsewhere now")]
    Moved,
    /// The tenant is being handed over to another place: a moment later it is there.
    #[error("the tenant is handed over")]
    HandedOver,
    /// The tenant rests: only the system itself enters.
    #[error("the tenant is closed")]
    Closed,
    /// The connection broke while committing: it may or may not have happened.
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
    /// A statement that should not fail did.
    #[error("a statement failed: {0}")]
    Statement(DieselError),
}

/// An error of a unit of work, which can say whether the database was its cause.
pub trait Failure: From<StoreError> {
    /// The store's error inside, if that is what it is.
    fn store(&self) -> Option<&StoreError>;
}

impl Failure for StoreError {
    fn store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

impl StoreError {
    /// Whether the whole unit of work may be tried again: it was rolled back and the cause passes.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Transient(_) | Self::StalePlan)
    }

    /// Whether the database is the cause: it was not reached, took too long, or refused to read or write. False where the
    /// statement itself is wrong.
    #[must_use]
    pub fn is_the_databases(&self) -> bool {
        // The server's own words, as below.
        const REFUSALS: &[&str] = &[
            "permission denied",    // 42501
            "could not open",       // 58P01
            "could not read",       // XX001, 58030
            "could not access",     // 58P01
            "could not write",      // 58030
            "could not extend",     // 53100
            "could not create",     // 53100
            "invalid page",         // XX001
            "missing chunk",        // XX001
            "out of memory",        // 53200
            "out of shared memory", // 53200
            "connection slots",     // 53300
            "too many connections", // 53300
            "too many clients",     // 53300
            "not currently accepting connections",
        ];
        match self {
            Self::Away(_) | Self::Timeout | Self::Transient(_) | Self::Unknown(_) => true,
            Self::Statement(DieselError::DatabaseError(_, info)) => {
                let message = info.message();
                REFUSALS.iter().any(|words| message.contains(words))
            }
            _ => false,
        }
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Self::NotFound,
            DieselError::BrokenTransactionManager => {
                Self::Transient("the connection broke".to_owned())
            }
            DieselError::DatabaseError(kind, info) => {
                let message = info.message().to_owned();
                match kind {
                    DatabaseErrorKind::SerializationFailure => Self::Transient(message),
                    DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand => Self::Transient(message),
                    _ => Self::from_message(&message).unwrap_or(Self::Statement(error)),
                }
            }
            _ => Self::Statement(error),
        }
    }
}

/// Whether the connection is gone, or passes otherwise, and not the statement wrong.
pub(crate) fn is_lost(error: &DieselError) -> bool {
    match error {
        DieselError::BrokenTransactionManager => true,
        DieselError::RollbackErrorOnCommit { commit_error, .. } => is_lost(commit_error),
        DieselError::DatabaseError(
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
            _,
        ) => true,
        DieselError::DatabaseError(_, info) => {
            let meant = StoreError::from_message(info.message());
            meant.is_some_and(|meant| meant.may_pass())
        }
        _ => false,
    }
}

impl StoreError {
    /// Diesel does not hand on the SQLSTATE, so the server's own wording stands for it. The server is
    /// started with (or asked for) `lc_messages = C`, and a test provokes each of these.
    fn from_message(message: &str) -> Option<Self> {
        const PASSING: &[&str] = &[
            "deadlock detected",                                   // 40P01
            "could not serialize access",                          // 40001
            "terminating connection due to administrator command", // 57P01
            "terminating connection because of crash",             // 57P02
            "the database system is", // 57P03: starting up, shutting down, in recovery
            "server closed the connection unexpectedly",
            "canceling statement due to lock timeout", // 55P03
            "no connection to the server",
            "could not receive data from server",
        ];
        if message.contains("the tenant is not at this epoch") {
            return Some(Self::Moved);
        }
        if message.contains("the tenant is handed over") {
            return Some(Self::HandedOver);
        }
        if message.contains("the tenant is closed") {
            return Some(Self::Closed);
        }
        if message.contains("cached plan must not change result type") {
            return Some(Self::StalePlan); // 0A000
        }
        if message.contains("canceling statement due to statement timeout") {
            return Some(Self::Timeout);
        }
        PASSING
            .iter()
            .any(|words| message.contains(words))
            .then(|| Self::Transient(message.to_owned()))
    }
}
