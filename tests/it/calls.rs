//! Calls of the API against `api_calls_per_day`: exact over processes, cheap, told, and given back where nobody made them.

use std::time::Duration;

use chrono::TimeDelta;
use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions};
use rustix::process::Signal;
use serde_json::{Value as Json, json};
use services::boot;

use crate::support::app::{self, App};
use crate::support::cast::ACME;
use crate::support::client::Browser;
use crate::support::keys::Program;
use crate::support::process::Process;

const CALLS: &str = "api_calls_per_day";

fn program(app: &App) -> Program {
    app.program(&app.key(ACME, Permission::ALL))
}

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

/// Acme's day has this many calls from now on.
fn allow(app: &App, calls: i64) {
    let limits = json!({ "limits": { CALLS: calls } });
    platform(app)
        .send("PUT", "/tenants/acme", &limits)
        .expect(200);
    app.run_jobs();
}

/// Where acme stands: reading it is no call.
fn stand(program: &Program) -> Json {
    let all = program.get("/tenants/me/limits").expect(200).json();
    let all = all["data"]["limits"].as_array().unwrap().clone();
    all.into_iter()
        .find(|one| one["resource"] == CALLS)
        .unwrap()
}

fn counted(program: &Program) -> i64 {
    stand(program)["current"].as_i64().unwrap()
}

fn at(port: u16, key: Option<&String>) -> Program {
    Program {
        browser: Browser::new("localhost", port),
        key: key.cloned(),
    }
}

#[test]
fn authz_08_a_day_of_fifty_calls_has_fifty_over_two_processes() {
    // Everybody comes to an answer, however busy the machine is.
    let app = app::start_with(&[
        ("api.queries_per_minute", "100000"),
        ("database.wait", "60s"),
    ]);
    let own = program(&app);
    allow(&app, 50);
    let second = app.beside();
    let start = std::sync::Barrier::new(120);
    let through: usize = std::thread::scope(|scope| {
        let ask = |n: u32| {
            let port = if n.is_multiple_of(2) {
                app.port
            } else {
                second.port
            };
            let (own, start) = (at(port, own.key.as_ref()), &start);
            scope.spawn(move || {
                start.wait();
                let answer = own.get("/tenants/me/users");
                match answer.status {
                    200 => 1,
                    429 => {
                        assert_eq!(answer.code(), "tenant_limit_exceeded");
                        0
                    }
                    _ => panic!("{answer}"),
                }
            })
        };
        let all: Vec<_> = (0..120).map(ask).collect();
        all.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!(through, 50);
    let full = own.get("/tenants/me").expect(429);
    let details = full.json()["error"]["details"].clone();
    assert_eq!(
        (
            &details["resource"],
            &details["current"],
            &details["limit"],
            &details["requested"]
        ),
        (&json!(CALLS), &json!(50), &json!(50), &json!(1))
    );
    let resets = details["resets_at"].as_str().unwrap();
    let resets: chrono::DateTime<chrono::Utc> = resets.parse().unwrap();
    let wait: i64 = full.header("retry-after").unwrap().parse().unwrap();
    assert!((0..=1).contains(&(wait - (resets - app.clock.now()).num_seconds())));
    // A program can always learn why.
    assert_eq!(counted(&own), 50);
    assert_eq!(stand(&own)["status"], "exceeded");
    own.send("POST", "/tenants/me/limits/check", &json!({}))
        .expect(200);
    own.get("/plans").expect(200);
    // What is about the tenant and not by it goes on.
    platform(&app).get("/tenants/acme").expect(200);
    app.run_jobs();
    let letters = app.letters();
    let told = |words: &str| letters.iter().filter(|one| one.subject == words).count();
    assert_eq!(told("Acme is at 80 % of a limit: API calls a day"), 1);
    assert_eq!(told("Acme is at 90 % of a limit: API calls a day"), 1);
    assert_eq!(told("Acme has reached a limit: API calls a day"), 1);
    app.clock
        .advance(resets - app.clock.now() + TimeDelta::seconds(1));
    own.get("/tenants/me").expect(200);
    assert_eq!(counted(&own), 1);
}

#[test]
fn what_opens_counts_once_and_what_opens_nothing_counts_nowhere() {
    let app = app::start();
    let own = program(&app);
    allow(&app, 90);
    let nobody = Program {
        browser: app.visitor_at("localhost"),
        key: own
            .key
            .as_ref()
            .map(|key| format!("{}x", &key[..key.len() - 1])),
    };
    nobody.get("/tenants/me").expect(401);
    platform(&app).get("/tenants/acme/users").expect(403);
    platform(&app).get("/tenants/acme").expect(200);
    assert_eq!(counted(&own), 0);
    // Done, nowhere, wrong, and not allowed: each is one, however often it goes to the database.
    own.get("/tenants/me").expect(200);
    own.get("/tenants/me/users/nobody").expect(404);
    own.get("/tenants/me/users?beds=1").expect(422);
    let wish = json!({ "resource": "custom_integrations", "amount": 1 });
    own.send("POST", "/tenants/me/reservations", &wish)
        .expect(201);
    assert_eq!(counted(&own), 4);
    let reader = app.program(&app.key(ACME, &[Permission::ReadUsage]));
    reader.get("/tenants/me/users").expect(403);
    assert_eq!(counted(&own), 5);
}

#[test]
fn a_process_takes_some_at_a_time_and_gives_back_what_nobody_used() {
    let app = app::start();
    let own = program(&app);
    let give_back = || {
        let request = tenantry::calls::request(app.inner());
        let calls = &app.inner().calls;
        calls.give_back_idle(&app.inner().store, &request);
    };
    for _ in 0..3 {
        own.get("/tenants/me").expect(200);
        assert_eq!(counted(&own), 200);
    }
    app.clock.advance(TimeDelta::seconds(59));
    give_back();
    assert_eq!(counted(&own), 200);
    app.clock.advance(TimeDelta::seconds(1));
    give_back();
    assert_eq!(counted(&own), 3);
    own.get("/tenants/me").expect(200);
    assert_eq!(counted(&own), 203);
    // What is left of a day is not the next one's.
    app.clock.advance(TimeDelta::days(1));
    give_back();
    assert_eq!(counted(&own), 0);
    own.get("/tenants/me").expect(200);
    assert_eq!(counted(&own), 200);
    // Of what is nearly used up, less is taken at once.
    allow(&app, 1_200);
    app.clock.advance(TimeDelta::days(1));
    own.get("/tenants/me").expect(200);
    assert_eq!(counted(&own), 12);
}

#[test]
fn a_process_that_is_told_to_leave_gives_back_and_one_that_is_killed_loses_a_block() {
    let app = app::start();
    let own = program(&app);
    let ask = |signal: Signal| {
        let process = Process::serving(
            &app.url_as(boot::APP_LOGIN),
            &app.url_as(boot::PLATFORM_LOGIN),
        );
        at(process.port, own.key.as_ref())
            .get("/tenants/me")
            .expect(200);
        process.signal(signal);
        process.ended(Duration::from_secs(30));
        counted(&own)
    };
    assert_eq!(ask(Signal::TERM), 1);
    assert_eq!(ask(Signal::KILL), 201);
}
