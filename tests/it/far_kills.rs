//! A process that moves a tenant between two databases is killed in the middle, or loses its connections, while the
//! tenant is written to: it lives, whole, in one of them, nobody is let in anywhere else, and the move goes on by itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::MoveId;
use domain::permission::Permission;
use rustix::process::Signal;
use serde_json::json;

use crate::far_moves::{Stops, databases, inside};
use crate::move_kills::{held, mover};
use crate::moves::{FAST, moved, platform};
use crate::support::app::{self, App};
use crate::support::cast::ACME;
use crate::support::keys::Program;
use crate::support::postgres::{count, query};
use crate::support::process::Process;
use crate::tenant_processes::{through, until};

/// Where it can be caught; the last of them when everything is written down far away, and the old place is shut.
pub(crate) const MIDDLES: [&str; 5] = [
    "trigger hold before update on catalogue.copies for each row when (new.seen is not null)",
    "trigger hold before update on catalogue.moves for each row when (new.compared is not null and old.compared is null)",
    "trigger hold before update on catalogue.placements for each row when (new.epoch > old.epoch)",
    "constraint trigger hold after update on catalogue.placements deferrable initially deferred for each row when (new.epoch > old.epoch)",
    "trigger hold before update on catalogue.moves for each row when (new.pause_microseconds is not null and old.pause_microseconds is null)",
];
pub(crate) const AT_COMMIT: &str = MIDDLES[3];

#[derive(QueryableByName)]
pub(crate) struct Lives {
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(crate) kind: String,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pub(crate) epoch: i32,
}

pub(crate) fn lives(app: &App) -> Lives {
    query(&format!(
        "select kind, epoch from catalogue.placements where tenant_id = '{}'",
        ACME.id().uuid()
    ))
    .get_result(&mut app.sql())
    .unwrap()
}

/// How many databases let acme in as the catalogue says that it is to be entered.
fn open(app: &App) -> i64 {
    let of = format!(
        "select count(*) as count from node.placements where tenant_id = '{}' and epoch = {}",
        ACME.id().uuid(),
        lives(app).epoch
    );
    let far = databases(app);
    let far = far
        .iter()
        .map(|name| PgConnection::establish(&crate::support::postgres::superuser_url(name)));
    let far: i64 = far
        .filter_map(Result::ok)
        .map(|mut there| count(&mut there, &of))
        .sum();
    far + count(&mut app.sql(), &of)
}

/// Writes until it is told to stop, whatever it is answered meanwhile; the last write that was answered with success.
pub(crate) fn writes(program: &Program, stop: &AtomicBool) -> i64 {
    let role = json!({ "name": "Role", "permissions": ["users:read"] });
    let made = program
        .send("POST", "/tenants/me/roles", &role)
        .expect(201)
        .json();
    let path = format!(
        "/tenants/me/roles/{}",
        made["data"]["role"]["id"].as_str().unwrap()
    );
    let (mut acknowledged, mut next, mut version) = (0, 1, 1);
    while !stop.load(Ordering::Relaxed) {
        let description = format!("Write {next}");
        let body = json!({ "name": "Role", "permissions": ["users:read"], "description": description, "version": version });
        if program.send("PUT", &path, &body).status == 200 {
            acknowledged = next;
            (next, version) = (next + 1, version + 1);
            continue;
        }
        let read = program.get(&path);
        if read.status == 200 {
            let role = read.json()["data"]["role"].clone();
            version = role["version"].as_i64().unwrap();
            let last = role["description"].as_str().unwrap_or_default().to_owned();
            let last: i64 = last
                .strip_prefix("Write ")
                .map_or(0, |n| n.parse().unwrap());
            assert!(last >= acknowledged, "{last} of {acknowledged}");
            next = last.max(acknowledged) + 1;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let role = program.get(&path).expect(200).json();
    let last = role["data"]["role"]["description"].as_str().unwrap();
    let last: i64 = last.strip_prefix("Write ").unwrap().parse().unwrap();
    assert!(last >= acknowledged, "{last} of {acknowledged}");
    acknowledged
}

/// Asks for a move, catches it in a middle, lets `end` end it, and sees that it goes on.
fn caught(app: &App, middle: &str, end: fn(Process, &mut PgConnection) -> Option<Process>) {
    let mut gate = app.sql();
    gate.batch_execute(&format!(
        "create or replace function public.hold() returns trigger language plpgsql security definer as \
         $$ begin perform pg_catalog.pg_advisory_xact_lock_shared(4711); return new; end $$; \
         create {middle} execute function public.hold(); select pg_advisory_lock(4711)"
    ))
    .unwrap();
    let program = platform(app);
    let from = lives(app).kind;
    let to = match &*from {
        "database" => "shared",
        _ => "database",
    };
    let moves = format!("/tenants/{}/moves", ACME.id());
    let body = json!({ "placement": to });
    let asked = program.send("POST", &moves, &body).expect(201).json();
    let one = asked["data"]["move"]["id"].as_str().unwrap().to_owned();
    let process = mover(app);
    until("it is caught", Duration::from_secs(60), || held(&mut gate));
    let left = end(process, &mut gate);
    let table = middle
        .split(' ')
        .find(|word| word.starts_with("catalogue."));
    gate.batch_execute("select pg_advisory_unlock(4711)")
        .unwrap();
    until("nothing waits", Duration::from_secs(60), || {
        !held(&mut gate)
    });
    gate.batch_execute(&format!("drop trigger hold on {}", table.unwrap()))
        .unwrap();
    assert!(open(app) <= 1, "{from} to {to}, {middle}: one open place");
    gate.batch_execute(
        "update node.jobs set lease_until = now() - interval '1 second' where state = 'running'; \
         update node.jobs set run_at = now() where state = 'queued'",
    )
    .unwrap();
    let again = left.unwrap_or_else(|| mover(app));
    until("it is over", Duration::from_secs(120), || {
        gate.batch_execute("update node.jobs set run_at = now() where state = 'queued'")
            .unwrap();
        is_over(&mut gate, &one)
    });
    assert_eq!(lives(app).kind, to, "{middle}");
    assert_eq!(open(app), 1, "{from} to {to}, {middle}");
    through(&again, app.owner())
        .get("/users")
        .expect(200)
        .shows("Owner of acme");
    again.signal(Signal::TERM);
    again.ended(Duration::from_secs(30));
}

/// To a database of its own and back by way of each middle, while somebody writes.
fn to_and_fro(middles: &[&str], end: fn(Process, &mut PgConnection) -> Option<Process>) {
    let app = app::start_with(FAST);
    app.leaves_jobs();
    if app.table(ACME, "") != "shared." {
        // What is written into `shared` there is led to where a tenant lives: so would be what the move writes.
        app.sql()
            .batch_execute(include_str!("../sql/ungathered.sql"))
            .unwrap();
        moved(&app, &platform(&app), "shared");
    }
    let key = app.key(ACME, Permission::ALL);
    let stop = AtomicBool::new(false);
    let program = app.program(&key);
    let written = std::thread::scope(|threads| {
        let writer = threads.spawn(|| writes(&program, &stop));
        let stops = Stops(&stop);
        for middle in middles {
            caught(&app, middle, end);
            caught(&app, middle, end);
        }
        drop(stops);
        writer.join().unwrap()
    });
    assert!(written > 3, "{written} writes");
    let entries = app.count("shared.audit_entries where action = 'role.changed'");
    assert!(entries >= written, "{entries} of {written}");
}

/// Whether the move and its last step are done. The catalogue is asked: the API counts how often it is.
pub(crate) fn is_over(gate: &mut PgConnection, one: &str) -> bool {
    let id = domain::ids::uuid_of(MoveId::PREFIX, one).unwrap();
    let done = format!(
        "select count(*) as count from catalogue.moves m join catalogue.move_steps s on s.move_id = m.id \
         where m.id = '{id}' and m.state = 'done' and s.place = 3 and s.state = 'done'"
    );
    count(gate, &done) == 1
}

fn kill(process: Process, _: &mut PgConnection) -> Option<Process> {
    process.signal(Signal::KILL);
    process.ended(Duration::from_secs(5));
    None
}

fn cut(gate: &mut PgConnection) {
    gate.batch_execute(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted and objid = 4711",
    )
    .unwrap();
}

#[test]
fn iso_15_a_process_killed_between_two_databases_leaves_the_tenant_whole() {
    to_and_fro(&MIDDLES, kill);
}

#[test]
fn iso_15_what_was_shut_before_the_catalogue_said_so_is_opened_again() {
    // Both the process and the transaction that was to say it are gone.
    to_and_fro(&[AT_COMMIT], |process, gate| {
        kill(process, gate);
        cut(gate);
        None
    });
}

#[test]
fn iso_15_a_lost_connection_to_the_catalogue_is_the_same() {
    to_and_fro(&[MIDDLES[0], AT_COMMIT], |process, gate| {
        cut(gate);
        Some(process)
    });
}

#[test]
fn a_place_that_is_gone_leaves_the_tenant_where_it_was() {
    let app = app::start();
    app.leaves_jobs();
    let program = platform(&app);
    let lived = app.table(ACME, "");
    let moves = format!("/tenants/{}/moves", ACME.id());
    let mut gate = app.sql();
    gate.batch_execute(&format!(
        "create function public.hold() returns trigger language plpgsql security definer as \
         $$ begin perform pg_catalog.pg_advisory_xact_lock_shared(4711); return new; end $$; \
         create {} execute function public.hold(); select pg_advisory_lock(4711)",
        MIDDLES[1]
    ))
    .unwrap();
    let body = json!({ "placement": "database" });
    let asked = program.send("POST", &moves, &body).expect(201).json();
    let one = asked["data"]["move"]["id"].as_str().unwrap().to_owned();
    let process = mover(&app);
    until("it is caught", Duration::from_secs(60), || held(&mut gate));
    let name = databases(&app).remove(0);
    app.server()
        .batch_execute(&format!("drop database {name} with (force)"))
        .unwrap();
    gate.batch_execute("select pg_advisory_unlock(4711); drop trigger hold on catalogue.moves")
        .unwrap();
    assert_eq!(app.table(ACME, ""), lived);
    app.owner().get("/users").expect(200).shows("Owner of acme");
    // The copy is made anew by itself.
    until("it is over", Duration::from_secs(120), || {
        gate.batch_execute("update node.jobs set run_at = now() where state = 'queued'")
            .unwrap();
        is_over(&mut gate, &one)
    });
    app.owner().get("/users").expect(200).shows("Owner of acme");
    let people = "select count(*) as count from shared.users";
    assert!(count(&mut inside(&name), people) > 3);
    process.signal(Signal::TERM);
    process.ended(Duration::from_secs(30));
}
