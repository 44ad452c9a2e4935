//! Why a verb did not do what was asked, in the few kinds that a door answers differently.

use std::collections::BTreeMap;
use std::time::Duration;

use store::{Failure, StoreError};

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
    /// Somebody changed the record since the form was shown (409); the door reads and shows both.
    #[error("somebody else changed this in the meantime")]
    Stale,
    /// The tenant's limit is reached (429 `tenant_limit_exceeded`).
    #[error("the limit of {hard} {resource} is reached")]
    LimitReached {
        /// What is limited: `users`.
        resource: &'static str,
        /// In use now.
        used: i64,
        /// The limit.
        hard: i64,
        /// How many were asked for.
        requested: i64,
    },
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

impl Failure for VerbError {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// What is wrong with a form, by the name of the field; `""` is the form as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(BTreeMap<&'static str, String>);

impl FieldErrors {
    /// No error yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One error.
    #[must_use]
    pub fn one(field: &'static str, sentence: impl Into<String>) -> Self {
        let mut errors = Self::new();
        errors.add(field, sentence);
        errors
    }

    /// Adds a sentence; the first one of a field stays.
    pub fn add(&mut self, field: &'static str, sentence: impl Into<String>) {
        self.0.entry(field).or_insert_with(|| sentence.into());
    }

    /// Keeps the value, or notes the error beside its field.
    pub fn check<T, E: std::fmt::Display>(
        &mut self,
        field: &'static str,
        value: Result<T, E>,
    ) -> Option<T> {
        value
            .map_err(|error| self.add(field, error.to_string()))
            .ok()
    }

    /// The sentence beside this field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every error, for the summary on top.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0
            .iter()
            .map(|(field, sentence)| (*field, sentence.as_str()))
    }

    /// `Ok` when nothing is wrong.
    ///
    /// # Errors
    /// [`VerbError::Invalid`] otherwise.
    pub fn into_result(self) -> Result<(), VerbError> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(VerbError::Invalid(self))
        }
    }
}
