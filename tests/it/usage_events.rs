//! What applications say was used: counted and written down once by its own name, also when it is said again after a fault,
//! beyond the limit, and in its own day.

use std::sync::Barrier;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions};
use serde_json::{Value as Json, json};
use services::StoreError;
use services::jobs::{self, JobKind, NewJob};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World};
use crate::support::keys::Program;

const EVENTS: &str = "/tenants/me/usage-events";
const KEY: &str = "transactions_per_month";

fn program(app: &App, of: World) -> Program {
    app.program(&app.key(of, Permission::ALL))
}

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

fn ask_for(app: &App, kind: JobKind) {
    let job = NewJob::now(kind, json!({}));
    let store = &app.inner().store;
    let asked =
        store.platform::<_, StoreError>(app.clock.now(), |tx| jobs::enqueue_for_platform(tx, &job));
    asked.unwrap();
}

fn event(id: &str, amount: i64) -> Json {
    json!({ "id": id, "resource": KEY, "amount": amount })
}

fn at(id: &str, amount: i64, at: DateTime<Utc>) -> Json {
    json!({ "id": id, "resource": KEY, "amount": amount, "at": at })
}

fn say(program: &Program, events: &[Json]) -> Json {
    let said = program.send("POST", EVENTS, &json!({ "events": events }));
    said.expect(200).json()["data"].clone()
}

/// New ones, known ones, and the counter.
fn counted(told: &Json) -> (i64, i64, i64) {
    let number = |value: &Json| value.as_i64().unwrap();
    (
        number(&told["accepted"]),
        number(&told["duplicates"]),
        number(&told["counters"][0]["current"]),
    )
}

/// What is in the hours and in the days.
fn charted(app: &App, of: World) -> (i64, i64) {
    let sum = |table: &str| {
        let rows = format!(
            "catalogue.{table} u cross join generate_series(1, u.amount) where meter = '{KEY}' and tenant_id = '{}'",
            of.id().uuid()
        );
        app.count(&rows)
    };
    (sum("usage_hours"), sum("usage_days"))
}

#[test]
fn each_is_counted_once_by_its_own_name_and_in_its_own_tenant() {
    let app = app::start();
    let (acme, globex) = (program(&app, ACME), program(&app, GLOBEX));
    let first = say(&acme, &[event("a", 3), event("b", 4)]);
    assert_eq!(counted(&first), (2, 0, 7), "{first}");
    let again = say(&acme, &[event("b", 4), event("c", 5), event("a", 3)]);
    assert_eq!(counted(&again), (1, 2, 12), "{again}");
    // Another key of the same tenant's, and the platform's, say the same.
    let path = "/tenants/acme/usage-events";
    let staff = platform(&app).send("POST", path, &json!({ "events": [event("a", 3)] }));
    assert_eq!(counted(&staff.expect(200).json()["data"]), (0, 1, 12));
    // What is a name here is none there.
    assert_eq!(counted(&say(&globex, &[event("a", 1)])), (1, 0, 1));
    assert_eq!(
        (charted(&app, ACME), charted(&app, GLOBEX)),
        ((12, 12), (1, 1))
    );
    let told = acme.get("/tenants/me/usage?metrics=resources,series");
    let told = told.expect(200).json()["data"].clone();
    let of = |one: &&Json| one["resource"] == KEY;
    let resources = told["usage"]["resources"].as_array().unwrap();
    assert_eq!(resources.iter().find(of).unwrap()["amount"], 12, "{told:#}");
    let page = app.signed_in(ACME, "owner").get("/usage?period=24h");
    let page = page.expect(200).text();
    assert!(page.contains("Transactions a month") && page.contains("12 transactions"));
    let file = app.signed_in(ACME, "owner").get("/usage.csv").expect(200);
    assert!(
        file.text().contains(",transactions_per_month,12,"),
        "{file}"
    );
}

#[test]
fn said_again_after_a_fault_the_charts_are_made_whole() {
    let app = app::start();
    let acme = program(&app, ACME);
    let events = [event("a", 3), event("b", 4)];
    say(&acme, &events);
    // As if the process had been killed behind the counters.
    let undo = format!(
        "delete from catalogue.usage_events; delete from catalogue.usage_hours where meter = '{KEY}';
         delete from catalogue.usage_days where meter = '{KEY}';"
    );
    app.sql().batch_execute(&undo).unwrap();
    assert_eq!(counted(&say(&acme, &events)), (0, 2, 7));
    assert_eq!(charted(&app, ACME), (7, 7));
    assert_eq!(counted(&say(&acme, &events)), (0, 2, 7));
    assert_eq!(charted(&app, ACME), (7, 7));
}

#[test]
fn of_many_at_once_who_say_the_same_one_counts() {
    let app = app::start();
    let acme = program(&app, ACME);
    let beside = app.beside();
    let events: Vec<Json> = (0..200).map(|n| event(&format!("e{n}"), 2)).collect();
    let backwards: Vec<Json> = events.iter().rev().cloned().collect();
    let start = Barrier::new(8);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let (acme, start) = (&acme, &start);
            let said = if n % 2 == 0 { &events } else { &backwards };
            scope.spawn(move || {
                start.wait();
                say(acme, said);
            });
        }
    });
    drop(beside);
    assert_eq!(counted(&say(&acme, &events)), (0, 200, 400));
    assert_eq!(charted(&app, ACME), (400, 400));
}

#[test]
fn what_was_used_is_counted_beyond_the_limit_and_in_its_own_day() {
    let app = app::start();
    let acme = program(&app, ACME);
    let limits = acme.get("/tenants/me/limits").expect(200).json();
    let limits = limits["data"]["limits"].as_array().unwrap().clone();
    let of = |one: &&Json| one["resource"] == KEY;
    let limit = limits.iter().find(of).unwrap()["limit"].as_i64().unwrap();
    let beyond = say(&acme, &[event("much", limit + 1_000_000)]);
    assert_eq!(counted(&beyond), (1, 0, limit + 1_000_000));
    let more = json!({ "resource": KEY, "amount": 1 });
    let refused = acme.send("POST", "/tenants/me/reservations", &more);
    assert!(refused.expect(429).text().contains("tenant_limit_exceeded"));
    app.run_jobs();
    assert!(app.count("shared.events where kind = 'resources.quota.exceeded'") > 0);
    // What lies before this month is charted where it lies, and counts no more.
    let now = app.clock.now();
    let ago = now - TimeDelta::days(30);
    let old = say(&acme, &[at("old", 7, ago)]);
    assert_eq!(old["accepted"], 1, "{old}");
    let same_month = ago.format("%Y-%m").to_string() == now.format("%Y-%m").to_string();
    let used = limit + 1_000_000 + if same_month { 7 } else { 0 };
    assert_eq!(old["counters"][0]["current"], used);
    let day = format!(
        "catalogue.usage_days where meter = '{KEY}' and amount = 7 and day between '{}' and '{}'",
        (ago - TimeDelta::days(1)).date_naive(),
        (ago + TimeDelta::days(1)).date_naive()
    );
    assert_eq!(app.count(&day), 1);
}

#[test]
fn of_a_batch_with_something_wrong_nothing_is_counted() {
    let app = app::start();
    app.leaves_jobs();
    let (acme, staff) = (program(&app, ACME), platform(&app));
    let disks = json!({ "key": "disks", "name": "Disks", "unit": "disks", "kind": "gauge" });
    staff.send("POST", "/resources", &disks).expect(201);
    let now = app.clock.now();
    let many: Vec<Json> = (0..1_001).map(|n| event(&format!("e{n}"), 1)).collect();
    let good = event("good", 1);
    for (events, field) in [
        (vec![], "events"),
        (many, "events"),
        (vec![good.clone(), event("", 1)], "events.1.id"),
        (
            vec![good.clone(), event(&"x".repeat(101), 1)],
            "events.1.id",
        ),
        (vec![good.clone(), good.clone()], "events.1.id"),
        (vec![good.clone(), event("b", 0)], "events.1.amount"),
        (vec![good.clone(), event("b", i64::MAX)], "events.1.amount"),
        (
            vec![good.clone(), json!({ "id": "b", "resource": "users" })],
            "events.1.resource",
        ),
        (
            vec![good.clone(), json!({ "id": "b", "resource": "disks" })],
            "events.1.resource",
        ),
        (
            vec![good.clone(), json!({ "id": "b", "resource": "cakes" })],
            "events",
        ),
        (
            vec![good.clone(), at("b", 1, now - TimeDelta::days(32))],
            "events.1.at",
        ),
        (
            vec![good.clone(), at("b", 1, now + TimeDelta::minutes(6))],
            "events.1.at",
        ),
    ] {
        let answer = acme.send("POST", EVENTS, &json!({ "events": events }));
        let text = answer.expect(422).text();
        assert!(text.contains(&format!("\"{field}\"")), "{field}: {text}");
    }
    acme.send("POST", EVENTS, &json!({ "events": [{ "id": "b" }] }))
        .expect(422);
    assert_eq!(app.count("shared.usage_events"), 0);
    assert_eq!(charted(&app, ACME), (0, 0));
    // A clock that is a little ahead is none the worse.
    let ahead = say(&acme, &[at("ahead", 1, now + TimeDelta::minutes(4))]);
    assert_eq!(counted(&ahead), (1, 0, 1));
}

#[test]
fn names_are_forgotten_once_nothing_can_be_said_so_late() {
    let app = app::start();
    let acme = program(&app, ACME);
    say(&acme, &[event("a", 1)]);
    app.clock.advance(TimeDelta::days(36));
    ask_for(&app, JobKind::SignInSweepAll);
    ask_for(&app, JobKind::UsageKeep);
    app.run_jobs();
    assert_eq!(app.count("shared.usage_events"), 0);
    assert_eq!(app.count("catalogue.usage_events"), 0);
}

#[test]
fn what_reservations_use_is_charted_once() {
    let app = app::start();
    let acme = program(&app, ACME);
    let held = json!({ "resource": KEY, "amount": 9, "reference": "one" });
    let reserve = || acme.send("POST", "/tenants/me/reservations", &held);
    let id = reserve().expect(201).json()["data"]["reservation"]["id"].clone();
    app.write_down_usage();
    assert_eq!(charted(&app, ACME), (0, 0));
    let path = format!(
        "/tenants/me/reservations/{}/commitment",
        id.as_str().unwrap()
    );
    for _ in 0..2 {
        acme.send("POST", &path, &json!({ "amount": 4 }))
            .expect(200);
    }
    let at_once = json!({ "resource": KEY, "amount": 2, "reference": "two", "commit": true });
    for _ in 0..2 {
        acme.send("POST", "/tenants/me/reservations", &at_once)
            .expect(201);
    }
    app.write_down_usage();
    assert_eq!(charted(&app, ACME), (6, 6));
}
