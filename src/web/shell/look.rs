//! Who the tenant and the reader are, as pages show them: names, marks, colours, initials.

use domain::{Writing, colour::Colour};

use crate::web::{assets::asset, theme::theme_version};

/// The tenant as its pages show it.
#[derive(Debug, Clone)]
pub struct Look {
    /// `Acme Corporation`
    pub name: String,
    /// `acme.example.com`, as the visitor wrote it.
    pub host: String,
    /// The brand colour.
    pub primary: Colour,
    /// The second chart colour, if there is one.
    pub secondary: Option<Colour>,
}

impl Look {
    /// The letter in the tenant's mark.
    #[must_use]
    pub fn monogram(&self) -> char {
        self.name
            .chars()
            .find(|c| c.is_alphanumeric())
            .map_or('T', |c| c.to_uppercase().next().unwrap_or(c))
    }

    /// The address of the tenant's theme, which changes when its colours do.
    #[must_use]
    pub fn theme_href(&self) -> String {
        format!(
            "/theme.css?v={}",
            theme_version(self.primary, self.secondary)
        )
    }

    /// The address of the tab's icon.
    #[must_use]
    pub fn icon_href(&self) -> String {
        format!(
            "/icon.svg?v={}{}",
            theme_version(self.primary, None),
            u32::from(self.monogram())
        )
    }
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id as it is shown, `user_…`; what was typed is kept for this person only.
    pub id: String,
    /// Full name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// How they have dates and numbers written.
    pub writing: Writing,
}

/// Addresses of the files that every page names.
#[derive(Debug, Clone, Copy)]
pub struct Files;

impl Files {
    /// The address of a file, empty where the build left it out.
    #[must_use]
    pub fn of(name: &str) -> &'static str {
        asset(name).unwrap_or_default()
    }
}

/// Up to two letters for an avatar.
#[must_use]
pub fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let mut words = name.split_whitespace().filter_map(letter);
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// One of eight hues, always the same for a name.
#[must_use]
pub fn hue(name: &str) -> u32 {
    name.chars().fold(7_u32, |sum, c| {
        sum.wrapping_mul(31).wrapping_add(u32::from(c))
    }) % 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_take_the_first_and_the_last_word() {
        for (name, letters) in [
            ("Jane Smith", "JS"),
            ("Lucía de la Fernández", "LF"),
            ("cher", "C"),
            ("", ""),
            ("  \u{1f600} Bo", "B"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
