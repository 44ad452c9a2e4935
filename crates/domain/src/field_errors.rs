//! What is wrong with a form: field by field, a sentence for beside each. What was typed is not here.

use std::borrow::Cow;
use std::fmt::Display;

/// Sentences by the name of the field, in the order in which they were found; `""` is the form as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(Cow<'static, str>, String)>);

impl FieldErrors {
    /// Nothing is wrong.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// One thing is wrong.
    #[must_use]
    pub fn one(field: impl Into<Cow<'static, str>>, sentence: impl Into<String>) -> Self {
        Self::new().with(field, sentence)
    }

    /// Adds a sentence; the first one of a field stays.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, sentence: impl Into<String>) {
        let field = field.into();
        if self.of(&field).is_none() {
            self.0.push((field, sentence.into()));
        }
    }

    /// The same, while building.
    #[must_use]
    pub fn with(
        mut self,
        field: impl Into<Cow<'static, str>>,
        sentence: impl Into<String>,
    ) -> Self {
        self.add(field, sentence);
        self
    }

    /// Keeps the value, or notes the error beside its field.
    pub fn check<T, E: Display>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        value: Result<T, E>,
    ) -> Option<T> {
        value
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

    /// `Ok` when nothing is wrong.
    ///
    /// # Errors
    /// Itself, otherwise.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_of_a_field_stays() {
        let errors = FieldErrors::one("email", "Enter an address.")
            .with("email", "Too long.")
            .with("", "Try again.");
        assert_eq!(errors.on("email"), "Enter an address.");
        assert_eq!(errors.iter().count(), 2);
        assert_eq!(errors.on("name"), "");
    }
}
