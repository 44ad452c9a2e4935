//! The app under test: the product's own server on a free port, over a database of its own. Two tenants
//! with the same cast always exist; the clock is the test's; letters are kept and not sent.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;

use actix_session::SessionMiddleware;
use actix_session::storage::CookieSessionStore;
use actix_web::dev::ServerHandle;
use actix_web::rt::System;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, test as actix, web};
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::permission::Anyone;
use domain::staff::AnyStaff;
use domain::{PlacementKind, StaffId, StaffRole, StaffSessionToken, TenantId, UserId};
use outside::mail::{Letter, Mailer, Recorder};
use secrecy::SecretString;
use services::listen::Watch;
use services::sessions::{self, Lifetimes, Opened, Stay};
use services::{Credential, PoolSettings, StaffCredential, StoreError};
use tenantry::clock::Clock;
use tenantry::config::{Config, Flags, Sources};
use tenantry::watch::Checked;
use tenantry::{metrics, server, session, worker};

use super::cast::{self, ACME, GLOBEX, PLATFORM, World};
use super::client::Browser;
use super::keeper;
use super::postgres::{Database, count, query};

/// 32 bytes that sign the cookies of every test.
pub(crate) const SECRET: &str = "f1a94c07be5d28e3406fa7d98c1b52e0";

/// A running app. Dropping it stops the server, drops the database, and fails the test when it left jobs.
pub(crate) struct App {
    pub(crate) port: u16,
    /// Where `/metrics` is, when `metrics.port` is set.
    pub(crate) metrics: Option<u16>,
    /// `clock.advance(TimeDelta::minutes(31))`.
    pub(crate) clock: Clock,
    inner: Data<tenantry::app::App>,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
    mailer: Arc<Recorder>,
    leftovers: Mutex<bool>,
    database: Database,
}

/// Starts an app with the settings of a development machine.
pub(crate) fn start() -> App {
    start_with(&[])
}

/// The same with some settings changed, by their keys in the configuration file.
pub(crate) fn start_with(settings: &[(&str, &str)]) -> App {
    let database = Database::peopled();
    let config = config(settings);
    let inner = tenantry::app::App::open(config.clone(), &pools(&database, &config)).unwrap();
    let inner = Data::new(inner);
    let (tell, told) = mpsc::channel();
    let (serving, figured) = (inner.clone(), inner.clone());
    let thread = std::thread::spawn(move || {
        System::new().block_on(async move {
            let secret = SecretString::from(SECRET);
            let (server, port) = server::start(serving, &secret).unwrap();
            let figures = metrics::start(&figured).unwrap();
            let at = figures.as_ref().map(|(_, port)| *port);
            tell.send((server.handle(), port, at)).unwrap();
            let figures = figures.map(|(figures, _)| {
                let handle = figures.handle();
                actix_web::rt::spawn(figures);
                handle
            });
            server.await.unwrap();
            if let Some(figures) = figures {
                figures.stop(false).await;
            }
        });
    });
    let (handle, port, metrics) = told.recv().unwrap();
    App {
        port,
        metrics,
        clock: inner.clock.clone(),
        inner,
        handle,
        thread: Some(thread),
        mailer: Arc::default(),
        leftovers: Mutex::new(false),
        database,
    }
}

/// The pools of such a process: as many connections as its gate lets through.
fn pools(database: &Database, config: &Config) -> PoolSettings {
    let set = &config.database;
    PoolSettings {
        app_size: set.pool,
        dedicated: set.dedicated,
        ..database.pools()
    }
}

/// Another process over the same database. Dropping it stops it.
pub(crate) struct Beside {
    pub(crate) port: u16,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Beside {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap_or_default();
        }
    }
}

/// Nothing of this machine's environment, and small enough that many run side by side.
fn config(settings: &[(&str, &str)]) -> Config {
    let mut values: BTreeMap<String, String> = [
        ("port", "0"),
        ("secret", SECRET),
        ("server.workers", "1"),
        ("server.shutdown_timeout", "1s"),
        ("database.pool", "4"),
        ("database.platform_pool", "2"),
        ("passwords.permits", "1"),
        ("public_port", "80"),
    ]
    .into_iter()
    .chain(settings.iter().copied())
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .collect();
    values
        .entry("data".to_owned())
        .or_insert_with(|| env!("CARGO_TARGET_TMPDIR").to_owned());
    Config::read(&Sources::only(Flags { file: None, values })).unwrap()
}

impl App {
    /// Acme's owner, signed in.
    pub(crate) fn owner(&self) -> Browser {
        self.signed_in(ACME, "owner")
    }

    /// Acme's admin, signed in.
    pub(crate) fn admin(&self) -> Browser {
        self.signed_in(ACME, "admin")
    }

    /// Acme's manager, signed in.
    pub(crate) fn manager(&self) -> Browser {
        self.signed_in(ACME, "manager")
    }

    /// Acme's analyst, signed in.
    pub(crate) fn analyst(&self) -> Browser {
        self.signed_in(ACME, "analyst")
    }

    /// A member of acme, signed in.
    pub(crate) fn member(&self) -> Browser {
        self.signed_in(ACME, "member")
    }

    /// A viewer of acme, signed in.
    pub(crate) fn viewer(&self) -> Browser {
        self.signed_in(ACME, "viewer")
    }

    /// Globex's owner, signed in on globex's own host.
    pub(crate) fn stranger(&self) -> Browser {
        self.signed_in(GLOBEX, "owner")
    }

    /// Somebody of acme who was suspended, with a session from before.
    pub(crate) fn suspended(&self) -> Browser {
        self.signed_in(ACME, "suspended")
    }

    /// Somebody whom acme invited and who never came, with a session that cannot be.
    pub(crate) fn invited(&self) -> Browser {
        self.signed_in(ACME, "invited")
    }

    /// Somebody of the staff with this role, signed in at the platform's door.
    pub(crate) fn staff(&self, role: StaffRole) -> Browser {
        let lifetimes = self.lifetimes();
        let email = cast::staff_email(role).parse().unwrap();
        let token = self
            .inner
            .store
            .staff::<AnyStaff, _, StoreError>(
                StaffCredential::Anonymous,
                &cast::asked(self.clock.now()),
                |tx| {
                    let person = store::staff::people::by_email(tx, &email)?.unwrap();
                    services::staff::sessions::begin(tx, person.id, lifetimes)
                },
            )
            .unwrap();
        let browser = self.visitor_at(PLATFORM);
        browser.keep_cookie(&staff_cookie(token));
        browser
    }

    /// The id of somebody of the staff with this role.
    pub(crate) fn staff_id(&self, role: StaffRole) -> StaffId {
        let email = cast::staff_email(role).parse().unwrap();
        let found = self.inner.store.platform(self.clock.now(), |tx| {
            store::staff::people::by_email(tx, &email)
        });
        found.unwrap().unwrap().id
    }

    /// Another process with the same settings, which shares nothing with this one but the database.
    pub(crate) fn beside(&self) -> Beside {
        let config = self.inner.config.clone();
        let inner =
            tenantry::app::App::open(config.clone(), &pools(&self.database, &config)).unwrap();
        let inner = Data::new(inner);
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            System::new().block_on(async move {
                let (server, port) = server::start(inner, &SecretString::from(SECRET)).unwrap();
                tell.send((server.handle(), port)).unwrap();
                server.await.unwrap();
            });
        });
        let (handle, port) = told.recv().unwrap();
        Beside {
            port,
            handle,
            thread: Some(thread),
        }
    }

    /// Nobody, at acme's door.
    pub(crate) fn visitor(&self) -> Browser {
        self.visitor_at(&ACME.host())
    }

    /// Nobody, at any host.
    pub(crate) fn visitor_at(&self, host: &str) -> Browser {
        Browser::new(host, self.port)
    }

    /// A person of the cast with a fresh session, without a password being hashed.
    pub(crate) fn signed_in(&self, world: World, name: &str) -> Browser {
        let user = world.person(name);
        let opened = self.session(world, user);
        let mut browser = self.visitor_at(&world.host());
        browser.keep_cookie(&cookie(world.id(), opened));
        browser.user = Some(user);
        browser
    }

    /// A session's token, as the store keeps its hash.
    pub(crate) fn session(&self, world: World, user: UserId) -> Opened {
        let entry = self
            .inner
            .store
            .resolve_host(&world.host())
            .unwrap()
            .unwrap();
        let lifetimes = self.lifetimes();
        self.inner
            .store
            .tenant::<Anyone, _, StoreError>(
                &entry.scope,
                Credential::Anonymous,
                &cast::asked(self.clock.now()),
                |tx| sessions::begin(tx, user, Stay::UntilClosed, lifetimes),
            )
            .unwrap()
    }

    fn lifetimes(&self) -> Lifetimes {
        tenantry::portal::lifetimes(&self.inner.config)
    }

    /// What the server itself works with.
    pub(crate) fn inner(&self) -> &tenantry::app::App {
        &self.inner
    }

    /// A connection that sees everything, for what no page shows.
    pub(crate) fn sql(&self) -> PgConnection {
        self.database.superuser()
    }

    /// The same in the database in which a tenant lives, where its rows and its jobs are.
    pub(crate) fn sql_of(&self, world: World) -> PgConnection {
        self.database.superuser_of(world)
    }

    /// Statements that concern what each tenant has, in every database in which one lives.
    pub(crate) fn in_each_place(&self, statements: &str) {
        for mut place in self.places() {
            place.batch_execute(statements).unwrap();
        }
    }

    /// Every database in which a tenant of the cast may have something, the one with the catalogue first.
    pub(crate) fn places(&self) -> Vec<PgConnection> {
        let own = match cast::placement() {
            PlacementKind::Database => vec![ACME, GLOBEX],
            PlacementKind::Shared | PlacementKind::Schema => Vec::new(),
        };
        // One that was moved lives where somebody else does.
        let away = |world: &World| self.database_of(*world) != self.database();
        let own = own.into_iter().filter(away);
        let own = own.map(|world| self.sql_of(world));
        std::iter::once(self.sql()).chain(own).collect()
    }

    /// A connection as one of the product's own logins.
    pub(crate) fn sql_as(&self, login: &str) -> PgConnection {
        PgConnection::establish(&self.database.url_of(login)).unwrap()
    }

    /// The same in the database in which a tenant lives.
    pub(crate) fn login_of(&self, world: World, login: &str) -> PgConnection {
        PgConnection::establish(&self.database.url_of_at(world, login)).unwrap()
    }

    /// Where one of the product's own logins connects.
    pub(crate) fn url_as(&self, login: &str) -> String {
        self.database.url_of(login)
    }

    /// Closes the server's own functions to the console's logins, as the start of a server of our own does.
    pub(crate) fn lock_down(&self) {
        let done = services::boot::lock_down(&self.database.owner_url()).unwrap();
        assert_eq!(done, services::boot::Lockdown::Done);
    }

    /// Watches the database as a serving process does, until this is dropped.
    pub(crate) fn watch(&self) -> Watch {
        let pools = self.database.pools();
        let url = self.database.app_url();
        let (watch, _) =
            tenantry::watch::begin(&self.inner, &pools, &url, Checked::Safe, Arc::default())
                .unwrap();
        watch
    }

    /// From here on statements of the test's own are run in its database, which no product would.
    pub(crate) fn allow_any_statement(&mut self) {
        self.database.allow_any_statement();
    }

    /// The name of this test's database.
    pub(crate) fn database(&self) -> &str {
        &self.database.name
    }

    /// The name of the database in which a tenant lives.
    pub(crate) fn database_of(&self, world: World) -> String {
        self.database.name_of(world)
    }

    /// A connection to the server that is in no test's database.
    pub(crate) fn server(&self) -> PgConnection {
        PgConnection::establish(&keeper::server().superuser_url("postgres")).unwrap()
    }

    /// A tenant's table by its whole name, wherever the tenant lives: `app.table(ACME, "users")`, for `app.sql_of(ACME)`.
    pub(crate) fn table(&self, world: World, name: &str) -> String {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            schema: String,
        }
        let text = "select schema_name as schema from node.placements where tenant_id = $1";
        let row: Row = query(text)
            .bind::<diesel::sql_types::Uuid, _>(world.id().uuid())
            .get_result(&mut self.sql_of(world))
            .unwrap();
        format!("{}.{name}", row.schema)
    }

    /// One number from the database: `app.count("shared.users where status = 'active'")`. Of what tenants have, from each
    /// database in which one of the cast lives too.
    pub(crate) fn count(&self, of: &str) -> i64 {
        let asked = format!("select count(*) as count from {of}");
        let of_tenants = [
            "shared.",
            "node.jobs",
            "node.placements",
            "node.console_logins",
            "current_database()",
            "pg_tables",
            "pg_attribute",
        ];
        if !of_tenants.iter().any(|table| of.contains(table)) {
            return count(&mut self.sql(), &asked);
        }
        let counted = self.places().into_iter();
        counted.map(|mut place| count(&mut place, &asked)).sum()
    }

    /// Acme's audit log, oldest first, one line an entry: `done user.invited by Owner of acme: Ada`.
    pub(crate) fn audit(&self) -> Vec<String> {
        self.audit_of(ACME)
    }

    /// A tenant's audit log.
    pub(crate) fn audit_of(&self, world: World) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let log = self.table(world, "audit_entries");
        let text = format!(
            "select concat(outcome, ' ', action, ' by ', actor_name, ': ', target_name) as line \
             from {log} where tenant_id = $1 order by seq"
        );
        query(&text)
            .bind::<diesel::sql_types::Uuid, _>(world.id().uuid())
            .load::<Row>(&mut self.sql_of(world))
            .unwrap()
            .into_iter()
            .map(|row| row.line)
            .collect()
    }

    /// The platform's audit log, oldest first, one line an entry as in [`Self::audit`].
    pub(crate) fn platform_audit(&self) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let text = "select concat(outcome, ' ', action, ' by ', actor_name, ': ', target_name) as line \
                    from catalogue.audit_entries order by seq";
        query(text)
            .load::<Row>(&mut self.sql())
            .unwrap()
            .into_iter()
            .map(|row| row.line)
            .collect()
    }

    /// Looks at every database of a tenant's own as is done each minute.
    pub(crate) fn settle(&self) {
        let (store, now) = (&self.inner.store, self.clock.now());
        for place in store.own_places(now).unwrap() {
            store.settle(&place, now).unwrap();
        }
    }

    /// Does every job that is due, and says how many there were.
    pub(crate) fn run_jobs(&self) -> usize {
        let bench =
            worker::bench(&self.inner, Arc::clone(&self.mailer) as Arc<dyn Mailer>).unwrap();
        services::worker::run_due(bench).unwrap()
    }

    /// Writes down what was measured until now.
    pub(crate) fn write_down_usage(&self) {
        let inner = &self.inner;
        let written = inner.usage.flush(&inner.store, inner.clock.now(), false);
        written.unwrap();
    }

    /// The letters that jobs have sent so far, the earliest first.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        self.mailer.letters()
    }

    /// The mailer, to be told to fail.
    pub(crate) fn mailer(&self) -> &Recorder {
        &self.mailer
    }

    /// Says that this test leaves jobs behind on purpose.
    pub(crate) fn leaves_jobs(&self) {
        *self.leftovers.lock().unwrap() = true;
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // The message is sent by the call; the future only waits for its effect, as the join below does.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap_or_default();
        }
        if std::thread::panicking() || *self.leftovers.lock().unwrap() {
            return;
        }
        let left = self.count("node.jobs where state in ('queued', 'running')");
        assert_eq!(left, 0, "jobs are left: run them, or say leaves_jobs()");
    }
}

/// The cookie of a session, as the product itself would set it.
pub(crate) fn cookie(tenant: TenantId, opened: Opened) -> String {
    let layer = session::layer(session::cookie_key(SECRET));
    given(layer, move |request| {
        session::begin(request, tenant, &opened.token, opened.keep_for);
    })
}

/// The same for staff.
fn staff_cookie(token: StaffSessionToken) -> String {
    let layer = session::staff::layer(session::cookie_key(SECRET));
    given(layer, move |request| session::staff::begin(request, &token))
}

fn given(
    layer: SessionMiddleware<CookieSessionStore>,
    begin: impl Fn(&HttpRequest) + 'static,
) -> String {
    let begin = std::rc::Rc::new(begin);
    System::new().block_on(async {
        let give = move |request: HttpRequest| {
            let begin = std::rc::Rc::clone(&begin);
            async move {
                begin(&request);
                HttpResponse::Ok().finish()
            }
        };
        let app = actix::init_service(
            actix_web::App::new()
                .wrap(layer)
                .route("/", web::get().to(give)),
        )
        .await;
        let answer = actix::call_service(&app, actix::TestRequest::get().to_request()).await;
        let cookie = answer.headers().get("set-cookie").unwrap();
        cookie.to_str().unwrap().to_owned()
    })
}
