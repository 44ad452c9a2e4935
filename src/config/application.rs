//! The vendor's own application: where its migrations are, when they reach the schemas of tenants, and where it finds the database.

use std::fmt;
use std::path::PathBuf;

use secrecy::SecretString;

use super::database::login;
use super::sheet::Sheet;

/// The vendor's tables beside ours.
#[derive(Debug, Clone)]
pub struct Application {
    /// The folder of its migrations; `None` where it has no tables here.
    pub migrations: Option<PathBuf>,
    /// When they are rolled out.
    pub roll_out: RollOut,
    /// The address by which it reaches the database: its password for `tenantry migrate`, the rest for those who ask where a tenant is.
    pub database_url: Option<SecretString>,
}

/// When new migrations reach the schemas of tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollOut {
    /// When somebody of the platform asks for it.
    WhenAsked,
    /// Before a process that finds new ones serves anybody.
    AtStart,
}

impl fmt::Display for RollOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WhenAsked => "when_asked",
            Self::AtStart => "at_start",
        })
    }
}

impl RollOut {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "when_asked" => Ok(Self::WhenAsked),
            "at_start" => Ok(Self::AtStart),
            other => Err(format!("is \"{other}\"; write when_asked or at_start")),
        }
    }
}

impl Application {
    pub(super) fn read(sheet: &mut Sheet) -> Self {
        Self {
            migrations: sheet.optional(
                "application.migrations",
                "none (the application has no tables here)",
                |text| Ok(PathBuf::from(text)),
                |folder| folder.display().to_string(),
            ),
            roll_out: sheet.value("application.roll_out", RollOut::WhenAsked, RollOut::parse),
            database_url: login(sheet, "application.database_url", "none (as database.url)"),
        }
    }
}
