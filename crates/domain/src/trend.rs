//! Which way daily figures go, in a word: a line by least squares, and whether its slope is more than chance and more
//! than a little.

use crate::column::text_enum;
use crate::projection::Projection;

/// A slope within so many of its own deviations is chance.
const CERTAIN: f64 = 1.96;
/// Over the span it has to be at least this part of the mean.
const MUCH: f64 = 0.05;

text_enum! {
    /// Where daily figures go.
    pub enum Trend {
        /// Up.
        Increasing = "increasing",
        /// Neither.
        Steady = "steady",
        /// Down.
        Decreasing = "decreasing",
    }
}

impl Trend {
    /// Of these days, the earliest first and each of them whole; `None` where they are too few.
    #[must_use]
    pub fn of(days: &[f64]) -> Option<Self> {
        let (slope, deviation) = Projection::of(days)?.slope();
        let count = f64::from(u32::try_from(days.len()).ok()?);
        let mean = days.iter().sum::<f64>() / count;
        let moved = slope * count;
        let is_much = moved.abs() >= MUCH * mean.abs() && moved.abs() > f64::EPSILON;
        Some(match slope {
            slope if !is_much || slope.abs() < CERTAIN * deviation => Self::Steady,
            slope if slope > 0.0 => Self::Increasing,
            _ => Self::Decreasing,
        })
    }

    /// The same of a rate, which is stable and not steady.
    #[must_use]
    pub const fn of_rate(self) -> &'static str {
        match self {
            Self::Steady => "stable",
            other => other.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn too_few_days_say_nothing() {
        assert_eq!(Trend::of(&[]), None);
        assert_eq!(Trend::of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), None);
    }

    #[test]
    fn a_line_goes_where_it_goes_and_a_little_is_steady() {
        let line = |slope: f64| -> Vec<f64> {
            (0..14).map(|day| 100.0 + slope * f64::from(day)).collect()
        };
        assert_eq!(Trend::of(&line(2.0)), Some(Trend::Increasing));
        assert_eq!(Trend::of(&line(-2.0)), Some(Trend::Decreasing));
        assert_eq!(Trend::of(&line(0.0)), Some(Trend::Steady));
        assert_eq!(Trend::of(&line(0.1)), Some(Trend::Steady));
        assert_eq!(Trend::of(&[0.0; 30]), Some(Trend::Steady));
        assert_eq!(Trend::Steady.of_rate(), "stable");
        assert_eq!(Trend::Decreasing.of_rate(), "decreasing");
    }

    #[test]
    fn a_quiet_weekend_is_no_trend() {
        let days: Vec<f64> = (0..28)
            .map(|day| if day % 7 < 5 { 50.0 } else { 2.0 })
            .collect();
        assert_eq!(Trend::of(&days), Some(Trend::Steady));
    }

    proptest! {
        #[test]
        fn backwards_it_is_the_other_way(days in prop::collection::vec(0.0..1e6_f64, 7..20)) {
            let back: Vec<f64> = days.iter().rev().copied().collect();
            let other = match Trend::of(&days) {
                Some(Trend::Increasing) => Some(Trend::Decreasing),
                Some(Trend::Decreasing) => Some(Trend::Increasing),
                same => same,
            };
            prop_assert_eq!(Trend::of(&back), other);
        }

        #[test]
        fn ten_times_as_much_goes_the_same_way(days in prop::collection::vec(0.0..1e5_f64, 7..60)) {
            let more: Vec<f64> = days.iter().map(|day| day * 8.0).collect();
            prop_assert_eq!(Trend::of(&more), Trend::of(&days));
        }
    }
}
