//! What an entry holds, in a tenant's log and in the platform's.

use serde_json::Value as Json;

/// Whether it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was asked for and refused.
    Refused,
}

impl Outcome {
    /// As it is stored.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The outcome of a word, as a link may carry it.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "done" => Some(Self::Done),
            "refused" => Some(Self::Refused),
            _ => None,
        }
    }
}

/// One entry: an action of the log's own, on a target of its own, by somebody of its own. When, from
/// where and otherwise by whom comes from the transaction.
#[derive(Debug, Clone)]
pub struct Entry<A, T, B> {
    /// What was done.
    pub action: A,
    /// Or refused.
    pub outcome: Outcome,
    /// To what.
    pub target: T,
    /// What changed, as it was: an object of its fields.
    pub before: Option<Json>,
    /// What changed, as it is.
    pub after: Option<Json>,
    /// Who did it, where the transaction cannot know: at sign-in nobody is signed in yet.
    pub by: Option<B>,
}

impl<A, T, B> Entry<A, T, B> {
    /// It was done.
    #[must_use]
    pub const fn done(action: A, target: T) -> Self {
        Self {
            action,
            outcome: Outcome::Done,
            target,
            before: None,
            after: None,
            by: None,
        }
    }

    /// It was asked for and refused.
    #[must_use]
    pub const fn refused(action: A, target: T) -> Self {
        Self {
            action,
            outcome: Outcome::Refused,
            target,
            before: None,
            after: None,
            by: None,
        }
    }

    /// With the fields that changed, as they were.
    #[must_use]
    pub fn before(mut self, fields: Json) -> Self {
        self.before = Some(fields);
        self
    }

    /// With the fields that changed, as they are.
    #[must_use]
    pub fn after(mut self, fields: Json) -> Self {
        self.after = Some(fields);
        self
    }
}
