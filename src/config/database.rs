//! Connections to PostgreSQL: whose, how many, and how long one waits.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::{
    sheet::Sheet,
    units::{Span, number, span},
};

/// URLs of a database that the operator brings, and the sizes of the pools.
#[derive(Debug, Clone)]
pub struct Database {
    /// The tenants' login; without it Tenantry starts a PostgreSQL of its own.
    pub url: Option<SecretString>,
    /// The platform's login: worker, loader, command line.
    pub platform_url: Option<SecretString>,
    /// The owner's login, for `tenantry migrate` only.
    pub owner_url: Option<SecretString>,
    /// The folder of the server programs for a PostgreSQL of our own; `None` looks for them.
    pub binaries: Option<PathBuf>,
    /// The folders of `PATH`, where server programs are looked for.
    pub path: Vec<PathBuf>,
    /// Connections for tenants' requests; as many threads may block on them.
    pub pool: u32,
    /// How many of them one tenant may take at once.
    pub tenant_pool: u32,
    /// Connections for the platform's work.
    pub platform_pool: u32,
    /// How many databases of tenants' own are held open at once.
    pub own_databases: u32,
    /// Connections for tenants' work in each of them.
    pub own_pool: u32,
    /// How many databases are kept ready on each server.
    pub stock: u32,
    /// Connections for all tenants together that have some to themselves; 0 gives nobody any.
    pub dedicated: u32,
    /// How long a request waits for a connection before it is refused.
    pub wait: Duration,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long one statement may run; the login's own setting when absent.
    pub statement_timeout: Option<Duration>,
    /// Where notices are listened for: past a pooler that shares connections between transactions.
    pub direct_url: Option<SecretString>,
    /// Whether prepared statements are kept.
    pub statement_cache: StatementCache,
}

/// Whether the server, or the pooler before it, keeps prepared statements between transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementCache {
    /// It does.
    On,
    /// It does not: PgBouncer before 1.21, or without `max_prepared_statements`.
    Off,
}

impl fmt::Display for StatementCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::On => "on",
            Self::Off => "off",
        })
    }
}

impl StatementCache {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            other => Err(format!("is \"{other}\"; write on or off")),
        }
    }
}

impl Database {
    /// How many connections the pools of a process open together, at most. One of the last is kept for questions outside any
    /// tenant.
    #[must_use]
    pub fn most(&self) -> u32 {
        let own = self.own_pool.saturating_add(1);
        let own = self.own_databases.saturating_mul(own);
        [
            self.platform_pool,
            own,
            self.dedicated,
            self.dedicated.min(1),
        ]
        .into_iter()
        .fold(self.pool, u32::saturating_add)
    }

    pub(super) fn read(sheet: &mut Sheet) -> Self {
        let embedded = "none (Tenantry runs its own PostgreSQL)";
        let url = login(sheet, "database.url", embedded);
        let platform_url = login(sheet, "database.platform_url", embedded);
        let owner_url = login(sheet, "database.owner_url", "none");
        if sheet.is_set("database.url") && !sheet.is_set("database.platform_url") {
            sheet.fault("database.platform_url", "is missing; a database of your own needs both DATABASE_URL and PLATFORM_DATABASE_URL");
        }
        if sheet.is_set("database.platform_url") && !sheet.is_set("database.url") {
            sheet.fault("database.url", "is missing; a database of your own needs both DATABASE_URL and PLATFORM_DATABASE_URL");
        }
        let cores = u32::try_from(sheet.cores).unwrap_or(2);
        let pool = sheet.value("database.pool", cores.saturating_mul(2), number(1, 1_000));
        let longest = Span::seconds(3_600);
        Self {
            url,
            platform_url,
            owner_url,
            binaries: sheet.optional(
                "database.binaries",
                "looked for in PATH and the usual folders",
                |text| Ok(PathBuf::from(text)),
                |folder| folder.display().to_string(),
            ),
            path: sheet.path.clone(),
            pool,
            // So that others find a place while one tenant takes all that it may.
            tenant_pool: sheet.value(
                "database.tenant_pool",
                (pool - pool / 4).max(1),
                number(1, 1_000),
            ),
            platform_pool: sheet.value("database.platform_pool", 4, number(1, 1_000)),
            own_databases: sheet.value("database.own_databases", 8, number(1, 10_000)),
            own_pool: sheet.value("database.own_pool", 2, number(1, 1_000)),
            stock: sheet.value("database.stock", 0, number(0, 100)),
            dedicated: sheet.value("database.dedicated", 10, number(0, 1_000)),
            wait: sheet
                .value(
                    "database.wait",
                    Span(Duration::from_millis(1_500)),
                    span(Span(Duration::from_millis(10)), Span::seconds(60)),
                )
                .0,
            connect_timeout: sheet
                .value(
                    "database.connect_timeout",
                    Span::seconds(5),
                    span(Span::seconds(1), Span::seconds(60)),
                )
                .0,
            statement_timeout: sheet
                .optional(
                    "database.statement_timeout",
                    "the login's own (15s unless it was changed)",
                    span(Span::seconds(1), longest),
                    Span::to_string,
                )
                .map(|limit| limit.0),
            direct_url: login(sheet, "database.direct_url", "as database.url"),
            statement_cache: sheet.value(
                "database.statement_cache",
                StatementCache::On,
                StatementCache::parse,
            ),
        }
    }
}

pub(super) fn login(sheet: &mut Sheet, key: &'static str, absent: &str) -> Option<SecretString> {
    sheet
        .optional(
            key,
            absent,
            |text| check(text).map(|()| text.to_owned()),
            |text| masked(text),
        )
        .map(SecretString::from)
}

/// Never repeats the URL in a fault: it holds a password.
fn check(text: &str) -> Result<(), String> {
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        return Err("does not start with postgres:// or postgresql://".to_owned());
    }
    let asks_for_tls = [
        "sslmode=require",
        "sslmode=verify-ca",
        "sslmode=verify-full",
    ]
    .iter()
    .find(|mode| text.contains(**mode));
    match asks_for_tls {
        Some(mode) if !cfg!(feature = "postgres-tls") => Err(format!(
            "asks for TLS ({mode}) and this binary was built without it; build with --features postgres-tls or take a release"
        )),
        _ => Ok(()),
    }
}

/// The URL with its password hidden, wherever it stands.
fn masked(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = match authority.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:***@{host}"),
            None => format!("{user}@{host}"),
        },
        None => authority.to_owned(),
    };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query: Vec<&str> = query
        .split('&')
        .map(|pair| {
            if pair.starts_with("password=") {
                "password=***"
            } else {
                pair
            }
        })
        .collect();
    let query = query.join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{scheme}://{authority}{path}{mark}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_hidden_wherever_they_stand() {
        for (url, shown) in [
            (
                "postgres://app:s3cret@db:5432/x",
                "postgres://app:***@db:5432/x",
            ),
            (
                "postgres://app:p@ss@db/x?sslmode=disable",
                "postgres://app:***@db/x?sslmode=disable",
            ),
            (
                "postgresql://app@db/x?password=s3cret&a=b",
                "postgresql://app@db/x?password=***&a=b",
            ),
            ("postgres:///x?host=/run", "postgres:///x?host=/run"),
            ("postgres://a:1,b:2/x", "postgres://a:1,b:2/x"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
