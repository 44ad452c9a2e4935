//! Dates, times and numbers as their reader has them written: by the tenant's patterns, or where the person
//! chose a language and region as those do, names of months and words of time included; templates call this.
//! The pages around them are English. The figures themselves are `domain::Writing`'s and `domain::Locale`'s.

mod bytes;
mod relative;
mod words;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use domain::{Locale, Writing};

/// A space that does not break.
pub(super) const NBSP: char = '\u{a0}';

/// One reader's way of writing, and the moment of the answer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Format {
    writing: Writing,
    now: DateTime<Utc>,
}

impl Format {
    /// What stands before the hundredths.
    #[must_use]
    pub const fn decimal_mark(&self) -> char {
        self.writing.locale.decimal_mark()
    }

    /// The reader's language and region.
    #[must_use]
    pub const fn locale(&self) -> Locale {
        self.writing.locale
    }

    /// For a reader who writes so, answered now.
    #[must_use]
    pub const fn new(writing: Writing, now: DateTime<Utc>) -> Self {
        Self { writing, now }
    }

    /// The moment of the answer.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Name of the time zone, as the tz database writes it.
    #[must_use]
    pub fn zone(&self) -> &'static str {
        self.writing.zone.as_str()
    }

    /// `12,450`
    #[must_use]
    pub fn count(&self, number: impl Into<i64>) -> String {
        self.writing.locale.number(number.into())
    }

    /// `1,234.5`, with as many decimals as asked for.
    #[must_use]
    pub fn decimal(&self, number: f64, decimals: usize) -> String {
        let text = format!("{:.decimals$}", number.abs());
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let sign = if number < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
            "-"
        } else {
            ""
        };
        let whole = whole.parse().map_or_else(
            |_| whole.to_owned(),
            |whole| self.writing.locale.number(whole),
        );
        if part.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}{}{part}", self.writing.locale.decimal_mark())
        }
    }

    /// `12.5 %`
    #[must_use]
    pub fn percent(&self, share: f64, decimals: usize) -> String {
        format!("{}{NBSP}%", self.decimal(share * 100.0, decimals))
    }

    /// `21 Nov 2025`
    #[must_use]
    pub fn date(&self, at: DateTime<Utc>) -> String {
        self.day(self.writing.local(at).date_naive())
    }

    /// `21 Nov 2025`, of a day that has no time.
    #[must_use]
    pub fn day(&self, day: NaiveDate) -> String {
        if let Some(told) = self.writing.day(day) {
            return told;
        }
        let (y, m, d) = (day.year(), self.month(day), day.day());
        match self.writing.locale {
            Locale::EnUs => format!("{m} {d}, {y}"),
            Locale::DeDe | Locale::DeCh => format!("{d}. {m} {y}"),
            Locale::JaJp => format!("{y}年{m}{d}日"),
            _ => format!("{d} {m} {y}"),
        }
    }

    /// `21 Nov`, for an axis or a row of this year.
    #[must_use]
    pub fn day_short(&self, day: NaiveDate) -> String {
        if let Some(told) = self.writing.day_short(day) {
            return told;
        }
        let (m, d) = (self.month(day), day.day());
        match self.writing.locale {
            Locale::EnUs => format!("{m} {d}"),
            Locale::DeDe | Locale::DeCh => format!("{d}. {m}"),
            Locale::JaJp => format!("{m}{d}日"),
            _ => format!("{d} {m}"),
        }
    }

    /// `Fri 21 Nov`
    #[must_use]
    pub fn weekday(&self, day: NaiveDate) -> String {
        let name = day.format_localized("%a", self.writing.locale.names());
        format!("{name} {}", self.day_short(day))
    }

    fn month(&self, day: NaiveDate) -> String {
        let name = day.format_localized("%b", self.writing.locale.names());
        // Japanese pads the number of the month.
        name.to_string().trim().to_owned()
    }

    /// `14:02` or `2:02 pm`
    #[must_use]
    pub fn time(&self, at: DateTime<Utc>) -> String {
        if let Some(told) = self.writing.time(at) {
            return told;
        }
        let local = self.writing.local(at);
        if self.writing.locale == Locale::EnUs {
            let (pm, hour) = local.hour12();
            return format!(
                "{hour}:{:02}{NBSP}{}",
                local.minute(),
                if pm { "PM" } else { "AM" }
            );
        }
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// `21 Nov 2025, 14:02`
    #[must_use]
    pub fn date_time(&self, at: DateTime<Utc>) -> String {
        format!("{}, {}", self.date(at), self.time(at))
    }

    /// `21 Nov 2025, 14:02:11 UTC`: the exact moment, the same for every reader.
    #[must_use]
    pub fn utc(&self, at: DateTime<Utc>) -> String {
        format!(
            "{}, {} UTC",
            self.day(at.date_naive()),
            at.format("%H:%M:%S")
        )
    }

    /// For a `datetime` attribute.
    #[must_use]
    pub fn machine(&self, at: DateTime<Utc>) -> String {
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }
}

/// One or many: `1 person`, `3 people`.
#[must_use]
pub fn plural<'a>(count: i64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests;
