//! Where things go, in words, from whole days: today is left out.

use domain::{Meter, Trend};

use super::series::{error_rates, level};
use super::{Figure, People};
use crate::usage::{Reading, approximate};

const TOO_FEW: &str = "Fewer than seven whole days were measured in this period.";

/// The word for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trends {
    /// How many people there are.
    pub users: Figure<Trend>,
    /// How much is stored.
    pub storage: Figure<Trend>,
    /// Calls of the API.
    pub calls: Figure<Trend>,
    /// The part of calls and pages that failed by our fault.
    pub errors: Figure<Trend>,
}

impl Trends {
    pub(super) fn of(reading: &Reading, people: &People) -> Self {
        let calls = numbers(&reading.values(&Meter::API_CALLS));
        // Where something was measured in the period before, a day without a call is a day with none.
        let calls = match reading.total_before(&Meter::API_CALLS) {
            Some(_) => whole(&calls).to_vec(),
            None => begun(whole(&calls)).to_vec(),
        };
        let storage = level(&reading.values(&Meter::STORAGE));
        let totals = numbers(&people.totals);
        let of = |days: &[f64]| Trend::of(days).ok_or(TOO_FEW);
        Self {
            users: of(begun(whole(&totals))),
            storage: of(begun(whole(&storage))),
            calls: of(&calls),
            errors: of(&error_rates(reading)),
        }
    }
}

fn numbers(of: &[i64]) -> Vec<f64> {
    of.iter().map(|one| approximate(*one)).collect()
}

/// All days but the last, which is not over.
fn whole(days: &[f64]) -> &[f64] {
    days.split_last().map_or(&[], |(_, whole)| whole)
}

/// From the first day on which there was anything.
fn begun(days: &[f64]) -> &[f64] {
    let first = days.iter().position(|day| *day > 0.0);
    first
        .and_then(|first| days.get(first..))
        .unwrap_or_default()
}
