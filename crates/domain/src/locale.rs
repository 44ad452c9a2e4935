//! How dates and numbers are written for a person, and in which time zone. The language of the
//! pages is not chosen here; nothing reads a clock.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Locale as Names, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};

use crate::column::{text_column, text_enum};

text_enum! {
    /// The locales whose ways of writing are known, by their BCP 47 names.
    #[derive(Default)]
    pub enum Locale {
        /// English, United States.
        #[default]
        EnUs = "en-US",
        /// English, United Kingdom.
        EnGb = "en-GB",
        /// German, Germany.
        DeDe = "de-DE",
        /// German, Switzerland.
        DeCh = "de-CH",
        /// French, France.
        FrFr = "fr-FR",
        /// Spanish, Spain.
        EsEs = "es-ES",
        /// Italian, Italy.
        ItIt = "it-IT",
        /// Dutch, the Netherlands.
        NlNl = "nl-NL",
        /// Polish, Poland.
        PlPl = "pl-PL",
        /// Portuguese, Brazil.
        PtBr = "pt-BR",
        /// Swedish, Sweden.
        SvSe = "sv-SE",
        /// Japanese, Japan.
        JaJp = "ja-JP",
    }
}

impl Locale {
    /// The name in the list to choose from.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::EnUs => "English (United States)",
            Self::EnGb => "English (United Kingdom)",
            Self::DeDe => "Deutsch (Deutschland)",
            Self::DeCh => "Deutsch (Schweiz)",
            Self::FrFr => "Français (France)",
            Self::EsEs => "Español (España)",
            Self::ItIt => "Italiano (Italia)",
            Self::NlNl => "Nederlands (Nederland)",
            Self::PlPl => "Polski (Polska)",
            Self::PtBr => "Português (Brasil)",
            Self::SvSe => "Svenska (Sverige)",
            Self::JaJp => "日本語 (日本)",
        }
    }

    /// The names of months and weekdays, as the C library of the world knows them.
    #[must_use]
    pub const fn names(self) -> Names {
        match self {
            Self::EnUs | Self::EnGb => Names::en_GB,
            Self::DeDe => Names::de_DE,
            Self::DeCh => Names::de_CH,
            Self::FrFr => Names::fr_FR,
            Self::EsEs => Names::es_ES,
            Self::ItIt => Names::it_IT,
            Self::NlNl => Names::nl_NL,
            Self::PlPl => Names::pl_PL,
            Self::PtBr => Names::pt_BR,
            Self::SvSe => Names::sv_SE,
            Self::JaJp => Names::ja_JP,
        }
    }

    /// A day in figures: 11/24/2025, 24/11/2025, 24.11.2025, 2025-11-24.
    #[must_use]
    pub fn date(self, day: NaiveDate) -> String {
        let pattern = match self {
            Self::EnUs => "%m/%d/%Y",
            Self::EnGb | Self::FrFr | Self::EsEs | Self::ItIt | Self::PtBr => "%d/%m/%Y",
            Self::DeDe | Self::DeCh | Self::PlPl => "%d.%m.%Y",
            Self::NlNl => "%d-%m-%Y",
            Self::SvSe => "%Y-%m-%d",
            Self::JaJp => "%Y/%m/%d",
        };
        day.format(pattern).to_string()
    }

    /// A moment in figures, in the zone of who reads it: 11/24/2025, 3:05 PM or 24.11.2025, 15:05.
    #[must_use]
    pub fn date_time(self, moment: DateTime<Utc>, zone: TimeZone) -> String {
        let local = moment.with_timezone(&zone.0);
        let time = if self == Self::EnUs {
            "%-I:%M %p"
        } else {
            "%H:%M"
        };
        format!("{}, {}", self.date(local.date_naive()), local.format(time))
    }

    /// A whole number with its groups of three: 12,345 or 12.345 or 12 345.
    #[must_use]
    pub fn number(self, number: i64) -> String {
        let group = match self {
            Self::EnUs | Self::EnGb | Self::JaJp => ',',
            Self::DeDe | Self::EsEs | Self::ItIt | Self::NlNl | Self::PtBr => '.',
            Self::DeCh => '’',
            Self::FrFr => '\u{202f}',
            Self::PlPl | Self::SvSe => '\u{a0}',
        };
        let digits = number.unsigned_abs().to_string();
        // Spanish and Polish write four digits without a group.
        let short = digits.len() == 4 && matches!(self, Self::EsEs | Self::PlPl);
        let mut text = String::with_capacity(digits.len() * 2);
        if number < 0 {
            text.push('-');
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) && !short {
                text.push(group);
            }
            text.push(digit);
        }
        text
    }

    /// The mark between whole and part.
    #[must_use]
    pub const fn decimal_mark(self) -> char {
        match self {
            Self::EnUs | Self::EnGb | Self::JaJp | Self::DeCh => '.',
            _ => ',',
        }
    }
}

/// A time zone of the IANA database, by its name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[serde(try_from = "String", into = "String")]
pub struct TimeZone(Tz);

/// A time zone that the IANA database does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Choose a time zone of the list, such as Europe/Berlin.")]
pub struct UnknownTimeZone;

impl TimeZone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// The zone of this name.
    pub fn parse(name: &str) -> Result<Self, UnknownTimeZone> {
        name.trim().parse().map(Self).map_err(|_| UnknownTimeZone)
    }

    fn stored(name: String) -> Result<Self, UnknownTimeZone> {
        Self::parse(&name)
    }

    /// The zone's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0.name()
    }

    /// The zone, to compute with.
    #[must_use]
    pub const fn tz(self) -> Tz {
        self.0
    }

    /// The names to choose from: places and UTC, without the old aliases.
    pub fn names() -> impl Iterator<Item = &'static str> {
        const AREAS: [&str; 10] = [
            "Africa/",
            "America/",
            "Antarctica/",
            "Arctic/",
            "Asia/",
            "Atlantic/",
            "Australia/",
            "Europe/",
            "Indian/",
            "Pacific/",
        ];
        let places = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        ["UTC"]
            .into_iter()
            .chain(places.filter(|name| AREAS.iter().any(|area| name.starts_with(area))))
    }
}

impl Default for TimeZone {
    fn default() -> Self {
        Self::UTC
    }
}

text_column!(TimeZone);

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TimeZone {
    type Err = UnknownTimeZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name)
    }
}

impl TryFrom<String> for TimeZone {
    type Error = UnknownTimeZone;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name)
    }
}

impl From<TimeZone> for String {
    fn from(zone: TimeZone) -> Self {
        zone.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_moment_is_written_as_its_reader_does() {
        let moment: DateTime<Utc> = "2025-11-24T23:05:00Z".parse().unwrap();
        let berlin = TimeZone::parse("Europe/Berlin").unwrap();
        assert_eq!(
            Locale::EnUs.date_time(moment, TimeZone::UTC),
            "11/24/2025, 11:05 PM"
        );
        assert_eq!(Locale::DeDe.date_time(moment, berlin), "25.11.2025, 00:05");
        assert_eq!(
            Locale::SvSe.date_time(moment, TimeZone::UTC),
            "2025-11-24, 23:05"
        );
    }

    #[test]
    fn numbers_have_the_groups_of_their_place() {
        assert_eq!(Locale::EnUs.number(1_234_567), "1,234,567");
        assert_eq!(Locale::DeDe.number(-1234), "-1.234");
        assert_eq!(Locale::EsEs.number(1234), "1234");
        assert_eq!(Locale::EsEs.number(12_345), "12.345");
        assert_eq!(Locale::EnGb.number(999), "999");
        assert_eq!(Locale::EnUs.number(i64::MIN), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn only_known_names_are_taken() {
        assert_eq!(Locale::parse("en-US"), Ok(Locale::EnUs));
        assert!(Locale::parse("xx").is_err());
        for name in ["", "Mars/Base", "../etc/passwd", "Europe/Berlin\0"] {
            assert_eq!(TimeZone::parse(name), Err(UnknownTimeZone), "{name:?}");
        }
    }

    #[test]
    fn the_names_to_choose_from_are_zones() {
        assert!(TimeZone::names().count() > 300);
        assert!(TimeZone::names().all(|name| TimeZone::parse(name).is_ok()));
    }
}
