//! Databases of tenants' own on another server: added, lived on, moved to and from, emptied and removed. The other server is a
//! real one whose logins have passwords, and its owner is no superuser.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use outside::postgres::{Cluster, Durability, Settings};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use services::boot::{self, Owner};
use services::{SealKey, StoreError};

use crate::moves::{FAST, moves, platform, reads, writes};
use crate::processes::path;
use crate::support::app::{self, App};
use crate::support::cast::ACME;
use crate::support::keys::Program;
use crate::support::postgres::{context_key, count, query, seal_key, superuser_url};
use crate::tenant_processes::until;

const UMBRELLA: &str = "umbrella";

/// A server beside the catalogue's.
pub(crate) struct Other {
    cluster: Cluster,
    _folder: tempfile::TempDir,
}

impl Other {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut settings = Settings::new(folder.path(), path());
        settings.durability = Durability::Throwaway;
        let cluster =
            Cluster::start(settings, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"));
        let other = Self {
            cluster,
            _folder: folder,
        };
        let hba: PathBuf = other.setting("hba_file").into();
        std::fs::write(
            hba,
            "local all postgres trust\nlocal all all scram-sha-256\n",
        )
        .unwrap();
        other.run(
            "create role maker login createdb createrole password 'copper-lantern'; select pg_reload_conf()",
        );
        other
    }

    fn sql(&self) -> PgConnection {
        PgConnection::establish(&self.cluster.superuser_url("postgres")).unwrap()
    }

    fn run(&self, statements: &str) {
        self.sql().batch_execute(statements).unwrap();
    }

    fn setting(&self, name: &'static str) -> String {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            value: String,
        }
        let row: Row = query("select current_setting($1) as value")
            .bind::<diesel::sql_types::Text, _>(name)
            .get_result(&mut self.sql())
            .unwrap();
        row.value
    }

    /// As whoever makes databases there.
    pub(crate) fn url(&self) -> String {
        let url = self.cluster.superuser_url("postgres");
        url.replacen("postgres@", "maker:copper-lantern@", 1)
    }

    /// A database of it, as its superuser.
    pub(crate) fn superuser_url(&self, database: &str) -> String {
        self.cluster.superuser_url(database)
    }

    /// Ends the server as if the machine had gone: no process of it has a moment left.
    pub(crate) fn die(&self) {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Integer)]
            pid: i32,
        }
        let backends: Vec<Row> = query("select pid from pg_stat_activity")
            .load(&mut self.sql())
            .unwrap();
        let server = self.cluster.pid().unwrap();
        let backends = backends.into_iter().map(|row| row.pid);
        for pid in std::iter::once(server).chain(backends) {
            // One of them is the connection that asked, which may be over.
            let _ = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL);
        }
    }

    /// Starts it again.
    pub(crate) fn come_back(&mut self) {
        assert!(self.cluster.revive(&mut |_| {}).unwrap(), "it was there");
    }

    fn databases(&self) -> i64 {
        let all = "select count(*) as count from pg_database where datname like 'd\\_%'";
        count(&mut self.sql(), all)
    }
}

/// The other server, added under the name eu-2 and made ready.
pub(crate) fn added(app: &App, program: &Program, other: &Other) {
    let wish = json!({ "name": "eu-2", "address": other.url(), "room": 5 });
    let node = program.send("POST", "/nodes", &wish).expect(201).json();
    assert_eq!(node["data"]["node"]["status"], "new", "{node}");
    app.run_jobs();
    let node = at(program);
    assert_eq!(node["status"], "open", "{node}");
    assert_eq!(node["last_look"]["trouble"], Value::Null, "{node}");
    assert!(!node.to_string().contains("lantern"), "{node}");
}

fn at(program: &Program) -> Value {
    program.get("/nodes/eu-2").expect(200).json()["data"]["node"].clone()
}

fn moved(app: &App, program: &Program, to: &Value) -> Value {
    let asked = program.send("POST", &moves(), to).expect(201).json();
    ended(app, program, &asked)
}

fn ended(app: &App, program: &Program, asked: &Value) -> Value {
    app.run_jobs();
    app.inner().directory.forget();
    let id = asked["data"]["move"]["id"].as_str().unwrap();
    let ended = program.get(&format!("{}/{id}", moves())).expect(200).json();
    assert_eq!(ended["data"]["move"]["status"], "done", "{ended}");
    ended["data"]["move"].clone()
}

/// Where acme lives, in the words of the API.
fn lives(program: &Program) -> (String, String) {
    let tenant = program
        .get(&format!("/tenants/{}", ACME.id()))
        .expect(200)
        .json();
    let place = &tenant["data"]["tenant"];
    let word = |key: &str| place[key].as_str().unwrap_or_default().to_owned();
    (word("placement"), word("node"))
}

fn umbrella(node: &str) -> Value {
    json!({ "tenant": {
        "name": "Umbrella", "schema_name": UMBRELLA, "placement": "database", "node": node,
        "admin_user": { "email": "ada@umbrella.test", "name": "Ada Byron" },
    } })
}

#[test]
fn a_tenant_lives_on_another_server_and_comes_back() {
    let (app, other) = (app::start_with(FAST), Other::start());
    let program = platform(&app);
    added(&app, &program, &other);
    program
        .send("POST", "/tenants", &umbrella("eu-2"))
        .expect(201);
    app.run_jobs();
    app.inner().directory.forget();
    assert_eq!(other.databases(), 1);
    let sign_in = app.visitor_at("umbrella.localhost").get("/sign-in");
    sign_in.expect(200).shows("Umbrella");
    // Moved there under its people's hands, from there to a database on the first server, and back by undoing that.
    let (owner, stop) = (app.owner(), AtomicBool::new(false));
    let writer = app.program(&app.key(ACME, domain::Permission::ALL));
    let far = json!({ "placement": "database", "node": "eu-2" });
    let near = json!({ "placement": "database", "node": "main" });
    std::thread::scope(|scope| {
        let written = scope.spawn(|| writes(&writer, 1, &stop));
        let read = scope.spawn(|| reads(&owner, &stop));
        moved(&app, &program, &far);
        assert_eq!(lives(&program), ("database".to_owned(), "eu-2".to_owned()));
        let back = moved(&app, &program, &near);
        assert_eq!(lives(&program), ("database".to_owned(), "main".to_owned()));
        let undo = format!("{}/{}/undo", moves(), back["id"].as_str().unwrap());
        let undone = program.send("POST", &undo, &json!({})).expect(200).json();
        ended(&app, &program, &undone);
        stop.store(true, Ordering::Relaxed);
        let (written, read) = (written.join().unwrap(), read.join().unwrap());
        assert!(written > 3 && read > 3, "{written} {read}");
        // Nothing that was answered is lost, and it is where the tenant lives.
        let roles = writer.get("/tenants/me/roles").expect(200).json();
        let said = format!("Write {written}");
        assert!(roles.to_string().contains(&said), "{said}: {roles}");
    });
    assert_eq!(lives(&program), ("database".to_owned(), "eu-2".to_owned()));
    assert_eq!(other.databases(), 2);
    // The application is told where it is, and gets a password for it.
    let connection = program
        .get(&format!("/tenants/{}/connection", ACME.id()))
        .expect(200)
        .json();
    let url = connection["data"]["url"].as_str().unwrap();
    assert!(
        url.contains("tnt_vendor_app@") && url.contains("/d_"),
        "{url}"
    );
    assert!(!url.contains(app.database()), "{url}");
    let renewed = program
        .send("POST", "/nodes/eu-2/password", &json!({}))
        .expect(200)
        .json();
    let word = renewed["data"]["password"].as_str().unwrap();
    let url = url.replacen("tnt_vendor_app@", &format!("tnt_vendor_app:{word}@"), 1);
    PgConnection::establish(&url).unwrap();
    let log = app.platform_audit().join("\n");
    assert!(
        log.contains("node.application_password_set by Test key: eu-2"),
        "{log}"
    );
    assert!(!log.contains(word));
    assert!(PgConnection::establish(&url.replace(word, "another")).is_err());
}

#[test]
fn a_server_is_emptied_and_removed() {
    let (app, other) = (app::start_with(FAST), Other::start());
    let program = platform(&app);
    added(&app, &program, &other);
    moved(
        &app,
        &program,
        &json!({ "placement": "database", "node": "eu-2", "keep_days": 0 }),
    );
    let remove = || program.send("DELETE", "/nodes/eu-2", &json!({}));
    remove().expect(409);
    program
        .send("POST", "/nodes/eu-2/drain", &json!({}))
        .expect(200);
    app.run_jobs();
    app.inner().directory.forget();
    assert_eq!(lives(&program), ("database".to_owned(), "main".to_owned()));
    app.owner().get("/users").expect(200);
    // Once nobody is left it is not emptied any more, and nobody new is led there.
    program
        .send("POST", "/nodes/eu-2/drain", &json!({}))
        .expect(200);
    app.run_jobs();
    assert_eq!(at(&program)["status"], "cordoned");
    let refused = program
        .send("POST", "/tenants", &umbrella("eu-2"))
        .expect(422);
    refused.shows("eu-2 takes no more databases.");
    remove().expect(409).shows("old copies");
    let (store, now) = (app.inner().store.clone(), app.clock.now());
    let copies = store
        .platform::<_, StoreError>(now, |tx| {
            tx.end_copies(ACME.id())?;
            tx.ended_copies(10)
        })
        .unwrap();
    for copy in &copies {
        // The connection before it may not be over yet, and with it the hold on the tenant.
        until("a copy is deleted", Duration::from_secs(10), || {
            store.discard(copy).is_ok()
        });
    }
    assert_eq!(other.databases(), 0);
    remove().expect(200);
    program.get("/nodes/eu-2").expect(404);
    let log = app.platform_audit().join("\n");
    for entry in [
        "node.added by Test key: eu-2",
        "node.ready by nodes: eu-2",
        "node.drain_asked by Test key: eu-2",
        "tenant.move_asked by drain: Acme",
        "node.emptied by nodes: eu-2",
        "node.removed by Test key: eu-2",
    ] {
        assert!(log.contains(entry), "{entry}\n{log}");
    }
    // Nothing of it stays there, so it may come back.
    added(&app, &program, &other);
    remove().expect(200);
    // With nobody else to take them, the first server is not emptied.
    program
        .send("POST", "/nodes/main/drain", &json!({}))
        .expect(409)
        .shows("No other server takes databases.");
}

#[test]
fn an_address_is_sealed_and_of_one_server() {
    let (app, other) = (app::start_with(FAST), Other::start());
    let program = platform(&app);
    for (address, words) in [
        (other.url().replace("copper", "tin"), "It does not answer"),
        (
            "postgresql://maker:x@127.0.0.1:1/postgres".to_owned(),
            "It does not answer",
        ),
        (
            superuser_url(app.database()),
            "Another Tenantry works on this server",
        ),
        ("db2.example.com".to_owned(), "Write an address such as"),
    ] {
        let wish = json!({ "name": "eu-2", "address": address });
        program
            .send("POST", "/nodes", &wish)
            .expect(422)
            .shows(words);
    }
    added(&app, &program, &other);
    let again = json!({ "name": "eu-3", "address": other.url() });
    let refused = program.send("POST", "/nodes", &again).expect(422);
    refused.shows("Another Tenantry works on this server");
    let elsewhere = json!({ "address": superuser_url(app.database()) });
    let refused = program.send("PUT", "/nodes/eu-2", &elsewhere).expect(422);
    refused.shows("That is another server");
    program
        .send(
            "PUT",
            "/nodes/eu-2",
            &json!({ "address": other.url(), "room": 1 }),
        )
        .expect(200);
    // What the catalogue and the log hold tells no password.
    for told in [
        "catalogue.nodes n where n::text like '%lantern%' or encode(n.sealed_owner, 'escape') like '%lantern%'",
        "catalogue.audit_entries e where e::text like '%lantern%'",
        "node.jobs j where j::text like '%lantern%'",
    ] {
        assert_eq!(app.count(told), 0, "{told}");
    }
    program
        .send("POST", "/tenants", &umbrella("eu-2"))
        .expect(201);
    app.run_jobs();
    // There is no room for another, by name or by itself.
    let full = json!({ "placement": "database", "node": "eu-2" });
    program.send("POST", &moves(), &full).expect(422);
    moved(&app, &program, &json!({ "placement": "database" }));
    assert_eq!(lives(&program).1, "main");
    let owner = superuser_url(app.database());
    let strange = SealKey::of(&[9; 32]);
    let refused = boot::migrate(Owner::of_all(&owner, &strange)).unwrap_err();
    assert!(matches!(refused, boot::BootError::Sealed), "{refused}");
    let seal = seal_key();
    let all = Owner::of_all(&owner, &seal);
    assert!(boot::migrate(all).unwrap().missed.is_empty());
    boot::give_key(all, &context_key(), false).unwrap();
    other.run("alter role maker password 'another'");
    // Away, it is named and keeps nobody else from anything.
    let missed = boot::migrate(all).unwrap().missed;
    assert_eq!(missed.len(), 1, "{missed:?}");
    boot::give_key(all, &context_key(), false).unwrap();
    program
        .send("POST", "/nodes/eu-2/test", &json!({}))
        .expect(200)
        .shows("It does not answer");
    app.owner().get("/users").expect(200);
}
