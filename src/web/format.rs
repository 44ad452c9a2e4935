//! Dates, times and numbers as a person's locale and time zone write them, names of months and words of
//! time included; templates call this. The pages around them are English. The figures themselves are
//! `domain::Locale`'s.

mod words;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use domain::{Locale, TimeZone};

/// A space that does not break.
const NBSP: char = '\u{a0}';

/// One reader's way of writing: locale, time zone, and the moment of the answer.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    locale: Locale,
    zone: TimeZone,
    now: DateTime<Utc>,
}

impl Format {
    /// For a reader with this locale in this zone, answered now.
    #[must_use]
    pub const fn new(locale: Locale, zone: TimeZone, now: DateTime<Utc>) -> Self {
        Self { locale, zone, now }
    }

    /// The moment of the answer.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Name of the time zone, as the tz database writes it.
    #[must_use]
    pub fn zone(&self) -> &'static str {
        self.zone.as_str()
    }

    /// `12,450`
    #[must_use]
    pub fn count(&self, number: impl Into<i64>) -> String {
        self.locale.number(number.into())
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
        let whole = whole
            .parse()
            .map_or_else(|_| whole.to_owned(), |whole| self.locale.number(whole));
        if part.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}{}{part}", self.locale.decimal_mark())
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
        self.day(at.with_timezone(&self.zone.tz()).date_naive())
    }

    /// `21 Nov 2025`, of a day that has no time.
    #[must_use]
    pub fn day(&self, day: NaiveDate) -> String {
        let (y, m, d) = (day.year(), self.month(day), day.day());
        match self.locale {
            Locale::EnUs => format!("{m} {d}, {y}"),
            Locale::DeDe | Locale::DeCh => format!("{d}. {m} {y}"),
            Locale::JaJp => format!("{y}年{m}{d}日"),
            _ => format!("{d} {m} {y}"),
        }
    }

    /// `21 Nov`, for an axis or a row of this year.
    #[must_use]
    pub fn day_short(&self, day: NaiveDate) -> String {
        let (m, d) = (self.month(day), day.day());
        match self.locale {
            Locale::EnUs => format!("{m} {d}"),
            Locale::DeDe | Locale::DeCh => format!("{d}. {m}"),
            Locale::JaJp => format!("{m}{d}日"),
            _ => format!("{d} {m}"),
        }
    }

    /// `Fri 21 Nov`
    #[must_use]
    pub fn weekday(&self, day: NaiveDate) -> String {
        let name = day.format_localized("%a", words::names(self.locale));
        format!("{name} {}", self.day_short(day))
    }

    fn month(&self, day: NaiveDate) -> String {
        let name = day.format_localized("%b", words::names(self.locale));
        // Japanese pads the number of the month.
        name.to_string().trim().to_owned()
    }

    /// `14:02` or `2:02 pm`
    #[must_use]
    pub fn time(&self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone.tz());
        if self.locale == Locale::EnUs {
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

    /// `Now`, `4 min ago`, `3 h ago`, `Yesterday`, `12 Nov`, `12 Nov 2024`; `in 6 days` ahead.
    #[must_use]
    pub fn relative(&self, at: DateTime<Utc>) -> String {
        let (words, past) = (words::words(self.locale), self.now - at);
        if past < TimeDelta::zero() {
            return self.ahead(at, -past);
        }
        if past < TimeDelta::minutes(1) {
            return words.now.into();
        }
        if past < TimeDelta::hours(1) {
            return words::with(words.minutes_ago, past.num_minutes());
        }
        let (today, day) = self.days(at);
        if day == today || past < TimeDelta::hours(6) {
            return words::with(words.hours_ago, past.num_hours());
        }
        if today.pred_opt() == Some(day) {
            return words.yesterday.into();
        }
        if day.year() == today.year() {
            self.day_short(day)
        } else {
            self.day(day)
        }
    }

    /// The same, and `Never` for what has not happened.
    #[must_use]
    pub fn relative_or_never(&self, at: Option<DateTime<Utc>>) -> String {
        at.map_or_else(
            || words::words(self.locale).never.into(),
            |at| self.relative(at),
        )
    }

    fn ahead(&self, at: DateTime<Utc>, left: TimeDelta) -> String {
        let words = words::words(self.locale);
        if left < TimeDelta::minutes(1) {
            return words.soon.into();
        }
        if left < TimeDelta::hours(1) {
            return words::with(words.in_minutes, left.num_minutes());
        }
        if left < TimeDelta::hours(24) {
            return words::with(words.in_hours, left.num_hours());
        }
        if left < TimeDelta::days(14) {
            let days = left.num_days();
            let told = if days == 1 {
                words.in_a_day
            } else {
                words.in_days
            };
            return words::with(told, days);
        }
        words::with(words.on, self.date(at))
    }

    fn days(&self, at: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
        (
            self.now.with_timezone(&self.zone.tz()).date_naive(),
            at.with_timezone(&self.zone.tz()).date_naive(),
        )
    }
}

/// One or many: `1 person`, `3 people`.
#[must_use]
pub fn plural<'a>(count: i64, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should say where")]

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn format(locale: Locale, zone: &str) -> Format {
        Format::new(
            locale,
            TimeZone::parse(zone).unwrap(),
            at("2025-11-21T14:02:11Z"),
        )
    }

    #[test]
    fn each_locale_writes_numbers_its_way() {
        for (locale, part) in [
            (Locale::EnUs, "1,234.50"),
            (Locale::DeDe, "1.234,50"),
            (Locale::DeCh, "1’234.50"),
            (Locale::FrFr, "1\u{202f}234,50"),
        ] {
            assert_eq!(format(locale, "UTC").decimal(1234.5, 2), part, "{locale:?}");
        }
        assert_eq!(format(Locale::EnGb, "UTC").decimal(-0.001, 1), "0.0");
        assert_eq!(format(Locale::EnGb, "UTC").percent(0.125, 1), "12.5\u{a0}%");
    }

    #[test]
    fn each_locale_writes_dates_its_way_in_the_reader_s_zone() {
        let moment = at("2025-11-21T23:30:00Z");
        assert_eq!(
            format(Locale::EnGb, "UTC").date_time(moment),
            "21 Nov 2025, 23:30"
        );
        assert_eq!(
            format(Locale::EnUs, "UTC").date_time(moment),
            "Nov 21, 2025, 11:30\u{a0}PM"
        );
        assert_eq!(
            format(Locale::DeDe, "Europe/Berlin").date(moment),
            "22. Nov 2025"
        );
        assert_eq!(
            format(Locale::DeDe, "Europe/Berlin").utc(moment),
            "21. Nov 2025, 23:30:00 UTC"
        );
    }

    #[test]
    fn months_weekdays_and_words_of_time_are_the_reader_s() {
        for (locale, day, ago, before, after) in [
            (
                Locale::EnGb,
                "Tue 4 Mar",
                "4 min ago",
                "Yesterday",
                "in 7 days",
            ),
            (
                Locale::EnUs,
                "Tue Mar 4",
                "4 min ago",
                "Yesterday",
                "in 7 days",
            ),
            (
                Locale::DeDe,
                "Di 4. Mär",
                "vor 4 Min.",
                "Gestern",
                "in 7 Tagen",
            ),
            (
                Locale::FrFr,
                "mar. 4 mars",
                "il y a 4 min",
                "Hier",
                "dans 7 jours",
            ),
            (Locale::JaJp, "火 3月4日", "4分前", "昨日", "7日後"),
        ] {
            let f = format(locale, "UTC");
            let march = NaiveDate::from_ymd_opt(2025, 3, 4).unwrap();
            assert_eq!(f.weekday(march), day, "{locale}");
            assert_eq!(f.relative(at("2025-11-21T13:58:00Z")), ago, "{locale}");
            assert_eq!(f.relative(at("2025-11-20T07:30:00Z")), before, "{locale}");
            assert_eq!(f.relative(at("2025-11-28T15:00:00Z")), after, "{locale}");
        }
        for locale in Locale::ALL {
            let f = format(*locale, "UTC");
            for month in 1..=12 {
                let told = f.day(NaiveDate::from_ymd_opt(2025, month, 9).unwrap());
                assert!(
                    told.contains("2025") && told.contains('9'),
                    "{locale}: {told}"
                );
                assert!(!told.contains("  "), "{locale}: {told}");
            }
        }
    }

    #[test]
    fn the_past_and_the_future_are_told_from_here() {
        let f = format(Locale::EnGb, "Europe/London");
        for (moment, told) in [
            ("2025-11-21T14:02:10Z", "Now"),
            ("2025-11-21T13:58:00Z", "4 min ago"),
            ("2025-11-21T09:30:00Z", "4 h ago"),
            ("2025-11-20T09:30:00Z", "Yesterday"),
            ("2025-11-12T09:30:00Z", "12 Nov"),
            ("2024-11-12T09:30:00Z", "12 Nov 2024"),
            ("2025-11-21T14:32:12Z", "in 30 min"),
            ("2025-11-28T15:00:00Z", "in 7 days"),
            ("2026-11-28T15:00:00Z", "on 28 Nov 2026"),
        ] {
            assert_eq!(f.relative(at(moment)), told, "{moment}");
        }
        assert_eq!(f.relative_or_never(None), "Never");
    }
}
