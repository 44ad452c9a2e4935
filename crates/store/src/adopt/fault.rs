//! Why an adoption did not go on. What was done stays written down, and is gone on from.

use diesel::ConnectionError;
use diesel::result::Error as DieselError;
use domain::adoption::Refusal;

use crate::StoreError;

/// Why nothing was done, or not all.
#[derive(Debug, thiserror::Error)]
pub enum NoAdoption {
    /// No connection. The address is not repeated: a password may be in it.
    #[error("cannot connect to the database: {0}")]
    Connect(String),
    /// The server's words are not understood.
    #[error(
        "the server speaks {0}, and its refusals are read in English: let a superuser run `alter role … set lc_messages = 'C'` for this login"
    )]
    Language(String),
    /// Another process is at it.
    #[error("another process is adopting tables in this database")]
    Held,
    /// Tables that cannot be adopted.
    #[error("some tables cannot be adopted")]
    Refused(Vec<Refusal>),
    /// Nothing is under way.
    #[error("no adoption is under way in this database")]
    Nothing,
    /// Another one is under way.
    #[error("another adoption is under way in this database: {0}; finish it or take it back first")]
    Another(String),
    /// There are steps left.
    #[error("steps are left: run `tenantry adopt` again first")]
    NotReady,
    /// It is over.
    #[error(
        "the adoption is finished: the policies hold, and there is no way back by this command"
    )]
    Finished,
    /// Something shows rows of all tenants.
    #[error("rows of all tenants would be seen through: {}", .0.join(", "))]
    Leaks(Vec<String>),
    /// Something else than the tenant would have been written.
    #[error(
        "something changes the rows of {0} when their tenant is filled in, a trigger most likely: nothing of that batch was kept"
    )]
    Meddled(String),
    /// What was counted is not as it should be.
    #[error("{0}")]
    Unproven(String),
    /// The ledger in the database is not understood.
    #[error("what the database knows of its adoption cannot be read: {0}")]
    Ledger(#[from] serde_json::Error),
    /// The application kept its tables busy.
    #[error(
        "the application keeps its tables busy, and was not to wait for this: {0}; the same may succeed in a moment"
    )]
    Busy(String),
    /// The server refused a statement.
    #[error("the server refused `{statement}`: {words}")]
    Statement {
        /// What it refused.
        statement: String,
        /// Why.
        words: String,
    },
    /// The database's.
    #[error(transparent)]
    Database(#[from] StoreError),
}

impl NoAdoption {
    /// What the server said to one of our statements.
    pub(super) fn of(statement: &str, error: DieselError) -> Self {
        if let DieselError::DatabaseError(_, info) = &error {
            let more =
                [info.details(), info.hint()].map(|more| more.map(|more| format!(" ({more})")));
            let words: String = std::iter::once(info.message().to_owned())
                .chain(more.into_iter().flatten())
                .collect();
            if let StoreError::Statement(_) = StoreError::from(error) {
                return Self::Statement {
                    statement: statement.to_owned(),
                    words,
                };
            }
            return Self::Database(StoreError::Transient(words));
        }
        Self::Database(error.into())
    }

    /// Whether the same may be tried at once.
    pub(super) fn is_waiting(&self) -> bool {
        let words = match self {
            Self::Database(StoreError::Transient(words)) => words,
            Self::Database(StoreError::Timeout) => return true,
            _ => return false,
        };
        [
            "lock timeout",
            "deadlock",
            "statement timeout",
            "could not serialize",
        ]
        .iter()
        .any(|cause| words.contains(cause))
    }
}

impl From<DieselError> for NoAdoption {
    fn from(error: DieselError) -> Self {
        Self::Database(error.into())
    }
}

impl From<ConnectionError> for NoAdoption {
    fn from(error: ConnectionError) -> Self {
        let words = error.to_string();
        // libpq repeats an address that it cannot read, and what it takes for a host or port may be a password.
        let known = words.starts_with("connection to server");
        Self::Connect(if known {
            let lines: Vec<&str> = words.lines().map(str::trim).collect();
            lines.join(" ")
        } else {
            "its address cannot be read or its host is not known (postgresql://user:password@host:port/database, with % codes for special characters)".to_owned()
        })
    }
}
