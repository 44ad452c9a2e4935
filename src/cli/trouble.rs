//! Why a command did not do what it was asked: words for a person, a code for a program.

use domain::FieldErrors;
use services::{StoreError, VerbError};

use super::Exit;

/// A command's end without its result.
#[derive(Debug)]
pub(super) struct Trouble {
    exit: Exit,
    lines: Vec<String>,
}

impl Trouble {
    pub(super) fn new(exit: Exit, words: impl Into<String>) -> Self {
        Self {
            exit,
            lines: vec![words.into()],
        }
    }

    /// The same in several lines.
    pub(super) fn several(exit: Exit, lines: impl IntoIterator<Item = String>) -> Self {
        Self {
            exit,
            lines: lines.into_iter().collect(),
        }
    }

    /// The command line asks for something that is not there, or says too little.
    pub(super) fn usage(words: impl Into<String>) -> Self {
        Self::new(Exit::Usage, words)
    }

    /// There is no such thing.
    pub(super) fn missing(words: impl Into<String>) -> Self {
        Self::new(Exit::Missing, words)
    }

    /// Says it on standard error, a line each.
    pub(super) fn tell(&self) -> Exit {
        for line in &self.lines {
            eprintln!("tenantry: {line}");
        }
        self.exit
    }
}

impl From<FieldErrors> for Trouble {
    fn from(errors: FieldErrors) -> Self {
        let lines = errors.iter().map(|(field, sentence)| {
            if field.is_empty() {
                sentence.to_owned()
            } else {
                format!("{field}: {sentence}")
            }
        });
        Self {
            exit: Exit::Invalid,
            lines: lines.collect(),
        }
    }
}

impl From<VerbError> for Trouble {
    fn from(error: VerbError) -> Self {
        let exit = match error {
            VerbError::Store(error) => return error.into(),
            VerbError::Invalid(errors) => return errors.into(),
            VerbError::Refused(_) => Exit::Forbidden,
            VerbError::Migration(_) => Exit::Invalid,
            VerbError::Conflict(_) | VerbError::Stale | VerbError::LimitReached(_) => {
                Exit::Conflict
            }
            VerbError::TooMany { .. } | VerbError::Busy { .. } => Exit::Busy,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::missing("there is no such thing"),
            StoreError::Busy
            | StoreError::Crowded
            | StoreError::Transient(_)
            | StoreError::Timeout => Self::new(Exit::Busy, error.to_string()),
            StoreError::Unauthenticated
            | StoreError::Forbidden(_)
            | StoreError::StaffForbidden(_) => Self::new(Exit::Forbidden, error.to_string()),
            other => Self::new(Exit::Database, other.to_string()),
        }
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        // Who reads only the beginning, as `head` does, has what was wanted.
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self {
                exit: Exit::Done,
                lines: Vec::new(),
            };
        }
        Self::new(
            Exit::Output,
            format!("the output could not be written: {error}"),
        )
    }
}
