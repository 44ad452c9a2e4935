//! Fields of a tenant's own beside a person: text by text. What they mean nobody here knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::{self, TextError};

/// Why free fields were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FreeFieldsError {
    /// More than are kept.
    #[error("Keep at most {} fields.", FreeFields::MAX)]
    TooMany,
    /// A value without a name.
    #[error("Give the field with the value “{0}” a name.")]
    Nameless(String),
    /// The same name twice.
    #[error("The field “{0}” is there twice.")]
    Twice(String),
    /// A name or a value that text rules refuse.
    #[error("The field “{0}”: {1}")]
    Text(String, TextError),
}

/// Names and values, sorted by name; no name twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FreeFields(BTreeMap<String, String>);

impl FreeFields {
    /// The most fields of one person.
    pub const MAX: usize = 20;
    /// The most characters of a name.
    pub const MAX_NAME: usize = 40;
    /// The most characters of a value.
    pub const MAX_VALUE: usize = 200;

    /// Reads what was typed. A field without a value is left out.
    pub fn parse<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, FreeFieldsError> {
        use FreeFieldsError as Error;
        let mut fields = BTreeMap::new();
        for (raw_name, raw_value) in pairs {
            let shown = || raw_name.chars().take(Self::MAX_NAME).collect::<String>();
            let value = text::optional_line(raw_value, Self::MAX_VALUE)
                .map_err(|error| Error::Text(shown(), error))?;
            let name = text::optional_line(raw_name, Self::MAX_NAME)
                .map_err(|error| Error::Text(shown(), error))?;
            let Some(value) = value else { continue };
            let Some(name) = name else {
                return Err(Error::Nameless(value));
            };
            if fields.insert(name.clone(), value).is_some() {
                return Err(Error::Twice(name));
            }
        }
        if fields.len() > Self::MAX {
            return Err(Error::TooMany);
        }
        Ok(Self(fields))
    }

    /// Each name with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of this name.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn fields_are_read_and_checked() {
        let fields = FreeFields::parse([
            (" Badge ", " 17 "),
            ("", ""),
            ("Shirt", " "),
            ("Desk", "4b"),
        ])
        .unwrap();
        assert_eq!(
            fields.iter().collect::<Vec<_>>(),
            [("Badge", "17"), ("Desk", "4b")]
        );
        assert_eq!(
            FreeFields::parse([("", "x")]).unwrap_err().to_string(),
            "Give the field with the value “x” a name."
        );
        assert!(matches!(
            FreeFields::parse([("a", "1"), ("a ", "2")]),
            Err(FreeFieldsError::Twice(_))
        ));
        assert!(FreeFields::parse([("a", "\0")]).is_err());
        let many: Vec<String> = (0..21).map(|n| n.to_string()).collect();
        assert_eq!(
            FreeFields::parse(many.iter().map(|n| (n.as_str(), "1"))),
            Err(FreeFieldsError::TooMany)
        );
    }
}
