//! How near a resource is to its limit, and when somebody is told of it.

use crate::column::text_enum;

text_enum! {
    /// Where a resource stands.
    pub enum Standing {
        /// Well below the limit.
        Healthy = "healthy",
        /// From 80 hundredths of the limit on.
        Warning = "warning",
        /// Beyond the limit, and let through for a while.
        Grace = "grace",
        /// Nothing more is let through.
        Exceeded = "exceeded",
    }
}

impl Standing {
    /// As it is shown.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Healthy => "Within the limit",
            Self::Warning => "Near the limit",
            Self::Grace => "Beyond the limit, for now",
            Self::Exceeded => "At the limit",
        }
    }
}

/// The hundredths of a limit at which somebody is told, each once.
pub const THRESHOLDS: [i16; 3] = [80, 90, 100];

/// How much of a limit is in use, in hundredths and rounded down: 99.9 is not told as 100. What has no limit is at 0.
#[must_use]
pub fn percent(used: i64, limit: i64) -> i64 {
    match limit {
        i64::MAX => 0,
        0 => 100,
        limit => i64::try_from(i128::from(used) * 100 / i128::from(limit)).unwrap_or(i64::MAX),
    }
}

/// The highest threshold that is reached; zero below the first. A limit of zero is no news.
#[must_use]
pub fn threshold(used: i64, limit: i64) -> i16 {
    if limit == 0 {
        return 0;
    }
    let percent = percent(used, limit);
    let reached = THRESHOLDS
        .iter()
        .rev()
        .find(|step| percent >= i64::from(**step));
    reached.copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_reached_and_not_rounded_up_to() {
        assert_eq!(threshold(79, 100), 0);
        assert_eq!(threshold(80, 100), 80);
        assert_eq!(threshold(899, 1000), 80);
        assert_eq!(threshold(999, 1000), 90);
        assert_eq!(threshold(1000, 1000), 100);
        assert_eq!(threshold(5000, 1000), 100);
        assert_eq!(threshold(4, 5), 80);
        assert_eq!(threshold(0, 0), 0);
        assert_eq!(threshold(i64::MAX, i64::MAX), 0);
        assert_eq!(percent(i64::MAX, 1), i64::MAX);
    }
}
