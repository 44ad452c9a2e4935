//! Dates, times and numbers as a person's locale and time zone write them; templates call this.
//! The words around them are English: a locale orders and groups, it does not translate. The figures
//! themselves are `domain::Locale`'s.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use domain::{Locale, TimeZone};

/// A space that does not break.
const NBSP: char = '\u{a0}';

static MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
static WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

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
        let (y, m, d) = (day.year(), month(day), day.day());
        match self.locale {
            Locale::EnUs => format!("{m} {d}, {y}"),
            Locale::JaJp => format!("{y} {m} {d}"),
            _ => format!("{d} {m} {y}"),
        }
    }

    /// `21 Nov`, for an axis or a row of this year.
    #[must_use]
    pub fn day_short(&self, day: NaiveDate) -> String {
        let (m, d) = (month(day), day.day());
        match self.locale {
            Locale::EnUs | Locale::JaJp => format!("{m} {d}"),
            _ => format!("{d} {m}"),
        }
    }

    /// `Fri 21 Nov`
    #[must_use]
    pub fn weekday(&self, day: NaiveDate) -> String {
        let index = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        format!(
            "{} {}",
            WEEKDAYS.get(index).unwrap_or(&""),
            self.day_short(day)
        )
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
        let past = self.now - at;
        if past < TimeDelta::zero() {
            return self.ahead(at, -past);
        }
        if past < TimeDelta::minutes(1) {
            return "Now".into();
        }
        if past < TimeDelta::hours(1) {
            return format!("{} min ago", past.num_minutes());
        }
        let (today, day) = self.days(at);
        if day == today || past < TimeDelta::hours(6) {
            return format!("{} h ago", past.num_hours());
        }
        if today.pred_opt() == Some(day) {
            return "Yesterday".into();
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
        at.map_or_else(|| "Never".into(), |at| self.relative(at))
    }

    fn ahead(&self, at: DateTime<Utc>, left: TimeDelta) -> String {
        if left < TimeDelta::minutes(1) {
            return "in a moment".into();
        }
        if left < TimeDelta::hours(1) {
            return format!("in {} min", left.num_minutes());
        }
        if left < TimeDelta::hours(24) {
            return format!("in {} h", left.num_hours());
        }
        if left < TimeDelta::days(14) {
            let days = left.num_days();
            return format!("in {days} {}", if days == 1 { "day" } else { "days" });
        }
        format!("on {}", self.date(at))
    }

    fn days(&self, at: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
        (
            self.now.with_timezone(&self.zone.tz()).date_naive(),
            at.with_timezone(&self.zone.tz()).date_naive(),
        )
    }
}

fn month(day: NaiveDate) -> &'static str {
    let index = usize::try_from(day.month0()).unwrap_or_default();
    MONTHS.get(index).copied().unwrap_or_default()
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
            "22 Nov 2025"
        );
        assert_eq!(
            format(Locale::DeDe, "Europe/Berlin").utc(moment),
            "21 Nov 2025, 23:30:00 UTC"
        );
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
