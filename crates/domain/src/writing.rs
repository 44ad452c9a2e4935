//! How one reader has dates and times written: by the tenant's patterns, or as a language and region do, in
//! the zone of who reads. Pages and letters ask here.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::locale::{Locale, TimeZone};
use crate::tenant_settings::{DatePattern, TenantSettings, TimePattern};

/// A tenant's patterns of dates and times. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patterns(Arc<Texts>);

#[derive(Debug, PartialEq, Eq)]
struct Texts {
    date: DatePattern,
    time: TimePattern,
    /// The date's without its year; empty where nothing else is left.
    short: String,
}

impl Patterns {
    /// These two.
    #[must_use]
    pub fn new(date: DatePattern, time: TimePattern) -> Self {
        let short = without_year(date.as_str());
        Self(Arc::new(Texts { date, time, short }))
    }

    /// As they are stored; what cannot be read is what every tenant begins with.
    #[must_use]
    pub fn stored(date: &str, time: &str) -> Self {
        let usual = TenantSettings::default();
        Self::new(
            DatePattern::parse(date).unwrap_or(usual.date_format),
            TimePattern::parse(time).unwrap_or(usual.time_format),
        )
    }
}

/// A reader's way of writing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Writing {
    /// Numbers, and the names of months and weekdays.
    pub locale: Locale,
    /// In which zone the reader's days begin.
    pub zone: TimeZone,
    /// The tenant's patterns; none where the locale's own way is wanted.
    pub patterns: Option<Patterns>,
}

impl Writing {
    /// As this language and region write, in this zone.
    #[must_use]
    pub const fn of(locale: Locale, zone: TimeZone) -> Self {
        Self {
            locale,
            zone,
            patterns: None,
        }
    }

    /// The same for somebody with choices of their own: a language and region of one's own go before the
    /// patterns too.
    #[must_use]
    pub fn chosen(&self, locale: Option<Locale>, zone: Option<TimeZone>) -> Self {
        Self {
            locale: locale.unwrap_or(self.locale),
            zone: zone.unwrap_or(self.zone),
            patterns: self.patterns.clone().filter(|_| locale.is_none()),
        }
    }

    /// A moment in the reader's zone.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<Tz> {
        at.with_timezone(&self.zone.tz())
    }

    /// A day by the tenant's pattern; `None` where the locale's own way is wanted.
    #[must_use]
    pub fn day(&self, day: NaiveDate) -> Option<String> {
        self.by(|texts| texts.date.as_str(), day)
    }

    /// The same without its year.
    #[must_use]
    pub fn day_short(&self, day: NaiveDate) -> Option<String> {
        self.by(|texts| texts.short.as_str(), day)
            .or_else(|| self.day(day))
    }

    fn by(&self, pattern: fn(&Texts) -> &str, day: NaiveDate) -> Option<String> {
        let pattern = pattern(&self.patterns.as_ref()?.0);
        let text = day.format_localized(pattern, self.locale.names());
        (!pattern.is_empty()).then(|| text.to_string().trim().to_owned())
    }

    /// A time by the tenant's pattern, in the reader's zone; `None` as for a day.
    #[must_use]
    pub fn time(&self, at: DateTime<Utc>) -> Option<String> {
        let pattern = self.patterns.as_ref()?.0.time.as_str();
        // Not by the locale's words: many have none for before and after noon, and a time would be either.
        let text = self.local(at).format(pattern).to_string();
        Some(text.trim().to_owned())
    }

    /// A moment in figures, for a letter: by the patterns, else as the locale writes it.
    #[must_use]
    pub fn date_time(&self, at: DateTime<Utc>) -> String {
        match (self.day(self.local(at).date_naive()), self.time(at)) {
            (Some(day), Some(time)) => format!("{day}, {time}"),
            _ => self.locale.date_time(at, self.zone),
        }
    }
}

/// The pattern without its year and what parted it from the rest.
fn without_year(pattern: &str) -> String {
    let plain = pattern.replace("%F", "%m-%d").replace("%D", "%m/%d");
    let is_space = |c: char| !c.is_alphanumeric() && c != '%' && c != '.';
    for flag in ["%Y", "%y", "%-Y", "%-y", "%_Y", "%_y", "%0Y", "%0y"] {
        if let Some((before, after)) = plain.split_once(flag) {
            // What stands at its end is its own: `%Y年`, `%Y-`; a dot before it belongs to the day.
            let end = after.find('%').unwrap_or(after.len());
            let rest = after.get(end..).unwrap_or_default();
            return format!("{}{rest}", before.trim_end_matches(is_space));
        }
    }
    if plain.contains("%x") {
        return String::new();
    }
    plain
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn patterned(locale: Locale, date: &str, time: &str) -> Writing {
        Writing {
            patterns: Some(Patterns::stored(date, time)),
            ..Writing::of(locale, TimeZone::parse("Europe/Berlin").unwrap())
        }
    }

    #[test]
    fn a_tenants_patterns_write_dates_and_times_with_the_locales_names() {
        let moment = at("2026-03-04T13:05:09Z");
        for (locale, date, time, told) in [
            (Locale::EnUs, "%Y-%m-%d", "%H:%M", "2026-03-04, 14:05"),
            (
                Locale::DeDe,
                "%d.%m.%Y",
                "%H:%M Uhr",
                "04.03.2026, 14:05 Uhr",
            ),
            (Locale::DeDe, "%-d. %B %Y", "%R", "4. März 2026, 14:05"),
            (Locale::FrFr, "%e %b %y", "%T", "4 mars 26, 14:05:09"),
            (Locale::EnGb, "%m/%d/%Y", "%-I:%M %p", "03/04/2026, 2:05 PM"),
            (Locale::EnGb, "never", "nor", "2026-03-04, 14:05"),
        ] {
            let writing = patterned(locale, date, time);
            assert_eq!(writing.date_time(moment), told, "{date}");
        }
    }

    #[test]
    fn a_pattern_loses_its_year_and_nothing_else() {
        for (pattern, short) in [
            ("%Y-%m-%d", "%m-%d"),
            ("%d.%m.%Y", "%d.%m."),
            ("%m/%d/%Y", "%m/%d"),
            ("%-d %b %Y", "%-d %b"),
            ("%b %d, %Y", "%b %d"),
            ("%Y年%m月%d日", "%m月%d日"),
            ("%F", "%m-%d"),
            ("%A %d %B", "%A %d %B"),
            ("%Y", ""),
            ("%x", ""),
        ] {
            assert_eq!(without_year(pattern), short, "{pattern}");
        }
        let day = NaiveDate::from_ymd_opt(2026, 3, 4).unwrap();
        let only_year = patterned(Locale::EnGb, "%Y", "%R");
        assert_eq!(only_year.day_short(day).unwrap(), "2026");
    }

    #[test]
    fn ones_own_choice_goes_before_the_tenants() {
        let tenant = patterned(Locale::DeDe, "%d.%m.%Y", "%H:%M");
        let moment = at("2026-03-04T13:05:00Z");
        let own = |locale, zone: Option<&str>| {
            let zone = zone.map(|zone| TimeZone::parse(zone).unwrap());
            tenant.chosen(locale, zone).date_time(moment)
        };
        assert_eq!(own(None, None), "04.03.2026, 14:05");
        assert_eq!(own(None, Some("Asia/Tokyo")), "04.03.2026, 22:05");
        assert_eq!(own(Some(Locale::EnUs), None), "03/04/2026, 2:05 PM");
    }
}
