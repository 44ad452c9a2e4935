//! Limits that hold: reserving, using and giving back by API, who is told when, and what begins anew.

use chrono::TimeDelta;
use domain::permission::Permission;
use domain::{StaffPermission, StaffPermissions};
use serde_json::{Value as Json, json};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::client::{Answer, Browser};
use crate::support::keys::Program;

const RESERVATIONS: &str = "/tenants/me/reservations";
const LIMITS: &str = "/tenants/me/limits";

fn program(app: &App) -> Program {
    app.program(&app.key(ACME, Permission::ALL))
}

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

fn reserve(program: &Program, resource: &str, amount: i64) -> Answer {
    let wish = json!({ "resource": resource, "amount": amount });
    program.send("POST", RESERVATIONS, &wish)
}

fn used(program: &Program, resource: &str, amount: i64) -> Answer {
    let wish = json!({ "resource": resource, "amount": amount, "commit": true });
    program.send("POST", RESERVATIONS, &wish)
}

fn id(answer: &Answer) -> String {
    answer.json()["data"]["reservation"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Where acme stands in one resource.
fn stand(program: &Program, resource: &str) -> Json {
    let all = program.get(LIMITS).expect(200).json();
    let all = all["data"]["limits"].as_array().unwrap().clone();
    all.into_iter()
        .find(|one| one["resource"] == resource)
        .unwrap()
}

fn numbers(program: &Program, resource: &str) -> (i64, i64) {
    let stand = stand(program, resource);
    let number = |field: &str| stand[field].as_i64().unwrap();
    (number("current"), number("reserved"))
}

#[test]
fn authz_08_fifty_at_once_at_the_limit_minus_one_let_exactly_one_through() {
    let app = app::start_with(&[("api.queries_per_minute", "100000")]);
    app.leaves_jobs();
    let own = program(&app);
    let any = platform(&app);
    let disks = json!({
        "key": "disks", "name": "Disks", "unit": "disks", "kind": "gauge", "default_limit": 40,
    });
    any.send("POST", "/resources", &disks).expect(201);
    let limits = json!({ "transactions_per_month": 1_000, "custom_integrations": 5 });
    any.send("PUT", "/tenants/acme", &json!({ "limits": limits }))
        .expect(200);
    app.run_jobs();
    used(&own, "transactions_per_month", 999).expect(201);
    used(&own, "custom_integrations", 4).expect(201);
    let measured = json!({ "value": 39 });
    own.send("PUT", "/tenants/me/usage/disks", &measured)
        .expect(200);
    let second = app.beside();
    for resource in ["transactions_per_month", "custom_integrations", "disks"] {
        let start = std::sync::Barrier::new(50);
        let through: usize = std::thread::scope(|scope| {
            let all: Vec<_> = (0..50)
                .map(|n| {
                    let (own, any, start) = (&own, &any, &start);
                    let port = if n % 2 == 0 { app.port } else { second.port };
                    scope.spawn(move || {
                        let key = if n % 4 < 2 { own } else { any };
                        let asked = Program {
                            browser: Browser::new("localhost", port),
                            key: key.key.clone(),
                        };
                        let path = if n % 4 < 2 {
                            RESERVATIONS
                        } else {
                            "/tenants/acme/reservations"
                        };
                        let wish = json!({ "resource": resource, "amount": 1 });
                        start.wait();
                        let answer = asked.send("POST", path, &wish);
                        match answer.status {
                            201 => 1,
                            429 => {
                                assert_eq!(answer.code(), "tenant_limit_exceeded");
                                0
                            }
                            _ => panic!("{answer}"),
                        }
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!(through, 1, "{resource}");
        assert_eq!(numbers(&own, resource).1, 1, "{resource}");
    }
}

#[test]
fn what_is_reserved_counts_and_is_used_or_given_back() {
    let app = app::start();
    app.leaves_jobs();
    let own = program(&app);
    let of = "custom_integrations";
    let first = reserve(&own, of, 3).expect(201);
    assert_eq!(numbers(&own, of), (0, 3));
    let full = reserve(&own, of, 3).expect(429);
    let details = full.json()["error"]["details"].clone();
    assert_eq!(
        (
            &details["resource"],
            &details["current"],
            &details["limit"],
            &details["requested"]
        ),
        (&json!(of), &json!(3), &json!(5), &json!(3))
    );
    // Of three, two were used; the third is there for others.
    let path = format!("{RESERVATIONS}/{}", id(&first));
    let too_much = json!({ "amount": 4 });
    own.send("POST", &format!("{path}/commitment"), &too_much)
        .expect(422)
        .shows("At most the 3 that were set aside can be used.");
    for _ in 0..2 {
        let done = own
            .send(
                "POST",
                &format!("{path}/commitment"),
                &json!({ "amount": 2 }),
            )
            .expect(200);
        assert_eq!(done.json()["data"]["reservation"]["status"], "committed");
        assert_eq!(numbers(&own, of), (2, 0));
    }
    own.send("DELETE", &path, &json!({}))
        .expect(409)
        .shows("2 of it were used already.");
    let second = reserve(&own, of, 1).expect(201);
    let path = format!("{RESERVATIONS}/{}", id(&second));
    for _ in 0..2 {
        own.send("DELETE", &path, &json!({})).expect(200);
        assert_eq!(numbers(&own, of), (2, 0));
    }
    own.send("POST", &format!("{path}/commitment"), &json!({}))
        .expect(409);
    // One was removed, and one more than there is cannot be.
    let back = format!("{LIMITS}/{of}/return");
    own.send("POST", &back, &json!({ "amount": 1 })).expect(200);
    own.send("POST", &back, &json!({ "amount": 2 }))
        .expect(422)
        .shows("Only 1 are in use.");
    assert_eq!(numbers(&own, of), (1, 0));
    let other = app.program(&app.key(GLOBEX, Permission::ALL));
    other.get(&path).expect(404);
    assert_eq!(numbers(&other, of), (0, 0));
}

#[test]
fn a_name_reserves_once_and_stands_for_one_thing() {
    let app = app::start();
    let own = program(&app);
    let of = "transactions_per_month";
    let wish = |amount: i64| json!({ "resource": of, "amount": amount, "reference": "order-1" });
    let first = own.send("POST", RESERVATIONS, &wish(10)).expect(201);
    let again = own.send("POST", RESERVATIONS, &wish(10)).expect(201);
    assert_eq!(id(&first), id(&again));
    assert_eq!(numbers(&own, of), (0, 10));
    own.send("POST", RESERVATIONS, &wish(11))
        .expect(409)
        .shows("order-1 names a reservation of 10 transactions_per_month already.");
    // By the header alone, and of a platform's key too.
    let any = platform(&app);
    let ask = || {
        let body = json!({ "resource": of, "amount": 5 }).to_string();
        let header = [("Idempotency-Key", "order-2")];
        any.ask(
            "POST",
            "/tenants/acme/reservations",
            &header,
            Some(body.as_bytes()),
        )
        .expect(201)
    };
    assert_eq!(id(&ask()), id(&ask()));
    assert_eq!(numbers(&own, of), (0, 15));
    // Many at once.
    let ids: Vec<String> = std::thread::scope(|scope| {
        let ask = || {
            let wish = json!({ "resource": of, "amount": 7, "reference": "order-3" });
            id(&any
                .send("POST", "/tenants/acme/reservations", &wish)
                .expect(201))
        };
        let all: Vec<_> = (0..12).map(|_| scope.spawn(ask)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|one| *one == ids[0]), "{ids:?}");
    assert_eq!(numbers(&own, of), (0, 22));
}

#[test]
fn what_nobody_came_back_for_is_given_back_before_anybody_is_refused() {
    let app = app::start();
    app.leaves_jobs();
    let own = program(&app);
    let of = "custom_integrations";
    let wish = json!({ "resource": of, "amount": 5, "expires_in_seconds": 60 });
    let held = own.send("POST", RESERVATIONS, &wish).expect(201);
    reserve(&own, of, 1).expect(429);
    app.clock.advance(TimeDelta::seconds(61));
    reserve(&own, of, 1).expect(201);
    assert_eq!(numbers(&own, of), (0, 1));
    let path = format!("{RESERVATIONS}/{}", id(&held));
    let gone = own.get(&path).expect(200).json();
    assert_eq!(gone["data"]["reservation"]["status"], "expired");
    own.send("POST", &format!("{path}/commitment"), &json!({}))
        .expect(409)
        .shows("Nobody came back for it in time");
}

#[test]
fn a_counter_begins_anew_with_the_tenants_own_month() {
    let app = app::start();
    app.leaves_jobs();
    let own = program(&app);
    let of = "transactions_per_month";
    let zone = json!({ "settings": { "timezone": "Pacific/Auckland" } });
    own.send("PUT", "/tenants/me", &zone).expect(200);
    app.inner().directory.forget();
    used(&own, of, 1_000).expect(201);
    let full = used(&own, of, 1).expect(429).json();
    let resets = full["error"]["details"]["resets_at"].as_str().unwrap();
    let resets: chrono::DateTime<chrono::Utc> = resets.parse().unwrap();
    let zone: domain::TimeZone = "Pacific/Auckland".parse().unwrap();
    let there = resets.with_timezone(&zone.tz());
    assert!(there.to_rfc3339().contains("-01T00:00:00"), "{there}");
    let wait = resets - app.clock.now();
    app.clock.advance(wait - TimeDelta::minutes(1));
    used(&own, of, 1).expect(429);
    app.clock
        .advance(TimeDelta::minutes(1) + TimeDelta::seconds(1));
    assert_eq!(numbers(&own, of), (0, 0));
    used(&own, of, 1_000).expect(201);
    assert_eq!(numbers(&own, of), (1_000, 0));
    // A clock that is put back makes nothing new.
    app.clock.advance(TimeDelta::minutes(-2));
    used(&own, of, 1).expect(429);
}

#[test]
fn beyond_the_limit_there_is_grace_for_as_long_as_was_said() {
    let app = app::start();
    app.leaves_jobs();
    let (own, any) = (program(&app), platform(&app));
    let seats = json!({
        "key": "desks", "name": "Desks", "unit": "desks", "kind": "level",
        "default_limit": 10, "grace_percent": 20, "grace_days": 3,
    });
    any.send("POST", "/resources", &seats).expect(201);
    // No job brought it to the tenant yet.
    used(&own, "desks", 10).expect(201);
    used(&own, "desks", 2).expect(201);
    used(&own, "desks", 1).expect(429);
    let now = stand(&own, "desks");
    assert_eq!(
        (&now["status"], &now["limit"]),
        (&json!("exceeded"), &json!(10))
    );
    assert!(now["grace_until"].is_string());
    own.send(
        "POST",
        &format!("{LIMITS}/desks/return"),
        &json!({ "amount": 1 }),
    )
    .expect(200);
    assert_eq!(stand(&own, "desks")["status"], "grace");
    app.clock.advance(TimeDelta::days(3));
    used(&own, "desks", 1).expect(429);
    // Below the limit again, and the days begin anew with the next time.
    own.send(
        "POST",
        &format!("{LIMITS}/desks/return"),
        &json!({ "amount": 2 }),
    )
    .expect(200);
    used(&own, "desks", 3).expect(201);
    app.run_jobs();
    assert_eq!(numbers(&own, "desks"), (12, 0));
    // What a plan or a tenant says goes before what the resource says.
    any.send(
        "PUT",
        "/tenants/acme",
        &json!({ "limits": { "desks": 30 } }),
    )
    .expect(200);
    app.run_jobs();
    assert_eq!(stand(&own, "desks")["limit"], 30);
    any.send("DELETE", "/resources/desks", &json!({}))
        .expect(200);
    reserve(&own, "desks", 100).expect(429);
    any.send("POST", "/resources", &seats).expect(409);
    any.send("DELETE", "/resources/users", &json!({}))
        .expect(409);
}

#[test]
fn each_threshold_is_told_once() {
    let app = app::start();
    let own = program(&app);
    let of = "transactions_per_month";
    let told = || {
        app.run_jobs();
        let letters = app.letters();
        let of_limits = letters.iter().filter(|one| one.subject.contains("limit"));
        of_limits.map(|one| one.subject.clone()).collect::<Vec<_>>()
    };
    let table = app.table(ACME, "events");
    let events = |kind: &str| app.count(&format!("{table} where kind = '{kind}'"));
    used(&own, of, 790).expect(201);
    assert!(told().is_empty());
    used(&own, of, 10).expect(201);
    used(&own, of, 10).expect(201);
    assert_eq!(told(), ["Acme is at 80 % of a limit: Transactions a month"]);
    // Two at once: the highest alone.
    used(&own, of, 185).expect(201);
    used(&own, of, 5).expect(201);
    let all = told();
    assert_eq!(
        all[1..],
        [
            "Acme is at 90 % of a limit: Transactions a month",
            "Acme has reached a limit: Transactions a month",
        ]
    );
    used(&own, of, 1).expect(429);
    assert_eq!(told().len(), 3);
    assert_eq!(events("resources.quota.warning"), 2);
    assert_eq!(events("resources.quota.exceeded"), 1);
    assert_eq!(events("tenant.limits.exceeded"), 1);
    assert_eq!(app.letters()[0].to.as_str(), ACME.email("owner"));
    // It is news again in the next month.
    app.clock.advance(TimeDelta::days(32));
    used(&own, of, 800).expect(201);
    assert_eq!(told().len(), 4);
}

#[test]
fn a_look_says_where_the_tenant_stands_and_what_was_done() {
    let app = app::start();
    app.leaves_jobs();
    let (own, any) = (program(&app), platform(&app));
    let all = own
        .send("POST", "/tenants/me/limits/check", &json!({}))
        .expect(200)
        .json();
    assert_eq!(all["data"]["limits_status"].as_array().unwrap().len(), 6);
    assert_eq!(all["data"]["overall_status"], "healthy");
    let look = json!({
        "auto_enforce": true, "notifications": ["email"],
        "check_types": ["user_count", "storage_quota", "transactions_per_month"],
        "grace_period_percent": 10,
    });
    used(&own, "transactions_per_month", 900).expect(201);
    let found = any
        .send("POST", "/tenants/acme/limits/check", &look)
        .expect(200)
        .json();
    let found = &found["data"]["limits_status"];
    assert_eq!(
        (&found[0]["resource"], &found[0]["current"]),
        (&json!("user_count"), &json!(8))
    );
    assert_eq!(
        (&found[1]["current"], &found[1]["usage_percent"]),
        (&Json::Null, &Json::Null)
    );
    assert_eq!(found[2]["status"], "warning");
    for (wrong, words) in [
        (
            json!({ "check_types": ["beds"] }),
            "beds is not among what is limited.",
        ),
        (
            json!({ "notifications": ["pigeon"] }),
            "Choose email, in_app or both.",
        ),
        (json!({ "grace_period_percent": 101 }), "Choose 0 to 100."),
    ] {
        own.send("POST", "/tenants/me/limits/check", &wrong)
            .expect(422)
            .shows(words);
    }
    let reader = app.program(&app.key(ACME, &[Permission::ReadUsage]));
    reader.get(LIMITS).expect(200);
    reader
        .send("POST", "/tenants/me/limits/check", &json!({}))
        .expect(403);
    reserve(&reader, "transactions_per_month", 1).expect(403);
}

#[test]
fn nothing_that_is_wrong_is_counted() {
    let app = app::start();
    let own = program(&app);
    let of = "transactions_per_month";
    for amount in [0, -1, i64::MIN, i64::MAX, 1_000_000_000_001] {
        reserve(&own, of, amount).expect(422);
        own.send(
            "POST",
            &format!("{LIMITS}/{of}/return"),
            &json!({ "amount": amount }),
        )
        .expect(422);
    }
    for (resource, words) in [
        ("beds", "beds is not among what is limited."),
        ("users", "users is counted by the portal itself."),
        ("storage_gb", "storage_gb is counted by the portal itself."),
        ("../x", "Begin with a letter"),
    ] {
        reserve(&own, resource, 1).expect(422).shows(words);
    }
    reserve(&own, of, 1_000_000_000_000).expect(429);
    own.send(
        "PUT",
        &format!("/tenants/me/usage/{of}"),
        &json!({ "value": 1 }),
    )
    .expect(422)
    .shows("It is counted: reserve and give back instead.");
    own.send("PUT", "/tenants/me/usage/beds", &json!({ "value": 1 }))
        .expect(404);
    let wrong = json!({ "resource": of, "amount": 1, "expires_in_seconds": 0 });
    own.send("POST", RESERVATIONS, &wrong).expect(422);
    assert_eq!(numbers(&own, of), (0, 0));
}

#[test]
fn the_page_says_where_the_tenant_stands_and_what_is_not_measured() {
    let app = app::start();
    app.leaves_jobs();
    let own = program(&app);
    used(&own, "transactions_per_month", 950).expect(201);
    used(&own, "custom_integrations", 5).expect(201);
    reserve(&own, "transactions_per_month", 7).expect(201);
    let page = app.analyst().get("/usage").expect(200);
    page.shows("950 of 1,000")
        .shows("Near limit")
        .shows("7 more set aside by your application.")
        .shows("At the limit: Integrations of its own.")
        .shows("8 of 50")
        .shows("10 at most. How much is in use is not measured yet.")
        .shows("200 of 100,000")
        .hides("/plan\"");
    app.owner()
        .get("/usage")
        .expect(200)
        .shows("href=\"/plan\"");
    app.member().get("/usage").expect(403);
    app.stranger()
        .get("/usage")
        .expect(200)
        .shows("0 of 1,000")
        .hides("950 of");
}

#[test]
fn the_overview_shows_the_limit_that_presses_most() {
    let app = app::start();
    app.leaves_jobs();
    let own = program(&app);
    let near = "Transactions per month: 850 of 1,000 are in use (85 %).";
    app.analyst().get("/").expect(200).hides("are in use (");
    used(&own, "transactions_per_month", 850).expect(201);
    used(&own, "custom_integrations", 4).expect(201);
    let page = app.analyst().get("/").expect(200);
    page.shows(near)
        .shows("It begins anew ")
        .shows("href=\"/usage\"")
        .hides("Custom integrations: ");
    // Told on the pages alone, nobody gets a letter.
    let look = json!({ "notifications": ["in_app"] });
    let found = own
        .send("POST", "/tenants/me/limits/check", &look)
        .expect(200)
        .json();
    assert_eq!(found["data"]["notifications_sent"], 2);
    used(&own, "custom_integrations", 1).expect(201);
    app.analyst()
        .get("/")
        .expect(200)
        .shows("Custom integrations: 5 of 5 are in use (100 %).")
        .shows("More is refused.")
        .hides(near);
    app.member().get("/").expect(200).hides("are in use (");
    app.stranger().get("/").expect(200).hides("are in use (");
}
