//! What a form says about itself when it comes back: which field is wrong and why, and what may be
//! chosen. The typed values stay in the page's own struct.

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name and id; empty when it is about the whole form.
    pub field: String,
    /// What to do about it, in words.
    pub message: String,
}

/// Everything that is wrong with a form, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<FieldError>);

impl Errors {
    /// Nothing is wrong.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Adds what is wrong with a field; the first message of a field stays.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        if field.is_empty() || self.on(&field).is_empty() {
            self.0.push(FieldError { field, message: message.into() });
        }
    }

    /// The same, while building.
    #[must_use]
    pub fn with(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.add(field, message);
        self
    }

    /// What is wrong with this field, or nothing.
    #[must_use]
    pub fn on(&self, field: &str) -> &str {
        self.0.iter().find(|error| error.field == field).map_or("", |error| &error.message)
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it.
    #[must_use]
    pub fn list(&self) -> &[FieldError] {
        &self.0
    }
}

/// One line of a select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// A line that sends `value` and reads `label`.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_message_of_a_field_stays() {
        let errors = Errors::none().with("email", "Enter an address").with("email", "Too long").with("", "Try again");
        assert_eq!(errors.on("email"), "Enter an address");
        assert_eq!(errors.list().len(), 2);
        assert_eq!(errors.on("name"), "");
    }
}
