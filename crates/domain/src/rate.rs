//! How often programs may ask, as a plan says it.

use std::collections::BTreeMap;

use crate::column::text_enum;

/// The most that can be allowed.
pub const MOST: i32 = 1_000_000;

text_enum! {
    /// What is counted together: how often one key may do it in a minute.
    pub enum Rate {
        /// Everything that is not one of the others.
        Queries = "queries_per_minute",
        /// Asking what is limited and used.
        Usage = "usage_per_minute",
        /// Asking how a tenant's tables are made, which counts its rows.
        Schema = "schema_per_minute",
    }
}

/// How often, by the rate's key; what is not here is as often as the installation lets everybody.
pub type Rates = BTreeMap<String, i32>;

impl Rate {
    /// As it is read.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Queries => "Calls of the API a minute",
            Self::Usage => "Looks at usage and limits a minute",
            Self::Schema => "Looks at tables a minute",
        }
    }

    /// What the plan says of it.
    #[must_use]
    pub fn of(self, rates: &Rates) -> Option<i32> {
        rates.get(self.as_str()).copied()
    }
}

/// Whether each is known, and from 1 to [`MOST`].
#[must_use]
pub fn are_sound(rates: &Rates) -> bool {
    let sound =
        |(key, most): (&String, &i32)| key.parse::<Rate>().is_ok() && (1..=MOST).contains(most);
    rates.iter().all(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_ones_and_numbers_that_can_be_kept() {
        let one = |key: &str, most| Rates::from([(key.to_owned(), most)]);
        assert!(are_sound(&Rates::new()));
        assert!(are_sound(&one("queries_per_minute", 1)));
        for (key, most) in [
            ("queries", 5),
            ("usage_per_minute", 0),
            ("schema_per_minute", MOST + 1),
        ] {
            assert!(!are_sound(&one(key, most)), "{key} {most}");
        }
    }
}
