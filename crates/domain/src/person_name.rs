//! A person's name as they write it, its initials and its words for search. No rule about what a
//! name looks like: one word, many words, any script, emoji.

use std::collections::BTreeSet;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};

use crate::column::{text_column, text_conversions};
use crate::text::{self, TextError};

/// A name of 1 to 120 characters, without control or invisible characters.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

impl PersonName {
    /// The most characters a name has.
    pub const MAX_CHARACTERS: usize = 120;

    /// Reads what was typed.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        text::line(raw, Self::MAX_CHARACTERS).map(Self)
    }

    /// A name that this type wrote to the database before.
    pub(crate) fn stored(text: String) -> Result<Self, TextError> {
        Ok(Self(text))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as it is compared: lower case, without accents.
    #[must_use]
    pub fn folded(&self) -> String {
        text::fold(&self.0)
    }

    /// One or two letters for the round picture: of the first and the last word.
    #[must_use]
    pub fn initials(&self) -> String {
        let letter = |word: &str| {
            word.chars()
                .find(|c| c.is_alphanumeric())
                .or(word.chars().next())
        };
        let mut words = self.0.split_whitespace().filter_map(letter);
        let first = words.next();
        first
            .into_iter()
            .chain(words.next_back())
            .flat_map(char::to_uppercase)
            .collect()
    }

    /// The folded words of the name, for a search by the beginning of each.
    #[must_use]
    pub fn search_words(&self) -> BTreeSet<String> {
        text::words(&self.0)
    }
}

text_column!(PersonName);
text_conversions!(PersonName, TextError);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        for (name, initials) in [
            ("Ada Lovelace", "AL"),
            ("ada maria king lovelace", "AL"),
            ("Ada", "A"),
            ("\"Bob\" (the builder)", "BB"),
            ("🦊 fox", "🦊F"),
            ("李小龍", "李"),
        ] {
            assert_eq!(
                PersonName::parse(name).unwrap().initials(),
                initials,
                "{name}"
            );
        }
    }

    #[test]
    fn a_name_is_folded_for_search() {
        let name = PersonName::parse("  Zoë   Müller-Lüdenscheidt ").unwrap();
        assert_eq!(name.as_str(), "Zoë Müller-Lüdenscheidt");
        assert_eq!(name.folded(), "zoe muller-ludenscheidt");
        let words: Vec<_> = name.search_words().into_iter().collect();
        assert_eq!(words, ["ludenscheidt", "muller", "zoe"]);
    }

    #[test]
    fn an_empty_long_or_tricky_name_is_refused() {
        assert_eq!(PersonName::parse(" "), Err(TextError::Empty));
        assert_eq!(
            PersonName::parse(&"é".repeat(121)),
            Err(TextError::TooLong(120))
        );
        assert_eq!(
            PersonName::parse("Ada\u{202e}ecalevoL"),
            Err(TextError::Invisible)
        );
        assert_eq!(PersonName::parse("Ada\0"), Err(TextError::Control));
        assert!(PersonName::parse("=cmd|' /C calc'!A0").is_ok());
    }
}
