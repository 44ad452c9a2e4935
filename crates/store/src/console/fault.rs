//! What is told of a question that failed. The server's own words are told where they speak of the question; where they could
//! speak of anything else (what there is beside the tenant's own, files, the machine) they are replaced by one sentence.

use postgres::error::{DbError, ErrorPosition, SqlState};

use super::leash::{Leash, State};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConsoleFault {
    /// The question is wrong, in the server's words.
    #[error("{words}")]
    Wrong {
        /// What is wrong.
        words: String,
        /// At which character, counted from one.
        position: Option<u32>,
    },
    /// It names what is not there, or not open: which of both is not told.
    #[error(
        "A name in the question is not there, or is not open to the console: it reads the tables that are listed, and runs functions that compute."
    )]
    Closed,
    /// It is not one question.
    #[error(
        "Ask one question: a single SELECT, VALUES, TABLE or WITH that reads and gives columns."
    )]
    NoQuestion,
    /// A column is of a type that has no plain text.
    #[error("A column is of a type of its own, a whole row or an enumeration: cast it to text.")]
    OwnType,
    /// Parameters and their places do not match.
    #[error("Values wanted: {wanted}; values given: {given}.")]
    Parameters {
        /// Places.
        wanted: usize,
        /// Values.
        given: usize,
    },
    /// It took too long.
    #[error("The question took longer than it may. Narrow it down, or allow it more time.")]
    Timeout,
    /// Whoever asked is gone, or stopped it.
    #[error("The question was stopped.")]
    Stopped,
    /// It needs more room than a question may have.
    #[error("The question needs more room than one may have. Narrow it down.")]
    TooLarge,
    /// The tenant's connections are in use.
    #[error("Two questions are being answered already. Wait for one of them.")]
    Full,
    /// The database does not answer; the reason is for the log.
    #[error("The database does not answer.")]
    Away(String),
}

impl ConsoleFault {
    /// The same for the log: it is no word of the server's.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Wrong { .. } => "wrong",
            Self::Closed => "closed",
            Self::NoQuestion => "no_question",
            Self::OwnType => "own_type",
            Self::Parameters { .. } => "parameters",
            Self::Timeout => "timeout",
            Self::Stopped => "stopped",
            Self::TooLarge => "too_large",
            Self::Full => "full",
            Self::Away(_) => "away",
        }
    }

    /// What became of an error of the driver's, while this text was asked.
    pub(super) fn of(error: &postgres::Error, leash: &Leash, text: &str) -> Self {
        match leash.state() {
            State::Late => return Self::Timeout,
            State::Gone => return Self::Stopped,
            State::Running | State::Done => {}
        }
        match error.as_db_error() {
            Some(told) => Self::told(told, text),
            None => Self::Away(error.to_string()),
        }
    }

    fn told(error: &DbError, text: &str) -> Self {
        let code = error.code();
        if *code == SqlState::QUERY_CANCELED {
            return if error.message().contains("statement timeout") {
                Self::Timeout
            } else {
                Self::Stopped
            };
        }
        if *code == SqlState::INSUFFICIENT_PRIVILEGE
            && error.message() == "permission denied for table pg_type"
            && !text.to_lowercase().contains("pg_")
        {
            // The driver's own question about a column's type.
            return Self::OwnType;
        }
        if error
            .message()
            .starts_with("cannot insert multiple commands")
        {
            return Self::NoQuestion;
        }
        let unnamed = [
            SqlState::UNDEFINED_TABLE,
            SqlState::INVALID_SCHEMA_NAME,
            SqlState::INSUFFICIENT_PRIVILEGE,
            SqlState::UNDEFINED_OBJECT,
            SqlState::UNDEFINED_FILE,
            SqlState::UNDEFINED_DATABASE,
            SqlState::WRONG_OBJECT_TYPE,
            SqlState::INVALID_CATALOG_NAME,
            SqlState::UNDEFINED_FUNCTION,
        ];
        // Of a function that is not there the words help who mistook a type: they name what was typed and its types.
        let of_a_function = *code == SqlState::UNDEFINED_FUNCTION && !error.message().contains('.');
        if unnamed.contains(code) && !of_a_function {
            return Self::Closed;
        }
        match code.code().get(..2) {
            Some("0A") if error.message().starts_with("cross-database") => Self::Closed,
            Some("0A" | "21" | "22" | "2F" | "42") => Self::Wrong {
                words: sentence(error.message()),
                position: match error.position() {
                    Some(ErrorPosition::Original(at)) => Some(*at),
                    _ => None,
                },
            },
            Some("25") => Self::NoQuestion,
            Some("53") if *code == SqlState::TOO_MANY_CONNECTIONS => Self::Full,
            Some("53" | "54") => Self::TooLarge,
            Some("57") => Self::Stopped,
            _ => Self::Away(format!("{}: {}", code.code(), error.message())),
        }
    }

    /// Of the question as it stands in ours: a place in that is none of the reader's, and what is no SELECT there is none.
    pub(super) fn within(self) -> Self {
        match self {
            Self::Wrong { words, .. } if words.starts_with("Syntax error") => Self::NoQuestion,
            Self::Wrong { words, .. } => Self::Wrong {
                words,
                position: None,
            },
            other => other,
        }
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
