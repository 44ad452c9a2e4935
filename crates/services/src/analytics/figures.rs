//! Figures of how much was used and how well it went, each with the reason where there is none.

use domain::Meter;

use super::{Analytics, Figure, ratio, rounded};
use crate::usage::{Reading, approximate};

const BYTES: f64 = 1e9;
const NO_REQUEST: &str = "Nothing was asked for in this period.";
const NO_WORK: &str = "Nothing was done in the database in this period.";
const NOT_TWICE: &str = "It was measured on fewer than two days of this period.";
const NOT_PROBED: &str = "Nobody looked from outside whether pages answer in this period.";
const NO_CACHE: &str = "Nothing of a tenant's is kept in a cache: each page reads what is there.";

impl Analytics {
    /// Calls of the API.
    #[must_use]
    pub fn calls(&self) -> i64 {
        self.reading.total(&Meter::API_CALLS)
    }

    /// Of these, how many on each day of the period, on average.
    #[must_use]
    pub fn calls_a_day(&self) -> f64 {
        calls_a_step(&self.reading)
    }

    /// How many GB more are stored than when it was first measured in the period.
    ///
    /// # Errors
    /// Why it is not known.
    pub fn storage_growth(&self) -> Figure<f64> {
        let more = self.reading.growth(&Meter::STORAGE).ok_or(NOT_TWICE)?;
        Ok(rounded(approximate(more) / BYTES, 1e6))
    }

    /// The most people at once.
    #[must_use]
    pub fn at_once(&self) -> i64 {
        self.reading.peak(&Meter::AT_ONCE)
    }

    /// How many milliseconds an answer took on average, calls and pages together.
    ///
    /// # Errors
    /// Why it is not known.
    pub fn response_ms(&self) -> Figure<f64> {
        response_ms(&self.reading)
    }

    /// The part of calls and pages that failed by our fault.
    ///
    /// # Errors
    /// Why it is not known.
    pub fn error_rate(&self) -> Figure<f64> {
        error_rate(&self.reading)
    }

    /// How many hundredths of the looks from outside were answered.
    ///
    /// # Errors
    /// Why it is not known.
    pub fn uptime(&self) -> Figure<f64> {
        let made = self.reading.total(&Meter::PROBES);
        let failed = self.reading.total(&Meter::PROBES_FAILED);
        let answered = ratio(made - failed, made).ok_or(NOT_PROBED)?;
        Ok(rounded(answered * 100.0, 100.0))
    }

    /// How many milliseconds a piece of work in the database took on average.
    ///
    /// # Errors
    /// Why it is not known.
    pub fn database_ms(&self) -> Figure<f64> {
        let (micros, runs) = (Meter::DB_MICROS, Meter::DB_RUNS);
        mean_ms(self.reading.total(&micros), self.reading.total(&runs)).ok_or(NO_WORK)
    }

    /// The part of reads that a cache answered: there is none.
    ///
    /// # Errors
    /// Always, with the reason.
    pub const fn cache_hits(&self) -> Figure<f64> {
        Err(NO_CACHE)
    }
}

/// How many calls of the API there were in each step, on average.
#[must_use]
pub fn calls_a_step(reading: &Reading) -> f64 {
    let steps = reading.steps.count().max(1);
    rounded(
        approximate(reading.total(&Meter::API_CALLS)) / f64::from(steps),
        10.0,
    )
}

/// How many milliseconds an answer took on average, calls and pages together.
///
/// # Errors
/// Why it is not known.
pub fn response_ms(reading: &Reading) -> Figure<f64> {
    let micros = both(reading, &Meter::API_MICROS, &Meter::PAGE_MICROS);
    mean_ms(micros, requests(reading)).ok_or(NO_REQUEST)
}

/// The part of calls and pages that failed by our fault.
///
/// # Errors
/// Why it is not known.
pub fn error_rate(reading: &Reading) -> Figure<f64> {
    let errors = both(reading, &Meter::API_ERRORS, &Meter::PAGE_ERRORS);
    ratio(errors, requests(reading)).ok_or(NO_REQUEST)
}

fn requests(reading: &Reading) -> i64 {
    both(reading, &Meter::API_CALLS, &Meter::PAGE_VIEWS)
}

fn both(reading: &Reading, one: &Meter, other: &Meter) -> i64 {
    reading.total(one).saturating_add(reading.total(other))
}

/// Milliseconds with one decimal.
pub(super) fn mean_ms(micros: i64, count: i64) -> Option<f64> {
    (count > 0).then(|| rounded(approximate(micros) / approximate(count) / 1e3, 10.0))
}
