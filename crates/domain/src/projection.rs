//! What is to be expected of a daily figure: least squares over the days that were measured, with a season of seven days where
//! there are three weeks of it, and a band in which 95 of 100 days should lie.
//!
//! The model is ordinary linear regression on the day's number and, with a season, on the day of the week; the band is its
//! prediction interval with the normal quantile (Hyndman and Athanasopoulos, *Forecasting: Principles and Practice*, 3rd
//! edition, 7.2 and 7.4).

/// How many days there have to be at least.
pub const FEWEST: usize = 7;
/// From how many on the season of a week is told from the trend.
const SEASON_FROM: usize = 21;
const WEEK: usize = 7;
/// 95 of 100 lie within so many deviations.
const QUANTILE: f64 = 1.96;

/// A line through what was measured, and through what comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    known: usize,
    seasonal: bool,
    weights: Vec<f64>,
    /// Of the days around the line.
    deviation: f64,
    /// The inverse of the regressors' products, for the width of the band.
    inverse: Vec<Vec<f64>>,
}

/// What is expected of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// The likeliest.
    pub amount: f64,
    /// 95 of 100 days lie above it,
    pub low: f64,
    /// and below this.
    pub high: f64,
}

impl Projection {
    /// Through these days, the earliest first and each of them whole; `None` where they are too few.
    #[must_use]
    pub fn of(days: &[f64]) -> Option<Self> {
        if days.len() < FEWEST {
            return None;
        }
        let seasonal = days.len() >= SEASON_FROM;
        let rows: Vec<Vec<f64>> = (0..days.len())
            .map(|day| regressors(day, seasonal))
            .collect();
        let width = rows.first()?.len();
        let product = |one: usize, other: usize| -> f64 {
            rows.iter().map(|row| at(row, one) * at(row, other)).sum()
        };
        let products: Vec<Vec<f64>> = (0..width)
            .map(|one| (0..width).map(|other| product(one, other)).collect())
            .collect();
        let inverse = inverted(products)?;
        let sums: Vec<f64> = (0..width)
            .map(|one| {
                rows.iter()
                    .zip(days)
                    .map(|(row, day)| at(row, one) * day)
                    .sum()
            })
            .collect();
        let weights: Vec<f64> = inverse.iter().map(|row| dot(row, &sums)).collect();
        let wrong: f64 = rows
            .iter()
            .zip(days)
            .map(|(row, day)| (day - dot(row, &weights)).powi(2))
            .sum();
        let freedom = number(days.len().saturating_sub(width).max(1));
        Some(Self {
            known: days.len(),
            seasonal,
            weights,
            deviation: (wrong / freedom).sqrt(),
            inverse,
        })
    }

    /// From how many days it was drawn.
    #[must_use]
    pub const fn known(&self) -> usize {
        self.known
    }

    /// How much more each day brings, and the deviation of that.
    #[must_use]
    pub fn slope(&self) -> (f64, f64) {
        let spread = self.inverse.get(1).map_or(0.0, |row| at(row, 1));
        (
            at(&self.weights, 1),
            self.deviation * spread.max(0.0).sqrt(),
        )
    }

    /// What is expected so many days behind the last one that was measured, 1 being the next. Nothing is less than none.
    #[must_use]
    pub fn ahead(&self, days: usize) -> Expected {
        let row = regressors(self.known + days - 1, self.seasonal);
        let amount = dot(&row, &self.weights);
        let leverage: f64 = self
            .inverse
            .iter()
            .zip(&row)
            .map(|(line, one)| one * dot(line, &row))
            .sum();
        let wide = QUANTILE * self.deviation * (1.0 + leverage.max(0.0)).sqrt();
        Expected {
            amount: amount.max(0.0),
            low: (amount - wide).max(0.0),
            high: (amount + wide).max(0.0),
        }
    }

    /// In how many days the limit is reached, where that is within a year.
    #[must_use]
    pub fn reaches(&self, limit: f64) -> Option<usize> {
        (1..=365).find(|days| self.amount(*days) >= limit)
    }

    /// The likeliest alone, which is far less to reckon than the band around it.
    fn amount(&self, days: usize) -> f64 {
        let row = regressors(self.known + days - 1, self.seasonal);
        dot(&row, &self.weights).max(0.0)
    }
}

/// One, the day's number, and which day of its week it is but for the first.
fn regressors(day: usize, seasonal: bool) -> Vec<f64> {
    let mut row = vec![1.0, number(day)];
    if seasonal {
        row.extend((1..WEEK).map(|of| if day % WEEK == of { 1.0 } else { 0.0 }));
    }
    row
}

/// By Gauss and Jordan, each time by the greatest of the column; `None` of what has no inverse.
fn inverted(mut matrix: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    let size = matrix.len();
    let unit = |row: usize| (0..size).map(move |column| if row == column { 1.0 } else { 0.0 });
    for (number, row) in matrix.iter_mut().enumerate() {
        row.extend(unit(number));
    }
    for column in 0..size {
        let size_of = |row: &usize| matrix.get(*row).map_or(0.0, |row| at(row, column).abs());
        let greatest =
            (column..size).max_by(|one, other| size_of(one).total_cmp(&size_of(other)))?;
        matrix.swap(column, greatest);
        let head: Vec<f64> = {
            let row = matrix.get(column)?;
            let by = at(row, column);
            if by.abs() < 1e-9 {
                return None;
            }
            row.iter().map(|value| value / by).collect()
        };
        for (number, row) in matrix.iter_mut().enumerate() {
            if number == column {
                row.clone_from(&head);
                continue;
            }
            let by = at(row, column);
            for (value, above) in row.iter_mut().zip(&head) {
                *value -= by * above;
            }
        }
    }
    Some(
        matrix
            .into_iter()
            .map(|row| row.into_iter().skip(size).collect())
            .collect(),
    )
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

fn at(row: &[f64], place: usize) -> f64 {
    row.get(place).copied().unwrap_or(0.0)
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Noise that is the same in each run, between -1 and 1: Steele, Lea and Flood's SplitMix64, so that no day tells of
    /// another.
    fn noise(day: usize) -> f64 {
        let mut mixed = (u64::try_from(day).unwrap() + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 40).unwrap()) / f64::from(1 << 23) - 1.0
    }

    /// A trend with a week of five working days.
    fn busy(day: usize) -> f64 {
        let season = if day % WEEK < 5 { 1_000.0 } else { 200.0 };
        season + 10.0 * number(day) + 40.0 * noise(day)
    }

    fn series(of: impl Fn(usize) -> f64, days: usize) -> Vec<f64> {
        (0..days).map(of).collect()
    }

    #[test]
    fn a_straight_line_goes_on() {
        let projection = Projection::of(&series(|day| 5.0 + 2.0 * number(day), 10)).unwrap();
        let next = projection.ahead(1);
        assert!((next.amount - 25.0).abs() < 1e-6, "{next:?}");
        assert!((next.high - next.low).abs() < 1e-3, "{next:?}");
        assert_eq!(projection.reaches(45.0), Some(11));
        assert_eq!(projection.reaches(1e9), None);
    }

    #[test]
    fn what_was_held_back_of_a_known_series_lies_in_the_band() {
        let days = series(busy, 90);
        let (seen, held_back) = days.split_at(60);
        let projection = Projection::of(seen).unwrap();
        let within = held_back.iter().enumerate().filter(|(place, day)| {
            let expected = projection.ahead(place + 1);
            (expected.low..=expected.high).contains(*day)
        });
        let within = within.count();
        assert!(within >= 28, "{within} of 30");
        let wrong: f64 = held_back
            .iter()
            .enumerate()
            .map(|(place, day)| (projection.ahead(place + 1).amount - day).abs() / day)
            .sum();
        assert!(wrong / 30.0 < 0.05, "{}", wrong / 30.0);
        // Without the season the weekends alone would be wrong by more than half.
        let plain = Projection::of(&seen[..20]).unwrap();
        assert!(!plain.seasonal && projection.seasonal);
    }

    #[test]
    fn nothing_is_less_than_none_and_too_few_days_say_nothing() {
        let falling = Projection::of(&series(|day| 100.0 - 10.0 * number(day), 10)).unwrap();
        assert!(falling.ahead(30).amount.abs() < f64::EPSILON);
        assert_eq!(falling.reaches(50.0), None);
        assert_eq!(Projection::of(&series(number, 6)), None);
        let quiet = Projection::of(&series(|_| 0.0, 30)).unwrap();
        assert!(quiet.ahead(7).high.abs() < 1e-6);
        assert_eq!(quiet.reaches(1.0), None);
    }
}
