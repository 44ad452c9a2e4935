//! What is logged, and in which form.

use std::fmt;

use tracing_subscriber::EnvFilter;

use super::sheet::Sheet;

/// The form of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Pretty on a terminal, JSON otherwise.
    Auto,
    /// For a person.
    Pretty,
    /// For a collector.
    Json,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Pretty => "pretty",
            Self::Json => "json",
        })
    }
}

/// Level and form.
#[derive(Debug, Clone)]
pub struct Log {
    /// A level, or directives by module as `tracing` reads them.
    pub filter: String,
    /// The form of a line.
    pub format: Format,
}

impl Log {
    pub(super) fn read(sheet: &mut Sheet) -> Self {
        Self {
            filter: sheet.value("log.filter", "info,actix_server=warn".to_owned(), |text| {
                match EnvFilter::try_new(text) {
                    Ok(_) => Ok(text.to_owned()),
                    Err(error) => Err(format!(
                        "\"{text}\" is not a filter, like info or warn,tenantry=debug ({error})"
                    )),
                }
            }),
            format: sheet.value("log.format", Format::Auto, |text| match text {
                "auto" => Ok(Format::Auto),
                "pretty" => Ok(Format::Pretty),
                "json" => Ok(Format::Json),
                _ => Err(format!("\"{text}\" is none of auto, pretty, json")),
            }),
        }
    }
}
