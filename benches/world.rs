//! The world that is measured: a PostgreSQL of its own, 1,000 tenants of 1,000 people and one of 100,000,
//! and the real server in this process.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use actix_web::web::Data;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use domain::{Password, TenantId};
use outside::postgres::{Cluster, Durability, Settings};
use services::{PoolSettings, Statements, boot};
use tenantry::app::App;
use tenantry::config::{Config, Flags, Sources};

/// Tenants of a thousand people.
pub(crate) const TENANTS: usize = 1_000;
/// The password of every owner.
pub(crate) const PASSWORD: &str = "benches-measure-what-is-true";
/// The tenant with a hundred thousand people.
pub(crate) const BIG: usize = TENANTS + 1;

pub(crate) struct World {
    pub(crate) app: Data<App>,
    pub(crate) address: SocketAddr,
    pub(crate) cluster: Cluster,
    pub(crate) folder: tempfile::TempDir,
}

impl World {
    pub(crate) fn make() -> Self {
        let begun = Instant::now();
        let folder = {
            use std::os::unix::fs::PermissionsExt;
            let open = std::fs::Permissions::from_mode(0o755);
            tempfile::Builder::new()
                .prefix("tenantry-bench")
                .permissions(open)
                .tempdir()
                .unwrap()
        };
        let config = config(&folder);
        let mut settings =
            Settings::new(folder.path().join("postgres"), config.database.path.clone());
        settings.durability = Durability::Throwaway;
        for (name, value) in [
            ("max_connections", "60"),
            ("shared_buffers", "1GB"),
            ("max_wal_size", "4GB"),
            ("session_preload_libraries", "auto_explain"),
        ] {
            settings.settings.push((name.to_owned(), value.to_owned()));
        }
        let cluster = Cluster::start(settings, &mut |_| {}).unwrap();
        boot::create_database(&cluster.superuser_url("postgres"), "tenantry").unwrap();
        let owner_url = cluster.superuser_url("tenantry");
        boot::migrate(&owner_url).unwrap();
        boot::give_key(&owner_url, &config.context_key().unwrap(), true).unwrap();
        let app = Data::new(App::open(config.clone(), &pools(&config, &cluster)).unwrap());
        let hash = app
            .passwords
            .hash_blocking(Password::typed(PASSWORD.to_owned()).unwrap())
            .unwrap();
        fill(&cluster, hash.as_str());
        let address = serve(app.clone());
        println!(
            "World of {TENANTS} x 1,000 and 1 x 100,000 people made in {} s.",
            begun.elapsed().as_secs()
        );
        Self {
            app,
            address,
            cluster,
            folder,
        }
    }

    /// Signs the owner of a tenant in, for real, and answers the cookies.
    pub(crate) fn sign_in(&self, tenant: usize) -> String {
        let (status, _, head) = crate::load::once(self.address, &sign_in_request(tenant, tenant));
        assert_eq!(status, 303, "{head}");
        let cookies: Vec<&str> = head
            .lines()
            .filter_map(|line| line.strip_prefix("set-cookie: "))
            .filter_map(|cookie| cookie.split(';').next())
            .collect();
        cookies.join("; ")
    }

    /// The id of a tenant by its number.
    pub(crate) fn tenant_id(&self, tenant: usize) -> uuid::Uuid {
        let entry = self
            .app
            .store
            .resolve_host(&format!("t{tenant}.localhost"))
            .unwrap()
            .unwrap();
        entry.scope.tenant().uuid()
    }

    /// The database in which a tenant lives, and the schema there.
    pub(crate) fn place_of(&self, tenant: uuid::Uuid) -> (String, String) {
        let own = self.app.store.platform(self.app.clock.now(), |tx| {
            tx.own_schema(TenantId::from_uuid(tenant))
        });
        let own = own.map_err(|error: services::StoreError| error).unwrap();
        let (home, shared) = ("tenantry".to_owned(), "shared".to_owned());
        match own {
            Some(name) if name.starts_with("d_") => (name, shared),
            Some(name) => (home, name),
            None => (home, shared),
        }
    }

    /// How this process reaches the database.
    pub(crate) fn pools(&self) -> PoolSettings {
        pools(&self.app.config, &self.cluster)
    }

    /// The schemas with tenants' tables.
    pub(crate) fn schemas(&self) -> Vec<String> {
        let all = self
            .app
            .store
            .platform(self.app.clock.now(), |tx| tx.schemas_of_tenants());
        let all = all.map_err(|error: services::StoreError| error).unwrap();
        all.into_iter().map(|(schema, _)| schema).collect()
    }

    /// Statements past every guard, for what surrounds a measurement.
    pub(crate) fn superuser_do(&self, sql: &str) {
        PgConnection::establish(&self.cluster.superuser_url("tenantry"))
            .unwrap()
            .batch_execute(sql)
            .unwrap();
    }
}

/// The form of the sign-in page; each `network` is another address, so that nothing is throttled.
pub(crate) fn sign_in_request(tenant: usize, network: usize) -> String {
    let body = format!("email=owner%40t{tenant}.example&password={PASSWORD}&next=%2F");
    format!(
        "POST /sign-in HTTP/1.1\r\nHost: t{tenant}.localhost\r\nX-Forwarded-For: 10.{}.{}.7\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        network / 250 % 250,
        network % 250,
        body.len()
    )
}

/// A page as a signed-in owner.
pub(crate) fn page_request(tenant: usize, path: &str, cookie: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: t{tenant}.localhost\r\nCookie: {cookie}\r\n\r\n")
}

fn config(folder: &tempfile::TempDir) -> Config {
    let values = [
        ("port", "0".to_owned()),
        ("data", folder.path().display().to_string()),
        ("proxies.trusted", "127.0.0.1/32".to_owned()),
        ("log.filter", "warn".to_owned()),
        ("api.queries_per_minute", "1000000".to_owned()),
    ];
    let values = values
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    Config::read(&Sources::of_process(Flags { file: None, values })).unwrap()
}

fn pools(config: &Config, cluster: &Cluster) -> PoolSettings {
    PoolSettings {
        app_url: cluster.login_url("tnt_app", "tenantry"),
        platform_url: cluster.login_url("tnt_platform_app", "tenantry"),
        owner_url: Some(cluster.superuser_url("tenantry")),
        app_size: config.database.pool,
        platform_size: 2,
        own_databases: 4,
        own_size: 2,
        stock: 0,
        dedicated: 0,
        wait: Duration::from_secs(5),
        connect_timeout: Duration::from_secs(5),
        statement_timeout: None,
        statements: Statements::Kept,
        context_key: config.context_key().unwrap(),
        seal_key: config.seal_key().unwrap(),
    }
}

fn serve(app: Data<App>) -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let secret = app.config.secret.or_make().unwrap();
            let (server, port) = tenantry::server::start(app, &secret).unwrap();
            tell.send(port).unwrap();
            server.await.unwrap();
        });
    });
    SocketAddr::from(([127, 0, 0, 1], told.recv().unwrap()))
}

fn fill(cluster: &Cluster, hash: &str) {
    let mut connection = PgConnection::establish(&cluster.superuser_url("tenantry")).unwrap();
    let sql = include_str!("world.sql")
        .replace(":hash", &format!("'{hash}'"))
        .replace(":tenants", &TENANTS.to_string());
    connection.batch_execute(&sql).unwrap();
    connection.batch_execute("vacuum analyze").unwrap();
}
