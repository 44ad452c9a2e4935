//! A database a test, cloned from a template that was migrated once. Dropping it looks at the statements
//! that were run in it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::{PlacementKind, TenantId};
use services::{ApplicationKey, ContextKey, PoolSettings, SealKey, Statements, Store, boot};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::app::SECRET;
use super::cast::{self, ACME, GLOBEX, World};
use super::keeper;

/// What makes the superuser's statements about `shared` those about tenants in schemas of their own too. The product, which
/// asks each schema by its own name, sees no difference.
const GATHERED: &str = include_str!("../../sql/gathered.sql");

/// A migrated database of a test's own.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) name: String,
    audited: bool,
}

/// What a new database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Template {
    /// Tables alone.
    Bare,
    /// The two tenants of the cast.
    Peopled,
}

impl Database {
    /// A new one, empty but for its tables.
    pub(crate) fn fresh() -> Self {
        Self::cloned(Template::Bare)
    }

    /// One whose statements are the test's own and no product's.
    pub(crate) fn unaudited() -> Self {
        let mut database = Self::fresh();
        database.audited = false;
        database
    }

    /// Whatever is run in it from here on may be the test's own.
    pub(crate) fn allow_any_statement(&mut self) {
        self.audited = false;
    }

    /// One in which the cast lives.
    pub(crate) fn peopled() -> Self {
        Self::cloned(Template::Peopled)
    }

    fn cloned(template: Template) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let count = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{count}", std::process::id());
        let model = template.ready();
        clone(model, &name);
        let database = Self {
            name,
            audited: true,
        };
        if template.has_own_databases() {
            database.clone_own(model);
        }
        database
    }

    /// Gives each tenant of the cast a copy of its database in the template, under a name of this test's.
    fn clone_own(&self, model: &str) {
        let mut home = self.superuser();
        for world in [ACME, GLOBEX] {
            let name = format!("d_{}", Uuid::new_v4().simple());
            clone(&format!("{model}_{}", world.slug), &name);
            let old = own_database(&mut home, world).unwrap();
            // The product never gives a database another name.
            home.batch_execute(&format!(
                "begin; set local session_replication_role = replica; \
                 update catalogue.databases set name = '{name}' where name = '{old}'; \
                 update catalogue.placements set database_name = '{name}' where database_name = '{old}'; \
                 update node.ledger set schema_name = '{name}' where schema_name = '{old}'; commit"
            ))
            .unwrap();
        }
    }

    pub(crate) fn owner_url(&self) -> String {
        superuser_url(&self.name)
    }

    pub(crate) fn app_url(&self) -> String {
        self.url_of(boot::APP_LOGIN)
    }

    pub(crate) fn platform_url(&self) -> String {
        self.url_of(boot::PLATFORM_LOGIN)
    }

    pub(crate) fn url_of(&self, login: &str) -> String {
        keeper::server().login_url(login, &self.name)
    }

    /// The same in the database in which a tenant lives.
    pub(crate) fn url_of_at(&self, world: World, login: &str) -> String {
        keeper::server().login_url(login, &self.name_of(world))
    }

    /// The name of the database in which a tenant lives.
    pub(crate) fn name_of(&self, world: World) -> String {
        own_database(&mut self.superuser(), world).unwrap_or_else(|| self.name.clone())
    }

    /// A connection as the server's superuser, whom no policy binds.
    pub(crate) fn superuser(&self) -> PgConnection {
        PgConnection::establish(&self.owner_url()).unwrap()
    }

    /// The same in the database in which a tenant lives.
    pub(crate) fn superuser_of(&self, world: World) -> PgConnection {
        PgConnection::establish(&superuser_url(&self.name_of(world))).unwrap()
    }

    /// The product's own way in.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.pools())
    }

    pub(crate) fn pools(&self) -> PoolSettings {
        pools(&self.name)
    }
}

/// A copy of a template, open to whom the product lets in.
fn clone(model: &str, name: &str) {
    // CONNECT is a right of the database and not of the template's copy.
    run(
        &superuser_url("postgres"),
        &format!(
            "create database {name} template {model} owner tnt_owner; \
             revoke all on database {name} from public; \
             grant connect on database {name} to tnt_app, tnt_platform_app, tnt_console, tnt_vendor_app"
        ),
    );
}

/// The database of its own in which a tenant lives.
fn own_database(home: &mut PgConnection, world: World) -> Option<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let text = "select database_name as name from catalogue.placements \
                where tenant_id = $1 and database_name is not null";
    let row: Option<Row> = query(text)
        .bind::<diesel::sql_types::Uuid, _>(world.id().uuid())
        .get_result(home)
        .optional()
        .unwrap();
    row.map(|row| row.name)
}

fn pools(database: &str) -> PoolSettings {
    let server = keeper::server();
    PoolSettings {
        app_url: server.login_url(boot::APP_LOGIN, database),
        platform_url: server.login_url(boot::PLATFORM_LOGIN, database),
        owner_url: Some(superuser_url(database)),
        app_size: 4,
        platform_size: 2,
        own_databases: 4,
        own_size: 2,
        stock: 0,
        dedicated: 4,
        wait: Duration::from_secs(2),
        connect_timeout: Duration::from_secs(5),
        statement_timeout: None,
        statements: Statements::Kept,
        context_key: context_key(),
        seal_key: seal_key(),
    }
}

/// By which the tests enter tenants: of the secret that their processes are given.
pub(crate) fn context_key() -> ContextKey {
    ContextKey::of(SECRET.as_bytes())
}

/// By which the addresses of other servers are sealed.
pub(crate) fn seal_key() -> SealKey {
    SealKey::of(SECRET.as_bytes())
}

/// By which an application of the vendor's does.
pub(crate) fn application_key() -> ApplicationKey {
    ApplicationKey::of(SECRET.as_bytes())
}

/// What enters a tenant at its first place, as the guard does.
pub(crate) fn entry(tenant: TenantId) -> String {
    let proof = context_key().proof(tenant, false);
    format!("select app.enter_tenant('{}', 1, '{proof}')", tenant.uuid())
}

impl Drop for Database {
    fn drop(&mut self) {
        let breaches = if self.audited && !std::thread::panicking() {
            audit(self)
        } else {
            Vec::new()
        };
        let own = own_databases(self);
        let all = std::iter::once(&self.name).chain(&own);
        let logins: Vec<String> = all.flat_map(|name| console_logins(name)).collect();
        for own in own {
            run(
                &superuser_url("postgres"),
                &format!("drop database if exists {own} with (force)"),
            );
        }
        run(
            &superuser_url("postgres"),
            &format!("drop database {} with (force)", self.name),
        );
        // Roles are the server's, and outlive the database.
        for login in logins {
            run(
                &superuser_url("postgres"),
                &format!("drop role if exists {login}"),
            );
        }
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

/// The logins that the console made in a database; none where the tables were taken away.
fn console_logins(database: &str) -> Vec<String> {
    names(
        database,
        "select role_name as name from node.console_logins",
    )
}

/// The databases of tenants' own that came to this one; none where the tables were taken away.
fn own_databases(database: &Database) -> Vec<String> {
    names(&database.name, "select name from catalogue.databases")
}

/// What a question answers as `name`; nothing where it cannot be asked.
fn names(database: &str, question: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    // A test that failed may have left its database shut.
    let Ok(mut connection) = PgConnection::establish(&superuser_url(database)) else {
        return Vec::new();
    };
    let rows: Vec<Row> = query(question).load(&mut connection).unwrap_or_default();
    rows.into_iter().map(|row| row.name).collect()
}

/// The statements of this database that a sharded node would refuse or not route.
fn audit(database: &Database) -> Vec<String> {
    let mut connection = database.superuser();
    if !knows_statements(&mut connection) {
        return Vec::new();
    }
    let own = own_databases(database);
    let mut breaches = Vec::new();
    for name in std::iter::once(&database.name).chain(&own) {
        let found = query(include_str!("../../sql/statements.sql"))
            .bind::<Text, _>(name)
            .load::<Breach>(&mut connection);
        breaches.extend(found.unwrap());
        // Others look through the same memory.
        query("select pg_stat_statements_reset(0, oid, 0) from pg_database where datname = $1")
            .bind::<Text, _>(name)
            .execute(&mut connection)
            .unwrap();
    }
    breaches
        .into_iter()
        .map(|breach| format!("{}: {}", breach.rule, breach.statement))
        .collect()
}

/// The extension is PostgreSQL's own, but packaged apart from the server in places.
fn knows_statements(connection: &mut PgConnection) -> bool {
    count(
        connection,
        "select count(*) as count from pg_extension where extname = 'pg_stat_statements'",
    ) == 1
}

impl Template {
    /// Its name, made at the first call of all processes.
    fn ready(self) -> &'static str {
        static BARE: OnceLock<String> = OnceLock::new();
        static PEOPLED: OnceLock<String> = OnceLock::new();
        let (name, prefix) = match self {
            Self::Bare => (&BARE, "bare"),
            Self::Peopled => match cast::placement() {
                PlacementKind::Shared => (&PEOPLED, "peopled"),
                PlacementKind::Schema => (&PEOPLED, "schemed"),
                PlacementKind::Database => (&PEOPLED, "housed"),
            },
        };
        name.get_or_init(|| {
            let name = format!("{prefix}_{}", fingerprint());
            keeper::alone(|| {
                if !databases(prefix).contains(&name) {
                    sweep(prefix);
                    self.make(&name);
                }
            });
            name
        })
    }

    /// Whether tenants of the cast have a database each beside it.
    fn has_own_databases(self) -> bool {
        self == Self::Peopled && cast::placement() == PlacementKind::Database
    }

    fn make(self, name: &str) {
        let making = format!("making_{}", std::process::id());
        let url = superuser_url(&making);
        boot::create_database(&superuser_url("postgres"), &making).unwrap();
        boot::migrate(&url).unwrap();
        boot::give_key(&url, &context_key(), true).unwrap();
        boot::give_application_key(&url, &application_key(), true).unwrap();
        if self == Self::Peopled {
            cast::settle(&pools(&making));
        }
        let mut connection = PgConnection::establish(&url).unwrap();
        connection
            .batch_execute("set client_min_messages = 'error'")
            .unwrap();
        if self == Self::Peopled && cast::placement() == PlacementKind::Schema {
            connection.batch_execute(GATHERED).unwrap();
        }
        let kept = connection
            .batch_execute("create extension pg_stat_statements schema public")
            .and_then(|()| connection.batch_execute("select count(*) from pg_stat_statements"));
        if kept.is_err() {
            eprintln!(
                "pg_stat_statements is not at hand: no statement is checked for its tenant filter"
            );
            let _ = connection.batch_execute("drop extension if exists pg_stat_statements");
        }
        connection.batch_execute("vacuum analyze").unwrap();
        if self.has_own_databases() {
            for world in [ACME, GLOBEX] {
                let own = own_database(&mut connection, world).unwrap();
                run(&superuser_url(&own), "vacuum analyze");
                let rename = format!("alter database {own} rename to {name}_{}", world.slug);
                run(&superuser_url("postgres"), &rename);
            }
        }
        drop(connection);
        run(
            &superuser_url("postgres"),
            &format!("alter database {making} rename to {name}"),
        );
    }
}

/// Clears what killed tests and older schemas left.
fn sweep(prefix: &str) {
    let gone = |name: &String| {
        let process = name.split('_').nth(1).unwrap_or_default();
        Path::new("/proc/self").exists() && !Path::new("/proc").join(process).exists()
    };
    let of_tests = databases("test_").into_iter().filter(gone);
    let unfinished = databases("making_").into_iter().filter(gone);
    for old in of_tests.chain(unfinished).chain(databases(prefix)) {
        // Somebody may be in one of them, with an older build than this one.
        let mut connection = PgConnection::establish(&superuser_url("postgres")).unwrap();
        let _ = connection.batch_execute(&format!("drop database if exists {old}"));
    }
}

fn databases(prefix: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let mut connection = PgConnection::establish(&superuser_url("postgres")).unwrap();
    query("select datname::text as name from pg_database where starts_with(datname::text, $1)")
        .bind::<Text, _>(prefix)
        .load::<Row>(&mut connection)
        .unwrap()
        .into_iter()
        .map(|row| row.name)
        .collect()
}

/// Of everything that the templates are made from.
fn fingerprint() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![root.join("tests/it/support/cast.rs")];
    gather(&root.join("migrations"), &mut files);
    gather(&root.join("crates/store/sql"), &mut files);
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(
            file.strip_prefix(root)
                .unwrap()
                .as_os_str()
                .as_encoded_bytes(),
        );
        hash.update(std::fs::read(file).unwrap());
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..8])
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else {
            files.push(path);
        }
    }
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

pub(crate) fn superuser_url(database: &str) -> String {
    keeper::server().superuser_url(database)
}
