//! Plans as data: how one is named, and what more of a resource costs on it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The longest key of a plan.
const MAX_KEY: usize = 40;

/// Why a plan's key was refused, as a sentence to show beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Use 2 to 40 small letters, digits, hyphens and underscores; begin with a letter.")]
pub struct PlanKeyError;

/// Reads the key of a plan to be made: `starter`, `team_2027`.
///
/// # Errors
/// [`PlanKeyError`].
pub fn key(raw: &str) -> Result<String, PlanKeyError> {
    let text = raw.trim();
    let letter = |byte: &u8| byte.is_ascii_lowercase();
    let all = text
        .bytes()
        .all(|byte| letter(&byte) || byte.is_ascii_digit() || matches!(byte, b'_' | b'-'));
    if all && (2..=MAX_KEY).contains(&text.len()) && text.as_bytes().first().is_some_and(letter) {
        Ok(text.to_owned())
    } else {
        Err(PlanKeyError)
    }
}

/// Why an amount was refused, as a sentence to show beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Write an amount like 199 or 29.50.")]
pub struct AmountError;

/// Reads an amount with no digits or two behind its point, in hundredths.
///
/// # Errors
/// [`AmountError`].
pub fn cents(raw: &str) -> Result<i64, AmountError> {
    let (whole, part) = raw.trim().split_once('.').unwrap_or((raw.trim(), "00"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(whole) && digits(part) && part.len() == 2) {
        return Err(AmountError);
    }
    format!("{whole}{part}").parse().map_err(|_| AmountError)
}

/// The key of a resource or a feature as it is read: `storage_gb` is "Storage (GB)".
#[must_use]
pub fn title(key: &str) -> String {
    let words = key.split('_').map(|word| match word {
        "api" | "csv" | "gdpr" | "sso" => word.to_uppercase(),
        "gb" => "(GB)".to_owned(),
        _ => word.to_owned(),
    });
    let text = words.collect::<Vec<_>>().join(" ");
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// What some more of a resource costs a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// How much more at once.
    pub per: i64,
    /// What that costs a month, in hundredths of the plan's currency.
    pub price_cents: i64,
}

/// What more costs, by resource; what is not here cannot be bought.
pub type Extras = BTreeMap<String, Extra>;

impl Extra {
    /// Whether it can be sold: at least one for at least nothing.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.per >= 1
            && self.per <= 1_000_000_000_000
            && self.price_cents >= 0
            && self.price_cents <= 100_000_000_000
    }

    /// What `more` costs a month, counted in whole pieces; `None` where that is beyond counting.
    #[must_use]
    pub fn price_of(&self, more: i64) -> Option<i64> {
        let more = more.max(0);
        let begun = i64::from(more.checked_rem(self.per)? > 0);
        let pieces = more.checked_div(self.per)?.checked_add(begun)?;
        pieces.checked_mul(self.price_cents)
    }
}

#[cfg(test)]
mod tests {
    use super::{AmountError, Extra, cents, key, title};

    #[test]
    fn an_amount_has_two_digits_behind_its_point_or_none() {
        for (text, amount) in [("199", 19_900), ("29.50", 2950), (" 0 ", 0), ("0.05", 5)] {
            assert_eq!(cents(text), Ok(amount), "{text}");
        }
        for bad in [
            "",
            "1.5",
            "1.234",
            "-3",
            "1,50",
            ".50",
            "3.",
            "1e3",
            &"9".repeat(30),
        ] {
            assert_eq!(cents(bad), Err(AmountError), "{bad}");
        }
    }

    #[test]
    fn a_key_is_a_short_word() {
        for good in ["starter", "team_2027", "a-1"] {
            assert_eq!(key(good).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "a",
            "Starter",
            "1a",
            "with space",
            "é2",
            &"a".repeat(41),
        ] {
            assert!(key(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn short_words_that_are_letters_are_large() {
        assert_eq!(title("gdpr_compliance"), "GDPR compliance");
        assert_eq!(title("storage_gb"), "Storage (GB)");
        assert_eq!(title("sso"), "SSO");
        assert_eq!(title(""), "");
    }

    #[test]
    fn more_is_sold_in_whole_pieces() {
        let ten_gigabytes = Extra {
            per: 10,
            price_cents: 200,
        };
        for (more, price) in [(0, 0), (-3, 0), (1, 200), (10, 200), (11, 400), (100, 2000)] {
            assert_eq!(ten_gigabytes.price_of(more), Some(price), "{more}");
        }
        let dear = Extra {
            per: 1,
            price_cents: i64::MAX,
        };
        assert_eq!(dear.price_of(2), None);
    }
}
