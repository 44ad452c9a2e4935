//! How often the API may be asked, and from which sites' pages.

use super::sheet::Sheet;
use super::units::number;

/// The API's limits and origins.
#[derive(Debug, Clone)]
pub struct Api {
    /// Sites whose pages may ask in a browser.
    pub origins: Vec<String>,
    /// What one key may ask in a minute; its tenant's keys together five times, its address ten times.
    pub queries_per_minute: i32,
    /// How many tenants one key may make in an hour; likewise.
    pub creations_per_hour: i32,
    /// How often one key may ask in a minute how a tenant's tables are made; likewise.
    pub schema_per_minute: i32,
    /// How often one key may ask in a minute what is limited and used; likewise.
    pub usage_per_minute: i32,
}

impl Default for Api {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            queries_per_minute: 100,
            creations_per_hour: 10,
            schema_per_minute: 25,
            usage_per_minute: 50,
        }
    }
}

impl Api {
    pub(super) fn read(sheet: &mut Sheet) -> Self {
        let usual = Self::default();
        Self {
            origins: sheet.list("api.origins", origin),
            queries_per_minute: sheet.value(
                "api.queries_per_minute",
                usual.queries_per_minute,
                number(1, 1_000_000),
            ),
            creations_per_hour: sheet.value(
                "api.creations_per_hour",
                usual.creations_per_hour,
                number(1, 1_000_000),
            ),
            schema_per_minute: sheet.value(
                "api.schema_per_minute",
                usual.schema_per_minute,
                number(1, 1_000_000),
            ),
            usage_per_minute: sheet.value(
                "api.usage_per_minute",
                usual.usage_per_minute,
                number(1, 1_000_000),
            ),
        }
    }
}

/// A site as a browser writes it: scheme, host and port, and nothing behind.
fn origin(text: &str) -> Result<String, String> {
    let wrong = || format!("\"{text}\" is not an origin, like https://app.example.com");
    let url = url::Url::parse(text).map_err(|_| wrong())?;
    let origin = url.origin();
    let plain = origin.is_tuple() && matches!(url.scheme(), "http" | "https");
    let written = origin.ascii_serialization();
    if plain && written == text {
        Ok(written)
    } else {
        Err(wrong())
    }
}
