//! A whole server dies in the middle of a move between two servers, the one that is moved to or the one that is moved from:
//! the tenant is whole in one of both, what was acknowledged is there, and the move goes on by itself once the server is back.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::permission::Permission;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::far_kills::{AT_COMMIT, MIDDLES, is_over, lives, writes};
use crate::far_moves::{Stops, databases};
use crate::move_kills::{held, mover};
use crate::moves::{FAST, moved, moves, platform};
use crate::nodes::{Other, added};
use crate::support::app::{self, App};
use crate::support::cast::ACME;
use crate::support::client::Browser;
use crate::support::postgres::{count, superuser_url};
use crate::tenant_processes::{through, until};

/// Where it dies: after the first copy, after the comparison, in the hand-over before anything is said of it, and when everything
/// is written down but in the catalogue.
const STEPS: [&str; 4] = [MIDDLES[0], MIDDLES[1], MIDDLES[2], AT_COMMIT];
const LONG: Duration = Duration::from_secs(120);

/// How many databases of both servers let acme in as the catalogue says that it is to be entered; all of them answer.
fn open(app: &App, other: &Other) -> i64 {
    let of = format!(
        "select count(*) as count from node.placements where tenant_id = '{}' and epoch = {}",
        ACME.id().uuid(),
        lives(app).epoch
    );
    let far = databases(app).into_iter().map(|name| {
        let there = PgConnection::establish(&other.superuser_url(&name));
        there.or_else(|_| PgConnection::establish(&superuser_url(&name)))
    });
    let far = far.filter_map(Result::ok);
    let far: i64 = far.map(|mut there| count(&mut there, &of)).sum();
    far + count(&mut app.sql(), &of)
}

/// Asks for a move, lets the other server die in a middle of it, looks at the tenant meanwhile, and sees that it goes on.
fn caught(app: &App, other: &mut Other, owner: &Browser, middle: &str, to: &Value) {
    let mut gate = app.sql();
    gate.batch_execute(&format!(
        "create or replace function public.hold() returns trigger language plpgsql security definer as \
         $$ begin perform pg_catalog.pg_advisory_xact_lock_shared(4711); return new; end $$; \
         create {middle} execute function public.hold(); select pg_advisory_lock(4711)"
    ))
    .unwrap();
    let asked = platform(app).send("POST", &moves(), to).expect(201).json();
    let one = asked["data"]["move"]["id"].as_str().unwrap().to_owned();
    until("it is caught", LONG, || held(&mut gate));
    other.die();
    let table = middle
        .split(' ')
        .find(|word| word.starts_with("catalogue."));
    gate.batch_execute("select pg_advisory_unlock(4711)")
        .unwrap();
    until("nothing waits", LONG, || !held(&mut gate));
    gate.batch_execute(&format!("drop trigger hold on {}", table.unwrap()))
        .unwrap();
    let again = |gate: &mut PgConnection| {
        gate.batch_execute("update node.jobs set run_at = now() where state = 'queued'")
            .unwrap();
    };
    // Who lives where the server did not die goes on without it.
    if lives(app).kind == "shared" {
        until("it is open", LONG, || {
            again(&mut gate);
            owner.get("/users").status == 200
        });
    } else {
        owner.get("/users").expect(503);
    }
    other.come_back();
    until("it is over", LONG, || {
        again(&mut gate);
        is_over(&mut gate, &one)
    });
    assert_eq!(lives(app).kind, to["placement"], "{middle}");
    assert_eq!(open(app, other), 1, "{to}, {middle}");
}

/// To the other server and back by way of each middle, while somebody writes. There it is the target that dies, and back
/// the source.
#[test]
fn iso_15_a_server_that_dies_in_the_middle_of_a_move_loses_nothing() {
    let (app, mut other) = (app::start_with(FAST), Other::start());
    // A place that died tells nobody that the tenant lives elsewhere: the catalogue does.
    let _watch = app.watch();
    app.leaves_jobs();
    if app.table(ACME, "") != "shared." {
        // What is written into `shared` there is led to where a tenant lives: so would be what the move writes.
        app.sql()
            .batch_execute(include_str!("../sql/ungathered.sql"))
            .unwrap();
        moved(&app, &platform(&app), "shared");
    }
    added(&app, &platform(&app), &other);
    let process = mover(&app);
    let owner = through(&process, app.owner());
    let program = app.program(&app.key(ACME, Permission::ALL));
    let stop = AtomicBool::new(false);
    let written = std::thread::scope(|threads| {
        let writer = threads.spawn(|| writes(&program, &stop));
        let stops = Stops(&stop);
        for middle in STEPS {
            let far = json!({ "placement": "database", "node": "eu-2", "keep_days": 0 });
            caught(&app, &mut other, &owner, middle, &far);
            let back = json!({ "placement": "shared", "keep_days": 0 });
            caught(&app, &mut other, &owner, middle, &back);
        }
        until("the writer writes again", LONG, || {
            program.get("/tenants/me/roles").status == 200
        });
        drop(stops);
        writer.join().unwrap()
    });
    assert!(written > 3, "{written} writes");
    let entries = app.count("shared.audit_entries where action = 'role.changed'");
    assert!(entries >= written, "{entries} of {written}");
    owner.get("/users").expect(200).shows("Owner of acme");
    process.signal(Signal::TERM);
    process.ended(Duration::from_secs(30));
}
