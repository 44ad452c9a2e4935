//! Dates, times and numbers as a person's locale and time zone write them; templates call this.
//! The words around them are English: the locale orders and groups, it does not translate.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

/// How a locale writes dates and numbers. [`LOCALES`] lists the ones that are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    /// The tag, as in the person's preferences.
    pub tag: &'static str,
    /// Its name, in its own language.
    pub name: &'static str,
    order: Order,
    group: &'static str,
    decimal: &'static str,
    clock: Clock,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// 21 Nov 2025
    DayMonthYear,
    /// Nov 21, 2025
    MonthDayYear,
    /// 2025-11-21
    YearMonthDay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    Twelve,
    TwentyFour,
}

/// A space that does not break, and its narrow sister: what French and others group digits by.
const NBSP: &str = "\u{a0}";
const NARROW: &str = "\u{202f}";

const fn locale(
    tag: &'static str,
    name: &'static str,
    order: Order,
    group: &'static str,
    decimal: &'static str,
    clock: Clock,
) -> Locale {
    Locale { tag, name, order, group, decimal, clock }
}

/// The locales that are offered; the first is the default.
pub static LOCALES: &[Locale] = &[
    locale("en-GB", "English (United Kingdom)", Order::DayMonthYear, ",", ".", Clock::TwentyFour),
    locale("en-US", "English (United States)", Order::MonthDayYear, ",", ".", Clock::Twelve),
    locale("en-AU", "English (Australia)", Order::DayMonthYear, ",", ".", Clock::Twelve),
    locale("en-CA", "English (Canada)", Order::YearMonthDay, ",", ".", Clock::Twelve),
    locale("en-IE", "English (Ireland)", Order::DayMonthYear, ",", ".", Clock::TwentyFour),
    locale("da-DK", "Dansk", Order::DayMonthYear, ".", ",", Clock::TwentyFour),
    locale("de-DE", "Deutsch (Deutschland)", Order::DayMonthYear, ".", ",", Clock::TwentyFour),
    locale("de-AT", "Deutsch (Österreich)", Order::DayMonthYear, NBSP, ",", Clock::TwentyFour),
    locale("de-CH", "Deutsch (Schweiz)", Order::DayMonthYear, "’", ".", Clock::TwentyFour),
    locale("es-ES", "Español", Order::DayMonthYear, ".", ",", Clock::TwentyFour),
    locale("fi-FI", "Suomi", Order::DayMonthYear, NBSP, ",", Clock::TwentyFour),
    locale("fr-FR", "Français", Order::DayMonthYear, NARROW, ",", Clock::TwentyFour),
    locale("it-IT", "Italiano", Order::DayMonthYear, ".", ",", Clock::TwentyFour),
    locale("ja-JP", "日本語", Order::YearMonthDay, ",", ".", Clock::TwentyFour),
    locale("nl-NL", "Nederlands", Order::DayMonthYear, ".", ",", Clock::TwentyFour),
    locale("pl-PL", "Polski", Order::DayMonthYear, NBSP, ",", Clock::TwentyFour),
    locale("pt-BR", "Português (Brasil)", Order::DayMonthYear, ".", ",", Clock::TwentyFour),
    locale("sv-SE", "Svenska", Order::YearMonthDay, NBSP, ",", Clock::TwentyFour),
];

static DEFAULT: Locale =
    locale("en-GB", "English (United Kingdom)", Order::DayMonthYear, ",", ".", Clock::TwentyFour);

static MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
static WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// One reader's way of writing: locale, time zone, and the moment of the answer.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    locale: &'static Locale,
    zone: Tz,
    now: DateTime<Utc>,
}

impl Format {
    /// An unknown tag falls back to its language, then to British English; an unknown zone to UTC.
    #[must_use]
    pub fn new(locale: &str, zone: &str, now: DateTime<Utc>) -> Self {
        let language = locale.split(['-', '_']).next().unwrap_or_default();
        let exact = LOCALES.iter().find(|known| known.tag.eq_ignore_ascii_case(locale));
        let near = LOCALES.iter().find(|known| known.tag.split('-').next() == Some(language));
        Self {
            locale: exact.or(near).unwrap_or(&DEFAULT),
            zone: zone.parse().unwrap_or(Tz::UTC),
            now,
        }
    }

    /// The moment of the answer.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Name of the time zone, as the tz database writes it.
    #[must_use]
    pub fn zone(&self) -> &'static str {
        self.zone.name()
    }

    /// The tag of the locale that holds.
    #[must_use]
    pub const fn locale(&self) -> &'static str {
        self.locale.tag
    }

    /// `12,450`
    #[must_use]
    pub fn count(&self, number: impl Into<i64>) -> String {
        let number = number.into();
        let digits = number.unsigned_abs().to_string();
        let sign = if number < 0 { "-" } else { "" };
        format!("{sign}{}", self.grouped(&digits))
    }

    /// `1,234.5`, with as many decimals as asked for.
    #[must_use]
    pub fn decimal(&self, number: f64, decimals: usize) -> String {
        let text = format!("{:.decimals$}", number.abs());
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let sign = if number < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "-" } else { "" };
        let whole = self.grouped(whole);
        if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{}{part}", self.locale.decimal) }
    }

    /// `12.5 %`
    #[must_use]
    pub fn percent(&self, share: f64, decimals: usize) -> String {
        format!("{}{NBSP}%", self.decimal(share * 100.0, decimals))
    }

    /// `21 Nov 2025`
    #[must_use]
    pub fn date(&self, at: DateTime<Utc>) -> String {
        self.day(at.with_timezone(&self.zone).date_naive())
    }

    /// `21 Nov 2025`, of a day that has no time.
    #[must_use]
    pub fn day(&self, day: NaiveDate) -> String {
        let (y, m, d) = (day.year(), month(day), day.day());
        match self.locale.order {
            Order::DayMonthYear => format!("{d} {m} {y}"),
            Order::MonthDayYear => format!("{m} {d}, {y}"),
            Order::YearMonthDay => format!("{y}-{:02}-{d:02}", day.month()),
        }
    }

    /// `21 Nov`, for an axis or a row of this year.
    #[must_use]
    pub fn day_short(&self, day: NaiveDate) -> String {
        let (m, d) = (month(day), day.day());
        match self.locale.order {
            Order::DayMonthYear => format!("{d} {m}"),
            Order::MonthDayYear | Order::YearMonthDay => format!("{m} {d}"),
        }
    }

    /// `Fri 21 Nov`
    #[must_use]
    pub fn weekday(&self, day: NaiveDate) -> String {
        let index = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        format!("{} {}", WEEKDAYS.get(index).unwrap_or(&""), self.day_short(day))
    }

    /// `14:02` or `2:02 pm`
    #[must_use]
    pub fn time(&self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone);
        match self.locale.clock {
            Clock::TwentyFour => format!("{:02}:{:02}", local.hour(), local.minute()),
            Clock::Twelve => {
                let (pm, hour) = local.hour12();
                format!("{hour}:{:02}{NBSP}{}", local.minute(), if pm { "pm" } else { "am" })
            }
        }
    }

    /// `21 Nov 2025, 14:02`
    #[must_use]
    pub fn date_time(&self, at: DateTime<Utc>) -> String {
        format!("{}, {}", self.date(at), self.time(at))
    }

    /// `21 Nov 2025, 14:02:11 UTC`: the exact moment, the same for every reader.
    #[must_use]
    pub fn utc(&self, at: DateTime<Utc>) -> String {
        format!("{}, {} UTC", self.day(at.date_naive()), at.format("%H:%M:%S"))
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
        if day.year() == today.year() { self.day_short(day) } else { self.day(day) }
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
        (self.now.with_timezone(&self.zone).date_naive(), at.with_timezone(&self.zone).date_naive())
    }

    fn grouped(&self, digits: &str) -> String {
        // Spaces group from five digits on where the locale uses spaces: 1234, but 12 345.
        let spaced = matches!(self.locale.group, NBSP | NARROW);
        if digits.len() <= 3 || (spaced && digits.len() == 4) {
            return digits.into();
        }
        let mut text = String::with_capacity(digits.len() * 2);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push_str(self.locale.group);
            }
            text.push(digit);
        }
        text
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

    fn format(locale: &str, zone: &str) -> Format {
        Format::new(locale, zone, at("2025-11-21T14:02:11Z"))
    }

    #[test]
    fn each_locale_writes_numbers_its_way() {
        for (tag, whole, part) in [
            ("en-US", "1,234,567", "1,234.50"),
            ("de-DE", "1.234.567", "1.234,50"),
            ("de-CH", "1’234’567", "1’234.50"),
            ("fr-FR", "1\u{202f}234\u{202f}567", "1234,50"),
            ("ja-JP", "1,234,567", "1,234.50"),
        ] {
            assert_eq!(format(tag, "UTC").count(1_234_567), whole, "{tag}");
            assert_eq!(format(tag, "UTC").decimal(1234.5, 2), part, "{tag}");
        }
        assert_eq!(format("en-GB", "UTC").count(-1_000), "-1,000");
        assert_eq!(format("en-GB", "UTC").count(i64::MIN), "-9,223,372,036,854,775,808");
        assert_eq!(format("en-GB", "UTC").decimal(-0.001, 1), "0.0");
        assert_eq!(format("en-GB", "UTC").percent(0.125, 1), "12.5\u{a0}%");
    }

    #[test]
    fn each_locale_writes_dates_its_way_in_the_reader_s_zone() {
        let moment = at("2025-11-21T23:30:00Z");
        assert_eq!(format("en-GB", "UTC").date_time(moment), "21 Nov 2025, 23:30");
        assert_eq!(format("en-US", "UTC").date_time(moment), "Nov 21, 2025, 11:30\u{a0}pm");
        assert_eq!(format("ja-JP", "Asia/Tokyo").date_time(moment), "2025-11-22, 08:30");
        assert_eq!(format("de-DE", "Europe/Berlin").date(moment), "22 Nov 2025");
        assert_eq!(format("de-DE", "Europe/Berlin").utc(moment), "21 Nov 2025, 23:30:00 UTC");
    }

    #[test]
    fn an_unknown_locale_or_zone_falls_back() {
        assert_eq!(format("de", "UTC").locale(), "de-DE");
        assert_eq!(format("tlh", "Mars/Olympus").locale(), "en-GB");
        assert_eq!(format("tlh", "Mars/Olympus").zone(), "UTC");
    }

    #[test]
    fn the_past_and_the_future_are_told_from_here() {
        let f = format("en-GB", "Europe/London");
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
