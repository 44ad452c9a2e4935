//! What is wrong with a form, field by field, in words. Deciding what is wrong is the domain's work.

use std::{borrow::Cow, fmt::Display};

/// Field by field, the first sentence about what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(Cow<'static, str>, String)>);

impl FieldErrors {
    /// Says what is wrong with a field; the first sentence stays.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, sentence: impl Into<String>) {
        let field = field.into();
        if self.of(&field).is_none() {
            self.0.push((field, sentence.into()));
        }
    }

    /// The value, or its error beside the field.
    pub fn keep<T, E: Display>(&mut self, field: &'static str, parsed: Result<T, E>) -> Option<T> {
        parsed
            .map_err(|error| self.add(field, error.to_string()))
            .ok()
    }

    /// The sentence beside this field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, sentence)| sentence.as_str())
    }

    /// The same for a page: empty where nothing is wrong.
    #[must_use]
    pub fn on(&self, field: &str) -> &str {
        self.of(field).unwrap_or_default()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Fields and sentences, for the summary on top.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(field, sentence)| (field.as_ref(), sentence.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_about_a_field_stays() {
        let mut errors = FieldErrors::default();
        errors.add("email", "First.");
        errors.add("email", "Second.");
        assert_eq!(
            errors.keep("seats", "x".parse::<u8>().map_err(|_| "Give a number.")),
            None
        );
        assert_eq!(
            errors.iter().collect::<Vec<_>>(),
            [("email", "First."), ("seats", "Give a number.")]
        );
    }
}
