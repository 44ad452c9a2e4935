//! Days of a figure beside those of the period before: what charts draw and files hold.

use domain::Meter;

use super::Analytics;
use crate::usage::{Reading, approximate};

/// One figure by the day.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// By which an address names it.
    pub key: &'static str,
    /// What it is.
    pub title: &'static str,
    /// In what it is counted.
    pub unit: &'static str,
    /// How many days of the period went by before it was measured at all.
    pub skipped: usize,
    /// A value for each day after those.
    pub values: Vec<f64>,
    /// What the last day comes to once it is over, where that can be told.
    pub whole: Option<f64>,
    /// The same of the period before; empty where nothing is known of it.
    pub before: Vec<f64>,
}

impl Analytics {
    /// Each of them.
    #[must_use]
    pub fn series(&self) -> Vec<Series> {
        let (people, reading) = (&self.people, &self.reading);
        let has_before = people.totals_before.iter().any(|total| *total > 0);
        let totals_before = people.totals_before.iter().filter(|_| has_before);
        let counted = |meter: &Meter| reading.values_before(meter).unwrap_or_default();
        let of = |key, title, unit, values: Vec<f64>, before: Vec<f64>| Series {
            key,
            title,
            unit,
            skipped: 0,
            values,
            whole: None,
            before,
        };
        let numbers = |of: &[i64]| of.iter().map(|one| approximate(*one)).collect::<Vec<f64>>();
        let (unit, size) = match reading.peak(&Meter::STORAGE) {
            0..10_000_000 => ("kB", 1e3),
            _ => ("MB", 1e6),
        };
        let sizes = |of: &[i64]| {
            let all = level(of).into_iter();
            all.map(|bytes| (bytes / size).round())
                .collect::<Vec<f64>>()
        };
        let calls = numbers(&reading.values(&Meter::API_CALLS));
        let so_far = calls.last().copied().unwrap_or_default();
        let stored = sizes(&reading.values(&Meter::STORAGE));
        // What was stored before it was measured is not known: nothing is no answer.
        let unknown = stored.iter().take_while(|size| **size <= 0.0).count();
        let skip = |all: Vec<f64>| all.into_iter().skip(unknown).collect::<Vec<f64>>();
        vec![
            of(
                "active",
                "Active people",
                "people",
                numbers(&people.actives),
                numbers(&people.actives_before),
            ),
            of(
                "people",
                "All people",
                "people",
                numbers(&people.totals),
                totals_before.map(|one| approximate(*one)).collect(),
            ),
            Series {
                whole: self.calls_today.map(|whole| whole.max(so_far)),
                ..of(
                    "calls",
                    "API calls",
                    "calls",
                    calls,
                    numbers(&counted(&Meter::API_CALLS)),
                )
            },
            Series {
                skipped: unknown,
                ..of(
                    "storage",
                    "Stored",
                    unit,
                    skip(stored),
                    skip(sizes(&counted(&Meter::STORAGE))),
                )
            },
        ]
    }
}

/// What is there at the end of each day: what was not measured is as before.
pub(super) fn level(values: &[i64]) -> Vec<f64> {
    let mut last = 0.0;
    let each = values.iter().map(|value| {
        if *value > 0 {
            last = approximate(*value);
        }
        last
    });
    each.collect()
}

/// The part of requests that failed on each day on which there were any, today left out.
pub(super) fn error_rates(reading: &Reading) -> Vec<f64> {
    let (errors, all) = (summed(reading, ERRORS), summed(reading, REQUESTS));
    let whole = all.len().saturating_sub(1);
    let days = errors.iter().zip(&all).take(whole);
    days.filter(|(_, all)| **all > 0)
        .map(|(errors, all)| approximate(*errors) / approximate(*all))
        .collect()
}

const REQUESTS: [Meter; 2] = [Meter::API_CALLS, Meter::PAGE_VIEWS];
const ERRORS: [Meter; 2] = [Meter::API_ERRORS, Meter::PAGE_ERRORS];
const MICROS: [Meter; 2] = [Meter::API_MICROS, Meter::PAGE_MICROS];

/// The part of requests that failed in each step: where nothing was asked for it is as before, and before the first request
/// there is none.
#[must_use]
pub fn error_line(reading: &Reading) -> Vec<f64> {
    line(reading, ERRORS)
}

/// How long an answer took in each step on average, in the same way.
#[must_use]
pub fn response_line(reading: &Reading) -> Vec<f64> {
    line(reading, MICROS)
}

fn line(reading: &Reading, parts: [Meter; 2]) -> Vec<f64> {
    let steps = summed(reading, parts).into_iter();
    let mut last = None;
    let each = steps.zip(summed(reading, REQUESTS)).map(|(part, all)| {
        if all > 0 {
            last = Some(approximate(part) / approximate(all));
        }
        last
    });
    each.skip_while(Option::is_none).flatten().collect()
}

fn summed(reading: &Reading, [one, other]: [Meter; 2]) -> Vec<i64> {
    let both = reading.values(&one).into_iter().zip(reading.values(&other));
    both.map(|(one, other)| one.saturating_add(other)).collect()
}
