//! A server for all tests of this binary, a database for each, and two tenants in it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use domain::permission::{Access, System};
use domain::{EmailAddress, Locale, TenantId, TenantSettings, TimeZone};
use outside::mail::Recorder;
use outside::postgres::{Cluster, Durability, Settings};
use services::letters::Scheme;
use services::usage::Usage;
use services::worker::{Bench, Outcome, Work, Worker, WorkerSettings, kinds};
use services::{
    ContextKey, Credential, PoolSettings, Request, Statements, Store, StoreError, TenantEntry,
    TenantTx,
};
use store::catalogue::NewTenant;
use store::{Failure, boot};
use uuid::Uuid;

static CLUSTER: OnceLock<Mutex<Cluster>> = OnceLock::new();
static NUMBER: AtomicU32 = AtomicU32::new(0);
const TEMPLATE: &str = "tenantry_template";

/// A database of a test's own.
pub struct Place {
    pub store: Store,
    pub app_url: String,
    pub platform_url: String,
    pub owner: Mutex<PgConnection>,
    pub owner_url: String,
    pub acme: TenantEntry,
    pub globex: TenantEntry,
    pub mailer: Arc<Recorder>,
}

pub fn cluster() -> &'static Mutex<Cluster> {
    CLUSTER.get_or_init(|| Mutex::new(start_cluster()))
}

/// A server in a folder of its own; it ends with the process, and the next process clears its folder away.
pub fn start_cluster() -> Cluster {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("servers");
    std::fs::create_dir_all(&all).unwrap();
    clear(&all);
    let folder = tempfile::Builder::new()
        .prefix(&format!("{}-", std::process::id()))
        .permissions(Permissions::from_mode(0o755))
        .tempdir_in(&all)
        .unwrap()
        .keep();
    let path = std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect();
    let settings = Settings {
        durability: Durability::Throwaway,
        settings: vec![("max_connections".to_owned(), "200".to_owned())],
        ..Settings::new(folder, path)
    };
    let cluster = Cluster::start(settings, &mut |_| {}).unwrap();
    let mut owner = PgConnection::establish(&cluster.superuser_url("postgres")).unwrap();
    owner
        .batch_execute(&format!("create database {TEMPLATE}"))
        .unwrap();
    boot::migrate(&cluster.superuser_url(TEMPLATE)).unwrap();
    boot::give_key(&cluster.superuser_url(TEMPLATE), &key(), true).unwrap();
    cluster
}

/// Ends the server as a crash does, and starts it again.
pub fn crash(cluster: &mut Cluster) {
    let postmaster = cluster.pid().unwrap().to_string();
    kill("QUIT", &postmaster);
    while !cluster.revive(&mut |_| {}).unwrap() {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Sends a signal, as an operator's shell does.
pub fn kill(signal: &str, pid: &str) -> bool {
    let mut command = std::process::Command::new("kill");
    command.args([&format!("-{signal}"), pid]);
    command.stderr(std::process::Stdio::null());
    command.status().unwrap().success()
}

/// Removes what processes left behind that are no more.
fn clear(all: &Path) {
    for entry in std::fs::read_dir(all).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap_or_default();
        let owner: Option<u32> = name.split('-').next().and_then(|pid| pid.parse().ok());
        let lives = owner.is_some_and(|pid| Path::new("/proc").join(pid.to_string()).exists());
        if !lives {
            // Another process may be clearing the same folder.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A fresh database on the common server.
pub fn place() -> Place {
    place_on(&cluster().lock().unwrap())
}

pub fn place_on(cluster: &Cluster) -> Place {
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    PgConnection::establish(&cluster.superuser_url("postgres"))
        .unwrap()
        .batch_execute(&format!("create database {name} template {TEMPLATE}"))
        .unwrap();
    let (app_url, platform_url) = (
        cluster.login_url("tnt_app", &name),
        cluster.login_url("tnt_platform_app", &name),
    );
    let store = open(&app_url, &platform_url);
    let [acme, globex] = ["acme", "globex"].map(|slug| tenant(&store, slug));
    let owner = PgConnection::establish(&cluster.superuser_url(&name)).unwrap();
    Place {
        store,
        app_url,
        platform_url,
        owner: Mutex::new(owner),
        owner_url: cluster.superuser_url(&name),
        acme,
        globex,
        mailer: Arc::default(),
    }
}

pub fn open(app_url: &str, platform_url: &str) -> Store {
    Store::open(&PoolSettings {
        app_url: app_url.to_owned(),
        platform_url: platform_url.to_owned(),
        owner_url: None,
        app_size: 20,
        platform_size: 10,
        own_databases: 4,
        own_size: 2,
        stock: 0,
        dedicated: 0,
        wait: Duration::from_secs(10),
        statements: Statements::Kept,
        connect_timeout: Duration::from_secs(5),
        statement_timeout: None,
        context_key: key(),
        seal_key: services::SealKey::of(&[7; 32]),
    })
}

/// By which these tests enter tenants.
pub fn key() -> ContextKey {
    ContextKey::of(b"a key of tests")
}

pub fn tenant(store: &Store, slug: &str) -> TenantEntry {
    let id = TenantId::from_uuid(Uuid::now_v7());
    let new = NewTenant {
        settings: TenantSettings {
            locale: Locale::EnGb,
            timezone: TimeZone::parse("Europe/Berlin").unwrap(),
            ..TenantSettings::default()
        },
        ..NewTenant::plain(id, slug, &format!("{slug} & Söhne"))
    };
    store
        .platform(Utc::now(), |tx| tx.add_tenant(&new))
        .unwrap();
    store.resolve_tenant(id).unwrap().unwrap()
}

pub fn request() -> Request {
    Request {
        now: Utc::now(),
        request_id: Uuid::now_v7(),
        address: Some("2001:db8::7".parse().unwrap()),
        device: "Firefox on macOS".to_owned(),
    }
}

impl Place {
    /// Work in the tenant, as the system.
    pub fn inside<T, E: Failure>(
        &self,
        tenant: &TenantEntry,
        work: impl FnMut(&mut TenantTx<'_, System>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.inside_as(tenant, work)
    }

    pub fn inside_as<P: Access, T, E: Failure>(
        &self,
        tenant: &TenantEntry,
        work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store
            .tenant(&tenant.scope, Credential::System("test"), &request(), work)
    }

    pub fn bench(&self) -> Bench {
        Bench {
            mailer: self.mailer.clone(),
            ..bench(self.store.clone())
        }
    }

    pub fn worker(&self, run: fn(&Work<'_>) -> Outcome) -> Worker {
        let bench = Bench {
            run,
            ..self.bench()
        };
        Worker::start(bench, brisk()).unwrap()
    }

    /// One number, asked as the superuser.
    pub fn count(&self, sql: &str) -> i64 {
        diesel::sql_query(format!("select ({sql})::bigint as number"))
            .get_result::<Number>(&mut *self.owner.lock().unwrap())
            .unwrap()
            .number
    }

    /// The same while the server comes and goes: nothing while it is away.
    pub fn try_count(&self, sql: &str) -> Option<i64> {
        let mut owner = self.owner.lock().unwrap();
        let found = diesel::sql_query(format!("select ({sql})::bigint as number"))
            .get_result::<Number>(&mut *owner);
        match found {
            Ok(found) => Some(found.number),
            Err(_) => {
                if let Ok(again) = PgConnection::establish(&self.owner_url) {
                    *owner = again;
                }
                None
            }
        }
    }

    /// One text, asked as the superuser.
    pub fn text(&self, sql: &str) -> Option<String> {
        diesel::sql_query(format!("select ({sql})::text as word"))
            .get_result::<Word>(&mut *self.owner.lock().unwrap())
            .unwrap()
            .word
    }

    /// Something done as the superuser, past every guard.
    pub fn force(&self, sql: &str) {
        self.owner.lock().unwrap().batch_execute(sql).unwrap();
    }

    pub fn wait_until(&self, at_most: Duration, sql: &str) {
        let deadline = Instant::now() + at_most;
        while self.count(&format!("case when {sql} then 1 else 0 end")) == 0 {
            assert!(
                Instant::now() < deadline,
                "not within {at_most:?}: {sql}; {:?}",
                self.text("select string_agg(distinct concat_ws(' ', kind, state, attempts, last_error), '; ') from node.jobs")
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

pub fn bench(store: Store) -> Bench {
    Bench {
        store,
        usage: Arc::new(Usage::begin()),
        mailer: Arc::new(Recorder::default()),
        sender: EmailAddress::parse("portal@tenantry.example").unwrap(),
        scheme: Scheme::Http,
        port: Some(8080),
        platform_host: "admin.localhost".to_owned(),
        now: Arc::new(Utc::now),
        run: kinds::run,
    }
}

/// Everything in a hurry.
pub fn brisk() -> WorkerSettings {
    WorkerSettings {
        threads: 2,
        lease: Duration::from_secs(30),
        keep_every: Duration::from_millis(200),
        idle: Duration::from_millis(50),
    }
}

#[derive(QueryableByName)]
pub struct Number {
    #[diesel(sql_type = BigInt)]
    pub number: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Nullable<Text>)]
    word: Option<String>,
}

/// A statement as one of the runtime logins, with the SQLSTATE's words when it fails.
pub fn attempt(url: &str, sql: &str) -> Result<(), String> {
    let mut connection = PgConnection::establish(url).unwrap();
    connection
        .batch_execute(sql)
        .map_err(|error| error.to_string())
}

pub fn later(seconds: i64) -> DateTime<Utc> {
    Utc::now() + chrono::TimeDelta::seconds(seconds)
}

#[allow(dead_code, reason = "named by tests that spell out their error type")]
pub type Stored<T> = Result<T, StoreError>;
