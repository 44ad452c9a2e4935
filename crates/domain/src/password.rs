//! What a password must be, and the type that carries one without showing it. Hashing is elsewhere;
//! here is neither a clock nor a hash.

use std::fmt;

use zeroize::Zeroizing;
use zxcvbn::Entropy;
use zxcvbn::feedback::{Feedback, Warning};
use zxcvbn::matching::patterns::MatchPattern;

/// A password as it was typed: each byte counts, blanks and NUL too. Wiped from memory when dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a password was refused, as a sentence to show beside the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than 8 bytes.
    #[error("Use at least 8 characters. Several words in a row are easy to remember.")]
    TooShort,
    /// More than 1,024 bytes.
    #[error("A password has at most 1,024 bytes.")]
    TooLong,
    /// Among the most used passwords.
    #[error("This is one of the most used passwords. Choose another one.")]
    Common,
    /// The person's or the tenant's name, address and the like make up too much of it.
    #[error(
        "This is too close to your name, your address or the company's name. Choose something else."
    )]
    Personal,
    /// Found by guessing too soon.
    #[error("This is too easy to guess. {0}")]
    Weak(String),
}

/// How well a password withstands guessing, for the meter below the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// 0 (none) to 4 (very strong); 3 and up is taken.
    pub score: u8,
    /// What would make it stronger.
    pub advice: Option<String>,
}

impl Password {
    /// The fewest bytes of a new password.
    pub const MIN_BYTES: usize = 8;
    /// The most bytes of any password: more is refused before anything is computed from it.
    pub const MAX_BYTES: usize = 1024;
    /// The guesses that a password must withstand: as many as eight random characters do, which is
    /// where zxcvbn begins to call a password safely unguessable.
    const ENOUGH_GUESSES: u64 = 100_000_000;
    /// How many characters are judged; what follows can only make it stronger.
    const JUDGED_CHARACTERS: usize = 128;

    /// A new password that meets the policy. `about` holds what an attacker would try first: the
    /// person's name and address, the tenant's name and slug.
    pub fn choose(raw: String, about: &[&str]) -> Result<Self, PasswordError> {
        let password = Self::typed(raw)?;
        if password.0.len() < Self::MIN_BYTES {
            return Err(PasswordError::TooShort);
        }
        let judged = judge(&password.0, about);
        if judged.guesses() >= Self::ENOUGH_GUESSES {
            return Ok(password);
        }
        Err(refusal(&judged, about))
    }

    /// A password to be compared with a stored one: any, up to the length limit.
    pub fn typed(raw: String) -> Result<Self, PasswordError> {
        let password = Self(Zeroizing::new(raw));
        if password.0.len() > Self::MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        Ok(password)
    }

    /// The bytes that are hashed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// How strong it is, in the same eyes as [`Password::choose`].
    #[must_use]
    pub fn strength(raw: &str, about: &[&str]) -> Strength {
        let judged = judge(raw, about);
        if raw.len() >= Self::MIN_BYTES && judged.guesses() >= Self::ENOUGH_GUESSES {
            return Strength {
                score: u8::from(judged.score()).max(3),
                advice: None,
            };
        }
        let advice = if raw.len() < Self::MIN_BYTES {
            PasswordError::TooShort
        } else {
            refusal(&judged, about)
        };
        Strength {
            score: u8::from(judged.score()).min(2),
            advice: Some(advice.to_string()),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What an attacker would try first: the texts as a whole and each word of them.
fn known<'a>(about: &[&'a str]) -> Vec<&'a str> {
    about
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).chain([*text]))
        .filter(|word| word.chars().count() > 2)
        .chain(["tenantry"])
        .collect()
}

fn judge(raw: &str, about: &[&str]) -> Entropy {
    let head = Zeroizing::new(
        raw.chars()
            .take(Password::JUDGED_CHARACTERS)
            .collect::<String>(),
    );
    zxcvbn::zxcvbn(&head, &known(about))
}

/// The most telling reason first.
fn refusal(judged: &Entropy, about: &[&str]) -> PasswordError {
    let feedback = judged.feedback();
    let known: Vec<String> = known(about)
        .iter()
        .map(|word| word.to_lowercase())
        .collect();
    let personal = judged.sequence().iter().any(|part| {
        matches!(&part.pattern, MatchPattern::Dictionary(found) if known.contains(&found.matched_word))
    });
    if personal {
        return PasswordError::Personal;
    }
    if let Some(
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword,
    ) = feedback.and_then(Feedback::warning)
    {
        return PasswordError::Common;
    }
    let advice = feedback
        .and_then(|feedback| feedback.suggestions().first())
        .map_or_else(|| "Add a word or two.".to_owned(), ToString::to_string);
    PasswordError::Weak(advice)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const ABOUT: [&str; 3] = ["Ada Lovelace", "ada.lovelace@acme.example", "Acme Rockets"];

    /// The most used passwords of 8 characters and more, from public counts of leaks.
    const MOST_USED: &str = include_str!("password/most_used.txt");

    #[test]
    fn authn_02_the_most_used_passwords_are_refused() {
        let list: Vec<&str> = MOST_USED.lines().collect();
        assert!(list.len() >= 300, "{}", list.len());
        for common in list {
            for typed in [common.to_owned(), common.to_uppercase()] {
                assert!(Password::choose(typed, &[]).is_err(), "{common}");
            }
        }
        assert_eq!(
            Password::choose("password".into(), &[]).unwrap_err(),
            PasswordError::Common
        );
    }

    #[test]
    fn authn_02_length_counts_bytes_from_8_to_1024() {
        assert_eq!(
            Password::choose("x7$Kq2!".into(), &[]).unwrap_err(),
            PasswordError::TooShort
        );
        assert!(Password::choose("x7$Kq2!v".into(), &[]).is_ok());
        let longest = "correct horse battery staple ".repeat(36)[..1024].to_owned();
        assert!(Password::choose(longest.clone(), &[]).is_ok());
        let error = Password::choose(longest + "!", &[]).unwrap_err();
        assert_eq!(error, PasswordError::TooLong);
        assert!(Password::typed("x".into()).is_ok());
        assert_eq!(
            Password::typed("x".repeat(1025)).unwrap_err(),
            PasswordError::TooLong
        );
    }

    #[test]
    fn authn_02_no_composition_is_asked_for_and_every_byte_is_kept() {
        for typed in [
            "orbit lantern walnut",
            "  blanks at both ends  ",
            "nul\0inside\0the\0word",
            "🦊🌋🪐🧊🪁🥝🪴🛶",
            "e\u{301}lan vital mouette",
            "пять синих кораблей",
        ] {
            let password = Password::choose(typed.into(), &ABOUT).unwrap();
            assert_eq!(password.as_bytes(), typed.as_bytes());
        }
    }

    #[test]
    fn authn_02_ones_own_names_are_no_secret() {
        for typed in [
            "adalovelace",
            "lovelaceacme",
            "ada.lovelace@acme.example",
            "AcmeRockets1",
        ] {
            assert_eq!(
                Password::choose(typed.into(), &ABOUT).unwrap_err(),
                PasswordError::Personal,
                "{typed}"
            );
        }
    }

    #[test]
    fn weak_passwords_are_refused_in_words() {
        for typed in [
            "aaaaaaaaaaaa",
            "abcdefghijkl",
            "qwertzuiop",
            "12345678901234567890",
            "P@ssw0rd!",
        ] {
            let error = Password::choose(typed.into(), &[]).unwrap_err();
            assert!(error.to_string().ends_with('.'), "{typed}: {error}");
        }
    }

    #[test]
    fn strength_agrees_with_the_policy() {
        for typed in [
            "password1",
            "orbit lantern walnut",
            "x7$Kq2!v",
            "acmerockets",
        ] {
            let strength = Password::strength(typed, &ABOUT);
            let taken = Password::choose(typed.into(), &ABOUT).is_ok();
            assert_eq!(
                (strength.score >= 3, strength.advice.is_none()),
                (taken, taken),
                "{typed}"
            );
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let password = Password::typed("orbit lantern walnut".into()).unwrap();
        assert_eq!(format!("{password:?}"), "Password(…)");
    }
}
