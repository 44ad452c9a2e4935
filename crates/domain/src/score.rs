//! How well the platform does, as one number from 0 to 100: half of it for answering at all, three tenths for answers without
//! an error of ours, two tenths for quick ones.

/// A rate of errors from which on nothing is left of its part.
const WORST_RATE: f64 = 0.05;
/// Until so many milliseconds an answer is quick, and from so many on it is slow.
const QUICK: f64 = 100.0;
const SLOW: f64 = 1_000.0;

/// How it is made, for whoever reads the number.
pub const FORMULA: &str = "50 × the part that answered + 30 × (1 − error rate ÷ 5 %, at least 0) + 20 × (1 up to 100 ms on average, 0 from 1,000 ms on, in between by the line)";

/// From the part that answered, the rate of errors and the average time of an answer.
#[must_use]
pub fn score(answered: f64, error_rate: f64, average_ms: f64) -> f64 {
    let right = 1.0 - (error_rate / WORST_RATE).clamp(0.0, 1.0);
    let quick = ((SLOW - average_ms) / (SLOW - QUICK)).clamp(0.0, 1.0);
    let all = 50.0 * answered.clamp(0.0, 1.0) + 30.0 * right + 20.0 * quick;
    (all * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_best_is_a_hundred_and_the_worst_nothing() {
        assert!((score(1.0, 0.0, 20.0) - 100.0).abs() < 1e-9);
        assert!(score(0.0, 1.0, 5_000.0).abs() < 1e-9);
        assert!((score(1.0, 0.0, 550.0) - 90.0).abs() < 1e-9);
        assert!((score(0.5, 0.025, 100.0) - 60.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn better_is_never_less(
            answered in 0.0..1.0_f64, rate in 0.0..1.0_f64, ms in 0.0..3_000.0_f64, by in 0.0..1.0_f64,
        ) {
            let is = score(answered, rate, ms);
            prop_assert!((0.0..=100.0).contains(&is));
            prop_assert!(score(answered + by, rate, ms) >= is);
            prop_assert!(score(answered, rate + by, ms) <= is);
            prop_assert!(score(answered, rate, ms + 1_000.0 * by) <= is);
        }
    }
}
