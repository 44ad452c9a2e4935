//! What a check found, and what to do about it.

use serde_json::{Value as Json, json};

/// How it stands, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// As it should be.
    Good,
    /// It works, and could be better.
    Fair,
    /// It does not work, or is not safe.
    Bad,
}

impl State {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Bad => "bad",
        }
    }
}

/// One line of the report.
#[derive(Debug)]
pub(super) struct Finding {
    check: &'static str,
    pub(super) state: State,
    found: String,
    mend: Option<String>,
}

impl Finding {
    pub(super) fn good(check: &'static str, found: impl Into<String>) -> Self {
        Self {
            check,
            state: State::Good,
            found: found.into(),
            mend: None,
        }
    }

    pub(super) fn fair(
        check: &'static str,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Fair,
            mend: Some(mend.into()),
            ..Self::good(check, found)
        }
    }

    pub(super) fn bad(
        check: &'static str,
        found: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Bad,
            mend: Some(mend.into()),
            ..Self::good(check, found)
        }
    }

    pub(super) fn json(&self) -> Json {
        json!({
            "check": self.check,
            "state": self.state.as_str(),
            "found": self.found,
            "mend": self.mend,
        })
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let mark = match self.state {
            State::Good => "ok  ",
            State::Fair => "fair",
            State::Bad => "BAD ",
        };
        let first = format!("{mark}  {:14} {}", self.check, self.found);
        let mend = self
            .mend
            .iter()
            .map(|mend| format!("{:21}mend: {mend}", ""));
        std::iter::once(first).chain(mend).collect()
    }
}
