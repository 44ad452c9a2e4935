//! The applications of `examples/` as they stand, in Rust, Python and Node, on the storefront's tables beside a live Tenantry: in
//! each placement, while the tenant moves, while it rests, and when no connection is free.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::rt::System;
use diesel::connection::SimpleConnection;
use domain::staff::StaffPermission;
use domain::{PlacementKind, StaffPermissions};
use serde_json::{Value, json};
use services::vendor;

use crate::application::begin;
use crate::support::app::{self, App};
use crate::support::bouncer::Bouncer;
use crate::support::cast::{ACME, GLOBEX, World, placement};
use crate::support::client::exchange;
use crate::support::keys::Program;
use crate::support::postgres::application_key;
use crate::support::tools;

#[path = "../../examples/app-rust/main.rs"]
#[allow(
    dead_code,
    reason = "its own way to start is for whoever runs it alone"
)]
mod app_rust;

/// How many connections an application has here.
const POOL: usize = 2;

/// A running application; dropping it ends its process, if it has one.
struct Running {
    child: Option<Child>,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whether a program keeps prepared statements.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeps {
    Statements,
    Nothing,
}

/// How an application is started: the address of its database, and what stands between.
type Start = fn(&str, Keeps) -> Option<Running>;

fn rust(database: &str, keeps: Keeps) -> Option<Running> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, database) = (listener.local_addr().unwrap().port(), database.to_owned());
    // Its thread ends with the tests.
    std::thread::spawn(move || {
        let size = u32::try_from(POOL).unwrap();
        let key = app_rust::Key::new(&application_key().hex()).unwrap();
        let serving = app_rust::serve(listener, &database, key, size, keeps == Keeps::Statements);
        System::new().block_on(serving)
    });
    Some(Running { child: None, port })
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
}

fn python(database: &str, keeps: Keeps) -> Option<Running> {
    let program = tools::python();
    let has = Command::new(&program)
        .args(["-c", "import psycopg, psycopg_pool"])
        .stderr(Stdio::null())
        .status();
    if !has.is_ok_and(|status| status.success()) {
        tools::missing("psycopg (examples/app-python/requirements.txt)");
        return None;
    }
    let mut command = Command::new(program);
    command.arg(folder("app-python").join("app.py"));
    Some(spawned(command, database, keeps))
}

fn node(database: &str, keeps: Keeps) -> Option<Running> {
    let folder = folder("app-node");
    if !folder.join("node_modules/pg").exists() {
        tools::missing("pg (npm --prefix examples/app-node ci)");
        return None;
    }
    let mut command = Command::new("node");
    command.arg(folder.join("app.mjs"));
    Some(spawned(command, database, keeps))
}

fn spawned(mut command: Command, database: &str, keeps: Keeps) -> Running {
    let cache = if keeps == Keeps::Statements {
        "on"
    } else {
        "off"
    };
    let mut child = command
        .env("DATABASE_URL", database)
        .env("TENANT_KEY", application_key().hex())
        .env("PORT", "0")
        .env("POOL", POOL.to_string())
        .env("STATEMENT_CACHE", cache)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let port = line.trim().rsplit(' ').next().unwrap().parse();
    Running {
        child: Some(child),
        port: port.unwrap_or_else(|_| panic!("it does not listen: {line}")),
    }
}

impl Running {
    fn ask(&self, method: &str, path: &str) -> (u16, Value) {
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let answer = exchange(self.port, text.as_bytes());
        (
            answer.status,
            serde_json::from_slice(&answer.body).unwrap_or_default(),
        )
    }

    fn orders(&self, world: World) -> (u16, Value) {
        self.ask("GET", &format!("/{}/orders", world.id().uuid()))
    }

    fn write(&self, world: World, number: usize) -> (u16, Value) {
        self.ask("POST", &format!("/{}/orders/{number}", world.id().uuid()))
    }
}

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

/// The storefront's tables everywhere, and one customer in each tenant, as the application itself writes one.
fn storefront(app: &App) {
    app.has(&vendor::read(&folder("storefront/migrations")).unwrap())
        .unwrap();
    platform(app)
        .send("POST", "/rollouts", &json!({ "wave_percent": 100 }))
        .expect(201);
    app.run_jobs();
    let mut login = app.login_of(ACME, "tnt_vendor_app");
    for world in [ACME, GLOBEX] {
        let customer = "insert into customers (tenant_id, id, email, name, country, created_at) values (app.tenant_id(), gen_random_uuid(), 'ada@mail.example', 'Ada', 'PT', now())";
        login
            .batch_execute(&format!("{}; {customer}; commit", begin(world)))
            .unwrap();
    }
}

/// What an application does, and what it is refused.
fn works(app: &App, running: &Running) {
    assert_eq!(running.orders(ACME), (200, json!({ "orders": [] })));
    assert_eq!(running.write(ACME, 7), (200, json!({ "number": 7 })));
    assert_eq!(running.write(ACME, 7).0, 200, "twice is once");
    assert_eq!(running.write(GLOBEX, 8).0, 200);
    assert_eq!(
        running.orders(ACME),
        (200, json!({ "orders": [[7, "open"]] }))
    );
    assert_eq!(
        running.orders(GLOBEX),
        (200, json!({ "orders": [[8, "open"]] }))
    );
    let (status, told) = running.ask("GET", "/orders");
    assert_eq!(status, 500, "{told}");
    assert!(told["error"].as_str().unwrap().contains("orders"), "{told}");
    let nobody = "/00000000-0000-7000-8000-0000000000ff/orders";
    assert_eq!(
        running.ask("GET", nobody),
        (404, json!({ "error": "unknown" }))
    );
    // Whatever went wrong before, the next transaction is as any other.
    assert_eq!(running.orders(ACME).0, 200);
    rests(app, running);
    is_full(app, running);
}

fn rests(app: &App, running: &Running) {
    let operator = platform(app);
    let rest = format!("/tenants/{}/suspension", ACME.id());
    let why = json!({ "reason": "The invoice is overdue." });
    operator.send("POST", &rest, &why).expect(200);
    for (status, told) in [running.orders(ACME), running.write(ACME, 9)] {
        assert_eq!((status, told), (503, json!({ "error": "closed" })));
    }
    assert_eq!(running.orders(GLOBEX).0, 200);
    operator.send("DELETE", &rest, &json!({})).expect(200);
    assert_eq!(running.orders(ACME).0, 200);
    app.run_jobs();
}

fn is_full(app: &App, running: &Running) {
    let mut holder = app.sql_of(ACME);
    let held = format!(
        "begin; lock table {} in access exclusive mode",
        app.table(ACME, "orders")
    );
    holder.batch_execute(&held).unwrap();
    std::thread::scope(|threads| {
        let waiting: Vec<_> = (0..POOL)
            .map(|_| threads.spawn(|| running.orders(ACME)))
            .collect();
        crate::tenant_processes::until("they wait", std::time::Duration::from_secs(60), || {
            app.count("pg_stat_activity where usename = 'tnt_vendor_app' and datname = current_database() and wait_event_type = 'Lock'") == 2
        });
        assert_eq!(running.orders(ACME), (503, json!({ "error": "busy" })));
        holder.batch_execute("rollback").unwrap();
        for one in waiting {
            assert_eq!(one.join().unwrap().0, 200);
        }
    });
}

/// Tells a writer to end, also when the test fails in the middle.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Writes order after order until it is told to end, and answers how many there were: each was answered well.
fn written(running: &Running, over: &AtomicBool) -> i64 {
    let mut numbers = 1_001..;
    for number in numbers.by_ref() {
        let (status, told) = running.write(ACME, number);
        assert_eq!(status, 200, "{told}");
        if over.load(Ordering::Relaxed) {
            break;
        }
    }
    i64::try_from(numbers.start).unwrap() - 1_001
}

/// The tenant moves to a schema of its own and back while it is written to: each order that was answered is there
/// afterwards.
fn moves_under_way(app: &App, running: &Running) {
    let (program, over) = (platform(app), AtomicBool::new(false));
    let many = std::thread::scope(|threads| {
        let writer = threads.spawn(|| written(running, &over));
        let told = Over(&over);
        for to in ["schema", "shared"] {
            let path = format!("/tenants/{}/moves", ACME.id());
            let asked = program.send("POST", &path, &json!({ "placement": to, "keep_days": 0 }));
            let asked = asked.expect(201).json();
            let id = asked["data"]["move"]["id"].as_str().unwrap();
            app.run_jobs();
            let ended = program.get(&format!("{path}/{id}")).expect(200).json();
            assert_eq!(ended["data"]["move"]["status"], "done", "{ended}");
        }
        drop(told);
        writer.join().unwrap()
    });
    assert!(many > 10, "{many}");
    let (table, id) = (app.table(ACME, "orders"), ACME.id().uuid());
    let kept = app.count(&format!(
        "{table} where number > 1000 and tenant_id = '{id}'"
    ));
    assert_eq!(kept, many, "no write is lost");
}

fn example(start: Start) {
    let app = app::start();
    storefront(&app);
    let Some(running) = start(&app.url_as("tnt_vendor_app"), Keeps::Statements) else {
        return;
    };
    works(&app, &running);
    // The tests' look at `shared` ties both places together where tenants begin in schemas of their own.
    if placement() == PlacementKind::Shared {
        moves_under_way(&app, &running);
    }
    drop(running);
    let Some(bouncer) = Bouncer::before(app.database(), 2) else {
        return tools::missing("pgbouncer");
    };
    // Through PgBouncer in transaction mode, as Debian has it: without prepared statements that are kept.
    let running = start(&bouncer.url_of("tnt_vendor_app"), Keeps::Nothing).unwrap();
    std::thread::scope(|threads| {
        for number in 2_000..2_060 {
            let running = &running;
            let world = if number % 2 == 0 { ACME } else { GLOBEX };
            let asked = threads.spawn(move || running.write(world, number).0);
            if number % 2 == 1 {
                assert_eq!(asked.join().unwrap(), 200);
            }
        }
    });
    assert_eq!(
        running.orders(GLOBEX).1["orders"][0],
        json!([2_059, "open"])
    );
}

#[test]
fn the_application_in_rust_does_as_it_is_told() {
    example(rust);
}

#[test]
fn the_application_in_python_does_as_it_is_told() {
    example(python);
}

#[test]
fn the_application_in_node_does_as_it_is_told() {
    example(node);
}
