//! A node: a server on which tenants have databases of their own. How it is named, and whether it takes more of them.

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::Serialize;

use crate::column::{text_column, text_conversions, text_enum};

/// The most databases that a node may be given room for.
pub const MOST_ROOM: i32 = 10_000;

/// The name of a node: 2 to 40 characters, `[a-z][a-z0-9-]*[a-z0-9]`.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct NodeName(String);

/// Why a name was refused, as a sentence to show beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NodeNameError {
    /// Nothing, or only blanks.
    #[error("Name the server, for example eu-2.")]
    Empty,
    /// Something else than a short label.
    #[error(
        "Use 2 to 40 small letters, digits and hyphens; begin with a letter, end with a letter or digit."
    )]
    Form,
}

impl NodeName {
    /// Reads what was typed. Capitals are refused, not folded: what is typed is what is shown.
    ///
    /// # Errors
    /// See [`NodeNameError`].
    pub fn parse(raw: &str) -> Result<Self, NodeNameError> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(NodeNameError::Empty);
        }
        let bytes = text.as_bytes();
        let small = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let begins = bytes.first().is_some_and(u8::is_ascii_lowercase);
        let ends = bytes.last().is_some_and(small);
        let all = bytes.iter().all(|byte| small(byte) || *byte == b'-');
        if begins && ends && all && (2..=40).contains(&bytes.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NodeNameError::Form)
        }
    }

    pub(crate) fn stored(text: String) -> Result<Self, NodeNameError> {
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_column!(NodeName);
text_conversions!(NodeName, NodeNameError);

text_enum! {
    /// Whether a node takes more databases.
    pub enum NodeState {
        /// Written down, and not made ready for tenants yet.
        New = "new",
        /// New tenants and moves may be led there.
        Open = "open",
        /// Whoever lives there stays; nobody else comes.
        Cordoned = "cordoned",
        /// Whoever lives there is moved elsewhere; nobody else comes.
        Draining = "draining",
    }
}

impl NodeState {
    /// As it is shown.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::New => "Not ready",
            Self::Open => "Open",
            Self::Cordoned => "Closed to newcomers",
            Self::Draining => "Being emptied",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_short_label() {
        for good in ["eu-2", "a1", " main "] {
            assert!(NodeName::parse(good).is_ok(), "{good}");
        }
        for bad in ["x", "-a", "a-", "EU", "a_b", "ü1", &"a".repeat(41)] {
            assert_eq!(NodeName::parse(bad), Err(NodeNameError::Form), "{bad}");
        }
        assert_eq!(NodeName::parse(" "), Err(NodeNameError::Empty));
    }
}
