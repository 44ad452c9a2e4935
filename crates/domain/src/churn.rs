//! Which tenants may be about to leave: signs that anybody can check, and how many of them there are.

use crate::column::text_enum;

/// So few people or calls are too few to be halved.
const FEWEST_PEOPLE: i64 = 4;
const FEWEST_CALLS: i64 = 100;
/// A trial that ends within so many days.
const SOON: i64 = 7;
/// From so many hundredths on a limit presses.
const PRESSING: i64 = 90;
/// A tenant younger than this has not settled in.
const SETTLED: i64 = 7;

text_enum! {
    /// One sign.
    pub enum Sign {
        /// Nothing was asked for in seven days.
        Silent = "silent",
        /// Half the people of the span before, or fewer.
        FewerPeople = "fewer_people",
        /// Half the calls of the span before, or fewer.
        FewerCalls = "fewer_calls",
        /// A trial ends within seven days.
        TrialEnding = "trial_ending",
        /// A limit is used up to nine tenths.
        LimitPressing = "limit_pressing",
    }
}

text_enum! {
    /// How likely it is that the tenant leaves.
    pub enum Risk {
        /// No sign of it.
        Low = "low",
        /// One sign.
        Medium = "medium",
        /// Silence, or two signs.
        High = "high",
    }
}

impl Sign {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Silent => "Nothing asked for in 7 days",
            Self::FewerPeople => "Half the people, or fewer",
            Self::FewerCalls => "Half the calls, or fewer",
            Self::TrialEnding => "Trial ends within 7 days",
            Self::LimitPressing => "A limit presses",
        }
    }
}

impl Risk {
    /// In a word.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }

    /// By what was seen.
    #[must_use]
    pub fn of(signs: &[Sign]) -> Self {
        match signs.len() {
            0 => Self::Low,
            _ if signs.contains(&Sign::Silent) => Self::High,
            1 => Self::Medium,
            _ => Self::High,
        }
    }
}

/// What is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Vital {
    /// How many days ago it was made.
    pub age_days: i64,
    /// Pages and calls of the last seven days.
    pub last_week: i64,
    /// People who used pages in the span.
    pub people: i64,
    /// And in the one before; `None` where that is not known.
    pub people_before: Option<i64>,
    /// Calls in the span.
    pub calls: i64,
    /// And in the one before.
    pub calls_before: Option<i64>,
    /// In how many days a trial ends.
    pub trial_days_left: Option<i64>,
    /// How many hundredths of the limit that presses most are used.
    pub used_percent: Option<i64>,
}

/// The signs that a tenant shows.
#[must_use]
pub fn signs(of: &Vital) -> Vec<Sign> {
    let halved = |now: i64, before: Option<i64>, fewest: i64| {
        before.is_some_and(|before| before >= fewest && now <= before / 2)
    };
    let all = [
        (Sign::Silent, of.age_days >= SETTLED && of.last_week == 0),
        (
            Sign::FewerPeople,
            halved(of.people, of.people_before, FEWEST_PEOPLE),
        ),
        (
            Sign::FewerCalls,
            halved(of.calls, of.calls_before, FEWEST_CALLS),
        ),
        (
            Sign::TrialEnding,
            of.trial_days_left.is_some_and(|days| days <= SOON),
        ),
        (
            Sign::LimitPressing,
            of.used_percent.is_some_and(|percent| percent >= PRESSING),
        ),
    ];
    let shown = all.into_iter().filter(|(_, shows)| *shows);
    shown.map(|(sign, _)| sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WELL: Vital = Vital {
        age_days: 90,
        last_week: 500,
        people: 20,
        people_before: Some(20),
        calls: 1_000,
        calls_before: Some(1_000),
        trial_days_left: None,
        used_percent: Some(50),
    };

    fn of(vital: Vital) -> (Vec<Sign>, Risk) {
        let signs = signs(&vital);
        let risk = Risk::of(&signs);
        (signs, risk)
    }

    #[test]
    fn who_goes_on_shows_no_sign() {
        assert_eq!(of(WELL), (vec![], Risk::Low));
        let grown = Vital {
            people: 40,
            calls: 9_000,
            ..WELL
        };
        assert_eq!(of(grown), (vec![], Risk::Low));
    }

    #[test]
    fn one_sign_is_a_warning_and_two_are_a_risk() {
        let fewer = Vital { people: 10, ..WELL };
        assert_eq!(of(fewer), (vec![Sign::FewerPeople], Risk::Medium));
        let both = Vital {
            calls: 500,
            ..fewer
        };
        assert_eq!(
            of(both),
            (vec![Sign::FewerPeople, Sign::FewerCalls], Risk::High)
        );
        let full = Vital {
            used_percent: Some(90),
            ..WELL
        };
        assert_eq!(of(full), (vec![Sign::LimitPressing], Risk::Medium));
        let ends = Vital {
            trial_days_left: Some(7),
            ..WELL
        };
        assert_eq!(of(ends), (vec![Sign::TrialEnding], Risk::Medium));
    }

    #[test]
    fn silence_alone_is_a_risk_but_not_in_the_first_week() {
        let silent = Vital {
            last_week: 0,
            ..WELL
        };
        assert_eq!(of(silent), (vec![Sign::Silent], Risk::High));
        let new = Vital {
            age_days: 6,
            ..silent
        };
        assert_eq!(of(new), (vec![], Risk::Low));
    }

    #[test]
    fn what_is_unknown_or_small_is_no_sign() {
        let unknown = Vital {
            people: 0,
            calls: 0,
            people_before: None,
            calls_before: None,
            used_percent: None,
            ..WELL
        };
        assert_eq!(of(unknown), (vec![], Risk::Low));
        let small = Vital {
            people: 0,
            people_before: Some(3),
            calls: 0,
            calls_before: Some(99),
            ..WELL
        };
        assert_eq!(of(small), (vec![], Risk::Low));
    }
}
