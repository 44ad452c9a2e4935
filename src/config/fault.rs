//! One thing that is wrong with the configuration, as one line for the operator.

use std::fmt;

use super::Origin;

/// A key, where its value came from, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    key: String,
    origin: Origin,
    sentence: String,
}

impl Fault {
    pub(super) fn new(key: impl Into<String>, origin: Origin, sentence: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            origin,
            sentence: sentence.into(),
        }
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A value may carry a line break into the sentence; the promise is one line each.
        let sentence = self.sentence.replace(char::is_control, " ");
        match &self.origin {
            Origin::Default => write!(f, "{}: {sentence}", self.key),
            origin if self.key.is_empty() => write!(f, "{origin}: {sentence}"),
            origin => write!(f, "{} ({origin}): {sentence}", self.key),
        }
    }
}
