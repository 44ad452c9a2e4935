//! What a tenant's record holds beside its name and state: currency, patterns of dates and times, features,
//! its alias, the product's own configuration. Each is checked here and never looked at again.

use std::fmt;

use chrono::format::{Fixed, Item, StrftimeItems};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::features::Features;
use crate::locale::{Locale, TimeZone};
use crate::text::{self, TextError};

/// The most characters of a tenant's name.
pub const MAX_NAME: usize = 120;
/// The most bytes of the product's configuration, written out.
pub const MAX_PRODUCT_CONFIG: usize = 16 * 1024;
/// How deep the product's configuration may be nested.
const MAX_DEPTH: usize = 8;

/// ISO 4217, the currencies in circulation.
const CURRENCIES: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP \
    CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF \
    IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD \
    MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB \
    RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU \
    UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// Why a setting was refused: a sentence for beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// No currency in circulation.
    #[error("Use a currency's three letters, such as EUR.")]
    Currency,
    /// A pattern that cannot be read, or shows nothing of a date or time.
    #[error("Use a pattern such as %d.%m.%Y for dates or %H:%M for times.")]
    Pattern,
    /// No alias.
    #[error("Use 3 to 63 small letters, digits and underscores; begin with a letter.")]
    Alias,
    /// No name of a feature, or too many of them.
    #[error("Name at most 50 features, each with small letters, digits and underscores.")]
    Feature,
    /// Something else than an object of at most 16 KB.
    #[error("Write a JSON object of at most 16 KB, nested at most 8 deep.")]
    ProductConfig,
}

/// The name of a tenant.
pub fn name(raw: &str) -> Result<String, TextError> {
    text::line(raw, MAX_NAME)
}

macro_rules! word {
    ($(#[$about:meta])* $name:ident, $error:ident, $check:expr) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads what was typed.
            ///
            /// # Errors
            /// The sentence for beside the field.
            pub fn parse(raw: &str) -> Result<Self, SettingError> {
                let text = raw.trim();
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.to_owned())) } else { Err(SettingError::$error) }
            }

            /// As text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = SettingError;

            fn try_from(text: String) -> Result<Self, SettingError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> Self {
                word.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

word!(
    /// A currency by its three letters.
    Currency, Currency, |text| CURRENCIES.split_whitespace().any(|code| code == text)
);
word!(
    /// How dates are written, as strftime has it: `%d.%m.%Y`.
    DatePattern, Pattern, |text| is_pattern(text, is_of_date)
);
word!(
    /// How times are written, as strftime has it: `%H:%M`.
    TimePattern, Pattern, |text| is_pattern(text, is_of_time)
);
word!(
    /// What the API calls `schema_name`: unique among tenants, and no name of anything in the database.
    Alias, Alias, |text| {
        (3..=63).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    }
);

impl Currency {
    /// Every code, in the order of the alphabet.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        CURRENCIES.split_whitespace()
    }
}

/// Whether chrono reads it whole, and each of its parts is of the kind asked for, at least one of them.
fn is_pattern(text: &str, is_wanted: fn(&str) -> bool) -> bool {
    let fits = (1..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let items: Vec<Item<'_>> = StrftimeItems::new(text).collect();
    let readable = items.iter().all(|item| {
        !matches!(
            item,
            Item::Error | Item::Fixed(Fixed::RFC2822 | Fixed::RFC3339)
        )
    });
    let mut parts = text.split('%').skip(1).peekable();
    let some = parts.peek().is_some();
    fits && readable
        && some
        && parts.all(|part| is_wanted(part.trim_start_matches(['-', '_', '0'])))
}

fn is_of_date(part: &str) -> bool {
    part.starts_with([
        'Y', 'y', 'm', 'd', 'e', 'b', 'B', 'h', 'a', 'A', 'j', 'F', 'D', 'x',
    ])
}

fn is_of_time(part: &str) -> bool {
    part.starts_with(['H', 'I', 'k', 'l', 'M', 'S', 'p', 'P', 'R', 'T', 'r', 'X'])
}

/// The product's own settings of a tenant: an object that nobody here looks into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Json", into = "Json")]
pub struct ProductConfig(Json);

impl Default for ProductConfig {
    fn default() -> Self {
        Self(Json::Object(serde_json::Map::new()))
    }
}

impl ProductConfig {
    /// Reads what was typed; nothing is the empty object.
    ///
    /// # Errors
    /// The sentence for beside the field.
    pub fn parse(raw: &str) -> Result<Self, SettingError> {
        if raw.trim().is_empty() {
            return Ok(Self::default());
        }
        let json: Json = serde_json::from_str(raw).map_err(|_| SettingError::ProductConfig)?;
        Self::try_from(json)
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.0
    }
}

impl TryFrom<Json> for ProductConfig {
    type Error = SettingError;

    fn try_from(json: Json) -> Result<Self, SettingError> {
        let small = json.is_object()
            && is_storable(&json, MAX_DEPTH)
            && json.to_string().len() <= MAX_PRODUCT_CONFIG;
        if small {
            Ok(Self(json))
        } else {
            Err(SettingError::ProductConfig)
        }
    }
}

impl From<ProductConfig> for Json {
    fn from(config: ProductConfig) -> Self {
        config.0
    }
}

/// Not too deep, and without the character that the database cannot keep.
fn is_storable(json: &Json, depth: usize) -> bool {
    let Some(below) = depth.checked_sub(1) else {
        return false;
    };
    match json {
        Json::Array(list) => list.iter().all(|item| is_storable(item, below)),
        Json::Object(map) => map
            .iter()
            .all(|(key, item)| !key.contains('\0') && is_storable(item, below)),
        Json::String(text) => !text.contains('\0'),
        _ => true,
    }
}

/// How a tenant writes and counts, and what is switched on for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSettings {
    /// Language and region.
    pub locale: Locale,
    /// Time zone.
    pub timezone: TimeZone,
    /// Currency.
    pub currency: Currency,
    /// How dates are written.
    pub date_format: DatePattern,
    /// How times are written.
    pub time_format: TimePattern,
    /// What is switched on and off beside the plan.
    pub features: Features,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self {
            locale: Locale::default(),
            timezone: TimeZone::default(),
            currency: Currency("USD".to_owned()),
            date_format: DatePattern("%Y-%m-%d".to_owned()),
            time_format: TimePattern("%H:%M".to_owned()),
            features: Features::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn currencies_patterns_and_aliases_are_checked() {
        assert!(Currency::parse("EUR").is_ok() && Currency::parse(" CHF ").is_ok());
        for bad in ["eur", "EURO", "XXX", "", "€"] {
            assert_eq!(Currency::parse(bad), Err(SettingError::Currency), "{bad}");
        }
        for good in ["%m/%d/%Y", "%Y-%m-%d", "%d. %B %Y", "%-d.%-m.%y", "%F"] {
            assert!(DatePattern::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "d.m.Y",
            "%Q",
            "%",
            "%H:%M",
            "%Y %n",
            "%+",
            "%c",
            &"%Y".repeat(30),
            "%Y\n%m",
        ] {
            assert!(DatePattern::parse(bad).is_err(), "{bad:?}");
        }
        for good in ["%I:%M %p", "%H:%M", "%R", "%-I:%M %P", "%H.%M Uhr"] {
            assert!(TimePattern::parse(good).is_ok(), "{good}");
        }
        for bad in ["%Y", "%H:%Q", "12:00", "%3f%"] {
            assert!(TimePattern::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Alias::parse("acme_corp").is_ok());
        for bad in [
            "ac",
            "Acme",
            "1acme",
            "acme-corp",
            "acme corp",
            &"a".repeat(64),
        ] {
            assert!(Alias::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn features_lie_over_those_of_the_plan() {
        let features = |json: Json| serde_json::from_value::<Features>(json);
        let plan = features(json!({ "api_access": true, "sso": false })).unwrap();
        let own = features(json!({ "sso": true })).unwrap();
        let both: Vec<_> = own
            .over(&plan)
            .iter()
            .map(|(name, on)| format!("{name} {on}"))
            .collect();
        assert_eq!(both, ["api_access true", "sso true"]);
        assert!(features(json!({ "Api Access": true })).is_err());
        assert!(features(json!({ "api_access": "yes" })).is_err());
    }

    #[test]
    fn the_products_configuration_is_an_object_that_fits() {
        assert_eq!(ProductConfig::parse("").unwrap(), ProductConfig::default());
        assert!(ProductConfig::parse(r#"{"risk_threshold": 0.7, "notify": null}"#).is_ok());
        let big = json!({ "x": "a".repeat(MAX_PRODUCT_CONFIG) });
        let mut deep = json!({});
        for _ in 0..MAX_DEPTH {
            deep = json!({ "x": deep });
        }
        for bad in [
            "[1]",
            "{",
            "7",
            r#"{"a": "\u0000"}"#,
            &big.to_string(),
            &deep.to_string(),
        ] {
            assert!(ProductConfig::parse(bad).is_err(), "{bad:.40}");
        }
    }
}
