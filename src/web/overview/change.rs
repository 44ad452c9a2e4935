//! How a number changed against the period before: in words, and which way it went.

use crate::web::format::Format;

/// A change that is smaller is none, as a part of what was.
pub(super) const STEADY: f64 = 0.005;
/// Answers that take this much longer are slower.
pub(super) const SLOWER: f64 = 0.05;

/// How something changed: in words, and whether it went up or down.
pub(super) struct Change {
    pub(super) words: String,
    /// 1 for more, -1 for less, 0 for neither.
    pub(super) way: i8,
}

/// How much more or less that is, as a part of what was.
pub(super) fn part(now: f64, then: f64, least: f64, format: &Format) -> Change {
    let share = if then > 0.0 { now / then - 1.0 } else { 0.0 };
    Change::of(share, least, format.percent(share.abs(), 0))
}

impl Change {
    /// Less than `least` is no change.
    pub(super) fn of(more: f64, least: f64, words: String) -> Self {
        match more {
            more if more >= least => Self {
                words: format!("{words} more"),
                way: 1,
            },
            more if more <= -least => Self {
                words: format!("{words} less"),
                way: -1,
            },
            _ => Self {
                words: "steady".to_owned(),
                way: 0,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use domain::{Locale, TimeZone, Writing};

    use super::*;

    #[test]
    fn less_than_matters_is_no_change() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let format = Format::new(Writing::of(Locale::EnUs, TimeZone::default()), now);
        let told = |now, then, least| {
            let change = part(now, then, least, &format);
            (change.words, change.way)
        };
        assert_eq!(told(115.0, 100.0, STEADY), ("15\u{a0}% more".to_owned(), 1));
        assert_eq!(told(50.0, 100.0, STEADY), ("50\u{a0}% less".to_owned(), -1));
        assert_eq!(told(100.4, 100.0, STEADY), ("steady".to_owned(), 0));
        assert_eq!(told(104.0, 100.0, SLOWER), ("steady".to_owned(), 0));
        assert_eq!(told(9.0, 0.0, SLOWER), ("steady".to_owned(), 0));
    }
}
