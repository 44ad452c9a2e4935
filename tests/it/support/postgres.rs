//! One throwaway PostgreSQL a test process, and a database a test, cloned from one that was migrated once.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use outside::postgres::{Cluster, Durability, Settings};
use services::{PoolSettings, Statements, Store, boot};

const TEMPLATE: &str = "tenantry_template";

static CLUSTER: LazyLock<Cluster> = LazyLock::new(start);
static NEXT: AtomicU32 = AtomicU32::new(1);

/// A migrated database of a test's own. Dropping it looks at the statements that were run in it.
pub(crate) struct Database {
    pub(crate) name: String,
    audited: bool,
}

impl Database {
    /// A new one, empty but for its tables.
    pub(crate) fn fresh() -> Self {
        LazyLock::force(&TEMPLATE_READY);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        run(
            &CLUSTER.superuser_url("postgres"),
            // CONNECT is a right of the database and not of the template's copy.
            &format!(
                "create database {name} template {TEMPLATE} owner tnt_owner; \
                 revoke all on database {name} from public; \
                 grant connect on database {name} to tnt_app, tnt_platform_app"
            ),
        );
        Self {
            name,
            audited: true,
        }
    }

    /// One whose statements are the test's own and no product's.
    pub(crate) fn unaudited() -> Self {
        let mut database = Self::fresh();
        database.audited = false;
        database
    }

    pub(crate) fn owner_url(&self) -> String {
        CLUSTER.superuser_url(&self.name)
    }

    pub(crate) fn app_url(&self) -> String {
        self.url_of(boot::APP_LOGIN)
    }

    pub(crate) fn platform_url(&self) -> String {
        self.url_of(boot::PLATFORM_LOGIN)
    }

    pub(crate) fn url_of(&self, login: &str) -> String {
        CLUSTER.login_url(login, &self.name)
    }

    /// A connection as the server's superuser, whom no policy binds.
    pub(crate) fn superuser(&self) -> PgConnection {
        PgConnection::establish(&self.owner_url()).unwrap()
    }

    /// The product's own way in.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.pools())
    }

    pub(crate) fn pools(&self) -> PoolSettings {
        PoolSettings {
            app_url: self.app_url(),
            platform_url: self.platform_url(),
            app_size: 4,
            platform_size: 2,
            wait: Duration::from_secs(2),
            connect_timeout: Duration::from_secs(5),
            statement_timeout: None,
            statements: Statements::Kept,
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let breaches = if self.audited {
            audit(self)
        } else {
            Vec::new()
        };
        run(
            &CLUSTER.superuser_url("postgres"),
            &format!("drop database {} with (force)", self.name),
        );
        assert!(
            breaches.is_empty(),
            "statements that break SCALE's rules:\n{}",
            breaches.join("\n")
        );
    }
}

#[derive(QueryableByName)]
struct Breach {
    #[diesel(sql_type = Text)]
    rule: String,
    #[diesel(sql_type = Text)]
    statement: String,
}

/// The statements of this database that a sharded node would refuse or not route.
fn audit(database: &Database) -> Vec<String> {
    if !*STATEMENTS_ARE_KEPT {
        return Vec::new();
    }
    let mut connection = database.superuser();
    connection
        .batch_execute("set client_min_messages = 'error'; create extension if not exists pg_stat_statements schema public")
        .unwrap();
    query(include_str!("../../sql/statements.sql"))
        .bind::<Text, _>(&database.name)
        .load::<Breach>(&mut connection)
        .unwrap()
        .into_iter()
        .map(|breach| format!("{}: {}", breach.rule, breach.statement))
        .collect()
}

/// A statement from text: what the product may do in one module, and its tests need everywhere.
#[allow(
    clippy::disallowed_methods,
    reason = "tests ask the database past the product"
)]
pub(crate) fn query(text: &str) -> diesel::query_builder::SqlQuery {
    diesel::sql_query(text)
}

/// Statements on a connection of their own.
pub(crate) fn run(url: &str, statements: &str) {
    let mut connection = PgConnection::establish(url).unwrap();
    for statement in statements.split("; ") {
        connection
            .batch_execute(statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

static TEMPLATE_READY: LazyLock<()> = LazyLock::new(|| {
    boot::create_database(&CLUSTER.superuser_url("postgres"), TEMPLATE).unwrap();
    boot::migrate(&CLUSTER.superuser_url(TEMPLATE)).unwrap();
});

/// The extension is PostgreSQL's own, but packaged apart from the server in places.
static STATEMENTS_ARE_KEPT: LazyLock<bool> = LazyLock::new(|| {
    let mut connection = PgConnection::establish(&CLUSTER.superuser_url("postgres")).unwrap();
    let kept = connection
        .batch_execute("set client_min_messages = 'error'; create extension if not exists pg_stat_statements; select count(*) from pg_stat_statements")
        .is_ok();
    if !kept {
        eprintln!(
            "pg_stat_statements is not at hand: no statement is checked for its tenant filter"
        );
    }
    kept
});

fn start() -> Cluster {
    let folder = own_folder();
    let with_statements = [
        ("shared_preload_libraries", "pg_stat_statements"),
        ("pg_stat_statements.max", "20000"),
        ("max_connections", "300"),
    ];
    let start = |extra: &[(&str, &str)]| {
        let mut settings = Settings::new(folder.join("server"), path());
        settings.durability = Durability::Throwaway;
        settings.settings = extra
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Cluster::start(settings, &mut |_| {})
    };
    start(&with_statements)
        .or_else(|_| start(&[("max_connections", "300")]))
        .unwrap_or_else(|error| panic!("{error}"))
}

/// A folder of this process, beside those of processes that are gone, which it sweeps.
fn own_folder() -> PathBuf {
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("it");
    std::fs::create_dir_all(&shared).unwrap();
    for entry in std::fs::read_dir(&shared).unwrap().flatten() {
        let process = Path::new("/proc").join(entry.file_name());
        if Path::new("/proc/self").exists() && !process.exists() {
            // Its server may still be ending; the next process sweeps then.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    shared.join(std::process::id().to_string())
}

#[allow(
    clippy::disallowed_methods,
    reason = "tests have no configuration to read it from"
)]
fn path() -> Vec<PathBuf> {
    std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default()
}

/// The single number that a question answers as `count`.
pub(crate) fn count(connection: &mut PgConnection, question: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }
    query(question)
        .get_result::<Count>(connection)
        .unwrap()
        .count
}
