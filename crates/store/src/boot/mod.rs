//! Making a database ours and making sure that it is: roles, migrations, the check at every start.
//! Making runs as the owner of the database; the check runs as the two logins that serve.

mod check;
mod database;
mod facts;
pub(crate) mod ledger;
pub(crate) mod lockdown;
pub(crate) mod migrate;
mod owner;
pub(crate) mod password;
mod refusal;
mod roles;
mod survey;

pub use crate::context::{give_application_key, give_key};
pub use check::check;
pub use database::create_database;
pub(crate) use database::drop_database;
pub(crate) use lockdown::lock_down_one;
pub use lockdown::{Lockdown, approved, lock_down};
pub(crate) use migrate::migrate_one;
pub use migrate::{Migrated, Missed, migrate, revert};
pub use owner::Owner;
pub use password::set_password;
pub use refusal::Refusal;
pub use survey::{Survey, survey};

use diesel::ConnectionError;

/// The login for tenants' work.
pub const APP_LOGIN: &str = "tnt_app";
/// The login for the platform's work.
pub const PLATFORM_LOGIN: &str = "tnt_platform_app";
/// The login of the vendor's own application; Tenantry never uses it.
pub const VENDOR_LOGIN: &str = "tnt_vendor_app";

/// The schema in which tenants' rows lie beside each other.
pub(crate) const SHARED: &str = "shared";

/// Why a database could not be made ours.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// No connection.
    #[error("cannot connect to the database: {0}")]
    Connect(String),
    /// The server does not let this role do it; somebody else can, once.
    #[error("the server refused `{statement}` ({reason}); let {who} run it once, then start again")]
    Refused {
        /// What to run.
        statement: String,
        /// Who can.
        who: String,
        /// The server's own words.
        reason: String,
    },
    /// A statement that should not fail did.
    #[error("the database could not be prepared: {0}")]
    Statement(#[from] diesel::result::Error),
    /// A migration failed; the ones before it stand.
    #[error("a migration of schema {schema} failed, the ones before it stand: {reason}")]
    Migration {
        /// Whose migration.
        schema: String,
        /// Which and why.
        reason: String,
    },
    /// The database was made by a newer Tenantry.
    #[error("{0}")]
    Newer(Refusal),
    /// The address of a server in the catalogue, which this installation's secret does not open.
    #[error(
        "the address of a server was sealed with another secret than this installation's: enter it again, or start with the old secret"
    )]
    Sealed,
    /// A password that cannot be handed to the server.
    #[error("the password of {login} may hold visible ASCII characters only")]
    Password {
        /// Whose.
        login: &'static str,
    },
}

impl From<ConnectionError> for BootError {
    fn from(error: ConnectionError) -> Self {
        // libpq's words come in lines, and the promise is one sentence.
        let words = error.to_string();
        let lines: Vec<&str> = words.lines().map(str::trim).collect();
        Self::Connect(lines.join(" ").trim().to_owned())
    }
}
