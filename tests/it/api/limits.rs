//! How often the API may be asked.

use domain::ApiKey;
use domain::permission::Permission;

use crate::support::app;
use crate::support::cast::{ACME, GLOBEX};

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
    let statuses: Vec<u16> = (0..30)
        .map(|_| busy.get("/tenants/me/users").status)
        .collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        4,
        "{statuses:?}"
    );
    let refused = busy.get("/tenants/me/users").expect(429);
    assert_eq!(refused.code(), "rate_limit_exceeded");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    assert_eq!(refused.header("ratelimit-remaining"), Some("0"));
    for _ in 0..5 {
        calm.get("/tenants/me/users").expect(200);
    }
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
