//! A process that moves a tenant is killed in the middle, or the database ends its connection: the tenant lives, whole,
//! in the old place or in the new one, and the move goes on by itself.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::staff::StaffPermission;
use domain::{StaffPermissions, StaffRole};
use rustix::process::Signal;
use serde_json::json;

use crate::support::app::{self, App};
use crate::support::cast::ACME;
use crate::support::keeper;
use crate::support::postgres::count;
use crate::support::process::Process;
use crate::tenant_processes::{process_with, through, until};

/// Where it can be caught: what is written in each step, and behind the last.
const MIDDLES: [&str; 7] = [
    "insert on catalogue.copies for each row",
    "update on catalogue.copies for each row when (old.seen is null and new.seen is not null)",
    "update on catalogue.move_steps for each row when (new.step = 'copy' and new.state = 'done')",
    "update on catalogue.moves for each row when (new.compared is not null and old.compared is null)",
    "update on node.placements for each row when (new.epoch > old.epoch)",
    "update on catalogue.moves for each row when (new.pause_microseconds is not null and old.pause_microseconds is null)",
    "update on catalogue.move_steps for each row when (new.step = 'hand_over' and new.state = 'done')",
];

pub(crate) fn mover(app: &App) -> Process {
    let owner = keeper::server().superuser_url(app.database());
    process_with(app, "1", &[("TENANTRY_DATABASE_OWNER_URL", &owner)])
}

/// All rows of acme where it lives, but for what signing in and the moves themselves write.
fn digest(app: &App) -> Vec<(String, i64)> {
    [
        "users",
        "roles",
        "credentials",
        "brands",
        "api_keys",
        "limits",
    ]
    .map(|name| {
        let id = ACME.id().uuid();
        let of = format!(
            "(select 1 from {} t where t.tenant_id = '{id}') counted",
            app.table(ACME, name)
        );
        (name.to_owned(), app.count(&of))
    })
    .to_vec()
}

pub(crate) fn held(gate: &mut PgConnection) -> bool {
    count(
        gate,
        "select count(*) as count from pg_locks where locktype = 'advisory' and not granted and objid = 4711 and database = \
         (select oid from pg_database where datname = current_database())",
    ) == 1
}

/// Asks for a move, catches it in a middle, lets `end` end it, and sees that it goes on.
fn caught(
    app: &App,
    middle: &str,
    mut end: impl FnMut(Process, &mut PgConnection) -> Option<Process>,
) {
    let mut gate = app.sql();
    gate.batch_execute(&format!(
        "create or replace function public.hold() returns trigger language plpgsql security definer as \
         $$ begin perform pg_catalog.pg_advisory_xact_lock_shared(4711); return new; end $$; \
         create trigger hold before {middle} execute function public.hold(); select pg_advisory_lock(4711)"
    ))
    .unwrap();
    let program = app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)));
    let (before, lived) = (digest(app), app.table(ACME, ""));
    let to = if lived == "shared." {
        "schema"
    } else {
        "shared"
    };
    let asked = program
        .send(
            "POST",
            &format!("/tenants/{}/moves", ACME.id()),
            &json!({ "placement": to }),
        )
        .expect(201)
        .json();
    let id = asked["data"]["move"]["id"].as_str().unwrap().to_owned();
    let process = mover(app);
    until("it is caught", Duration::from_secs(20), || held(&mut gate));
    let left = end(process, &mut gate);
    let table = middle.split(' ').nth(2).unwrap();
    gate.batch_execute("select pg_advisory_unlock(4711)")
        .unwrap();
    until("nothing waits", Duration::from_secs(10), || {
        !held(&mut gate)
    });
    gate.batch_execute(&format!("drop trigger hold on {table}"))
        .unwrap();
    assert_eq!(digest(app), before, "{middle}: whole, wherever it lives");
    // A minute later its lease is over.
    gate.batch_execute(
        "update node.jobs set lease_until = now() - interval '1 second' where state = 'running'; \
         update node.jobs set run_at = now() where state = 'queued'",
    )
    .unwrap();
    let again = left.unwrap_or_else(|| mover(app));
    let one = format!("/tenants/{}/moves/{id}", ACME.id());
    until("it is over", Duration::from_secs(30), || {
        gate.batch_execute("update node.jobs set run_at = now() where state = 'queued'")
            .unwrap();
        let line = program.get(&one).expect(200).json();
        line["data"]["move"]["status"] == "done" && line["data"]["steps"][3]["status"] == "done"
    });
    assert_ne!(app.table(ACME, ""), lived, "{middle}");
    assert_eq!(digest(app), before, "{middle}");
    through(&again, app.owner())
        .get("/users")
        .expect(200)
        .shows("Owner of acme");
    let told = app.platform_audit();
    let told = told
        .iter()
        .filter(|line| line.contains("done tenant.moved "));
    let moves = app.count("catalogue.moves where state = 'done'");
    assert_eq!(i64::try_from(told.count()).unwrap(), moves, "{middle}");
    // So that the next move begins anew.
    program
        .send("DELETE", &format!("{one}/copy"), &json!({}))
        .expect(200);
    until("the old copy is gone", Duration::from_secs(20), || {
        app.count("catalogue.copies") == 0
    });
    again.signal(Signal::TERM);
    again.ended(Duration::from_secs(30));
}

#[test]
fn iso_15_a_killed_mover_leaves_the_tenant_whole_and_the_move_goes_on() {
    let app = app::start();
    app.leaves_jobs();
    app.staff(StaffRole::Operator);
    for middle in MIDDLES {
        caught(&app, middle, |process, _| {
            process.signal(Signal::KILL);
            process.ended(Duration::from_secs(5));
            None
        });
    }
}

#[test]
fn iso_15_a_lost_connection_is_the_same() {
    let app = app::start();
    app.leaves_jobs();
    for middle in [MIDDLES[1], MIDDLES[4], MIDDLES[5]] {
        caught(&app, middle, |process, gate| {
            gate.batch_execute(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted and objid = 4711",
            )
            .unwrap();
            Some(process)
        });
    }
}
