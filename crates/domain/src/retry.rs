//! How long to wait before another attempt. The random number comes in; nobody waits here.

use std::time::Duration;

/// Doubling waits with jitter, and an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The wait behind the first failure.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
    /// How many attempts there are at all.
    pub attempts: u32,
}

impl Backoff {
    /// The wait behind the failure of attempt `attempt` (from 1), or `None` when it was the last.
    ///
    /// `random` is drawn evenly from 0 to 1: the wait lies between half and the whole of the doubled
    /// time, so that many who failed together do not come back together.
    #[must_use]
    pub fn after(&self, attempt: u32, random: f64) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doublings = attempt.saturating_sub(1).min(31);
        let whole = self.first.saturating_mul(1 << doublings).min(self.longest);
        let random = if random.is_finite() {
            random.clamp(0.0, 1.0)
        } else {
            1.0
        };
        Some(whole.mul_f64(0.5 + random / 2.0))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    const BACKOFF: Backoff = Backoff {
        first: Duration::from_secs(2),
        longest: Duration::from_secs(60),
        attempts: 8,
    };

    #[test]
    fn waits_double_up_to_the_longest_and_end() {
        let waits: Vec<_> = (1..=8)
            .map(|attempt| BACKOFF.after(attempt, 1.0).map(|wait| wait.as_secs()))
            .collect();
        let expected = [
            Some(2),
            Some(4),
            Some(8),
            Some(16),
            Some(32),
            Some(60),
            Some(60),
            None,
        ];
        assert_eq!(waits, expected);
        assert_eq!(BACKOFF.after(1, 0.0), Some(Duration::from_secs(1)));
    }

    proptest! {
        #[test]
        fn every_wait_is_between_half_and_the_longest(attempt in 0u32..7, random: f64) {
            let wait = BACKOFF.after(attempt, random).unwrap();
            prop_assert!(wait >= BACKOFF.first / 2 && wait <= BACKOFF.longest);
        }
    }
}
