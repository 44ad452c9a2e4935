//! The steps of a chart: days or hours, and how they are written.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Chart;

/// The first step of a chart, and how long a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// A day each.
    Day(NaiveDate),
    /// An hour each.
    Hour(DateTime<Utc>),
}

impl From<NaiveDate> for Start {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl Chart {
    /// What a step is.
    pub(super) const fn step(&self) -> &'static str {
        match self.start {
            Start::Day(_) => "Day",
            Start::Hour(_) => "Hour",
        }
    }

    /// A step in a few letters.
    pub(super) fn short(&self, index: usize) -> String {
        match self.at(index) {
            Start::Day(day) => self.format.day_short(day),
            Start::Hour(hour) => self.format.time(hour),
        }
    }

    /// A step in full.
    pub(super) fn long(&self, index: usize) -> String {
        match self.at(index) {
            Start::Day(day) => self.format.weekday(day),
            Start::Hour(hour) => self.format.date_time(hour),
        }
    }

    fn at(&self, index: usize) -> Start {
        let steps = u32::try_from(index).unwrap_or(u32::MAX);
        match self.start {
            Start::Day(first) => {
                let days = chrono::Days::new(u64::from(steps));
                Start::Day(first.checked_add_days(days).unwrap_or(first))
            }
            Start::Hour(first) => Start::Hour(first + TimeDelta::hours(i64::from(steps))),
        }
    }
}
