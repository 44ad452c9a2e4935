//! How often the API may be asked.

use domain::permission::Permission;
use domain::{ApiKey, StaffPermission, StaffPermissions};
use serde_json::json;

use crate::support::app;
use crate::support::cast::{ACME, GLOBEX};
use crate::support::client::Answer;
use crate::support::keys::Program;

#[test]
fn ovl_05_only_who_asks_too_often_is_refused() {
    let app = app::start_with(&[("api.queries_per_minute", "5")]);
    let (busy, calm) = (
        app.key(ACME, &[Permission::ReadUsers]),
        app.key(GLOBEX, &[Permission::ReadUsers]),
    );
    let (busy, calm) = (app.program(&busy), app.program(&calm));
    let first = busy.get("/tenants/me/users").expect(200);
    assert_eq!(
        (
            first.header("ratelimit-limit"),
            first.header("ratelimit-remaining")
        ),
        (Some("5"), Some("4"))
    );
    assert_eq!(first.header("ratelimit-reset"), Some("12"));
    // A hundred times its rate, and another tenant in between.
    let mut passed = 0;
    for number in 0..500 {
        let answer = busy.get("/tenants/me/users");
        for name in ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"] {
            assert!(answer.header(name).is_some(), "{name}: {answer}");
        }
        match answer.status {
            200 => passed += 1,
            429 => assert!(answer.header("retry-after").is_some()),
            other => panic!("{other}: {answer}"),
        }
        if number % 100 == 50 {
            calm.get("/tenants/me/users").expect(200);
        }
    }
    // Five at once, and one more for each twelve seconds that it took.
    assert!((4..=6).contains(&passed), "{passed}");
    let refused = busy.get("/tenants/me/users").expect(429);
    assert_eq!(refused.code(), "rate_limit_exceeded");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    assert_eq!(refused.header("ratelimit-remaining"), Some("0"));
    let details = &refused.json()["error"]["details"];
    assert_eq!(
        (&details["limit"], &details["requested"]),
        (&5.into(), &1.into())
    );
    assert_eq!(details["retry_after_seconds"], wait);
}

#[test]
fn what_is_asked_of_usage_has_a_limit_of_its_own() {
    let app = app::start_with(&[("api.usage_per_minute", "2")]);
    let program = app.program(&app.key(ACME, Permission::ALL));
    let limit = |path: &str, status: u16| {
        let answer = program.get(path).expect(status);
        answer.header("ratelimit-limit").map(str::to_owned)
    };
    let usage = || Some("2".to_owned());
    assert_eq!(limit("/tenants/me/limits", 200), usage());
    assert_eq!(limit("/tenants/me/limits", 200), usage());
    assert_eq!(limit("/tenants/me/limits", 429), usage());
    assert_eq!(limit("/tenants/me/users", 200), Some("100".to_owned()));
}

#[test]
fn a_plan_says_how_often_its_tenants_may_ask() {
    let app = app::start();
    app.leaves_jobs();
    let staff = app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)));
    let terms = json!({ "rates": { "queries_per_minute": 3, "usage_per_minute": 2000 } });
    let plan = staff
        .send("PUT", "/plans/enterprise", &terms)
        .expect(200)
        .json();
    assert_eq!(plan["data"]["plan"]["rates"], terms["rates"]);
    let wrong = json!({ "rates": { "queries_per_minute": 0 } });
    staff.send("PUT", "/plans/enterprise", &wrong).expect(422);
    let wrong = json!({ "rates": { "anything": 5 } });
    staff.send("PUT", "/plans/enterprise", &wrong).expect(422);
    let (ours, theirs) = (
        app.key(ACME, Permission::ALL),
        app.key(GLOBEX, Permission::ALL),
    );
    let (ours, theirs) = (app.program(&ours), app.program(&theirs));
    // Who is on the version before keeps what it says.
    ours.get("/tenants/me/users").expect(200);
    let kept = ours.get("/tenants/me/users").expect(200);
    assert_eq!(kept.header("ratelimit-limit"), Some("100"));
    let acme = json!({ "tenants": ["acme"] });
    staff
        .send("POST", "/plans/enterprise/migration", &acme)
        .expect(200);
    let limit = |answer: Answer| answer.header("ratelimit-limit").map(str::to_owned);
    // Once a process has heard of it.
    app.inner().directory.forget();
    ours.get("/tenants/me").expect(200);
    let answers: Vec<Answer> = (0..6).map(|_| ours.get("/tenants/me/users")).collect();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert!((3..=5).contains(&refused), "{refused}");
    assert_eq!(
        limit(answers.into_iter().last().unwrap()).as_deref(),
        Some("3")
    );
    // Others, other things, and keys that are none learn nothing of it.
    theirs.get("/tenants/me/users").expect(200);
    assert_eq!(
        limit(theirs.get("/tenants/me/users").expect(200)).as_deref(),
        Some("100")
    );
    assert_eq!(
        limit(ours.get("/tenants/me/limits").expect(200)).as_deref(),
        Some("2000")
    );
    let none = ours_in_name_only(&app);
    assert_eq!(
        limit(none.get("/tenants/me/users").expect(401)).as_deref(),
        Some("100")
    );
    assert_eq!(
        limit(none.get("/tenants/me/limits").expect(401)).as_deref(),
        Some("50")
    );
}

/// With a key of the right form that nobody made.
fn ours_in_name_only(app: &app::App) -> Program {
    app.program(&ApiKey::of_tenant(ACME.id(), &[7; 32]))
}

#[test]
fn ovl_06_a_limit_is_one_over_all_processes() {
    let app = app::start_with(&[("api.queries_per_minute", "20")]);
    let second = app.beside();
    let key = app.key(ACME, &[Permission::ReadUsers]);
    let passed: usize = std::thread::scope(|scope| {
        let all: Vec<_> = (0..60)
            .map(|number| {
                let port = if number % 2 == 0 {
                    app.port
                } else {
                    second.port
                };
                let key = key.reveal();
                scope.spawn(move || {
                    let browser = crate::support::client::Browser::new("localhost", port);
                    let ask = browser.ask("GET", "/api/v1/tenants/me/users");
                    ask.header("X-API-Key", key).send().status
                })
            })
            .collect();
        all.into_iter()
            .filter(|_| true)
            .map(|one| one.join().unwrap())
            .filter(|status| *status == 200)
            .count()
    });
    assert!((20..=21).contains(&passed), "{passed}");
}

#[test]
fn ovl_07_keys_that_are_none_cost_their_address_and_no_tenant() {
    let app = app::start_with(&[("api.queries_per_minute", "2")]);
    let good = app.key(ACME, &[Permission::ReadUsers]);
    for number in 0..18_u8 {
        let made_up = ApiKey::of_tenant(ACME.id(), &[number; 32]);
        let program = app.program_at("localhost", Some(made_up.reveal()));
        let spoofed = format!("203.0.113.{number}");
        program
            .ask(
                "GET",
                "/tenants/me/users",
                &[("X-Forwarded-For", &spoofed)],
                None,
            )
            .expect(401);
    }
    assert_eq!(app.count("node.rates where bucket like '%:tenant:%'"), 0);
    app.program(&good).get("/tenants/me/users").expect(200);
    assert_eq!(
        app.count("node.rates where bucket like '%:address:127.0.0.1'"),
        1
    );
    app.program(&good).get("/tenants/me/users").expect(200);
    let made_up = ApiKey::of_tenant(ACME.id(), &[99; 32]);
    app.program_at("localhost", Some(made_up.reveal()))
        .get("/tenants/me/users")
        .expect(429);
}

#[test]
fn ovl_07_no_header_of_a_stranger_is_another_address() {
    let untrusted = app::start_with(&[("api.queries_per_minute", "1")]);
    let trusted = app::start_with(&[
        ("api.queries_per_minute", "1"),
        ("proxies.trusted", "127.0.0.1/32"),
    ]);
    for (app, place) in [(&untrusted, "127.0.0.1"), (&trusted, "198.51.100.7")] {
        let nobody = app.program_at("localhost", None);
        let mut passed = 0;
        for number in 0..5_000_u32 {
            let [_, a, b, c] = number.to_be_bytes();
            let made_up = format!("203.{a}.{b}.{c}");
            // A proxy that is trusted says last who came; what stands before that is the client's own.
            let forwarded = if place == "127.0.0.1" {
                made_up.clone()
            } else {
                format!("{made_up}, {place}")
            };
            let named = format!("for={made_up}");
            let headers = [
                ("X-Forwarded-For", forwarded.as_str()),
                ("X-Real-IP", made_up.as_str()),
                ("Forwarded", named.as_str()),
            ];
            let answer = nobody.ask("GET", "/tenants/me/users", &headers, None);
            match answer.status {
                401 => passed += 1,
                429 => {}
                other => panic!("{other}: {answer}"),
            }
        }
        // Ten at once from one address, and one more for each six seconds that it took.
        assert!((10..=30).contains(&passed), "{place}: {passed}");
        assert_eq!(app.count("node.rates where bucket like '%:address:%'"), 1);
        let own = format!("node.rates where bucket like '%:address:{place}'");
        assert_eq!(app.count(&own), 1);
    }
}
