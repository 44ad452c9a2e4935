//! Writes that are asked for again: one effect, one answer.

use chrono::TimeDelta;
use domain::permission::Permission;
use serde_json::json;

use crate::support::app;
use crate::support::cast::{ACME, GLOBEX};

const KEYED: &[Permission] = Permission::ALL;

#[test]
fn job_06_fifty_at_once_have_one_effect_and_one_answer() {
    let app = app::start_with(&[("api.queries_per_minute", "100000")]);
    app.leaves_jobs();
    let key = app.key(ACME, KEYED);
    let body = json!({ "name": "Once", "permissions": ["users:read"] }).to_string();
    let ask = |program: &crate::support::keys::Program, name: &str, body: &str| {
        program.ask(
            "POST",
            "/tenants/me/roles",
            &[("Idempotency-Key", name)],
            Some(body.as_bytes()),
        )
    };
    let answers: Vec<_> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..50)
            .map(|_| scope.spawn(|| ask(&app.program(&key), "n-1", &body)))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(app.count("shared.roles where name = 'Once'"), 1);
    let first = answers.iter().find(|answer| answer.status == 201).unwrap();
    for answer in &answers {
        match answer.status {
            201 => assert_eq!(answer.json(), first.json()),
            status => assert_eq!(
                (status, answer.code().as_str()),
                (409, "idempotency_key_in_use")
            ),
        }
    }
    let program = app.program(&key);
    let again = ask(&program, "n-1", &body).expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let other = json!({ "name": "Other", "permissions": ["users:read"] }).to_string();
    assert_eq!(
        ask(&program, "n-1", &other).expect(422).code(),
        "idempotency_key_reused"
    );
    // Another key and another tenant have names of their own.
    ask(&app.program(&app.key(ACME, KEYED)), "n-1", &other).expect(201);
    ask(&app.program(&app.key(GLOBEX, KEYED)), "n-1", &body).expect(201);
}

#[test]
fn job_07_what_failed_is_not_kept() {
    let app = app::start();
    let program = app.program(&app.key(ACME, KEYED));
    let ask = |body: serde_json::Value| {
        let body = body.to_string();
        program.ask(
            "POST",
            "/tenants/me/roles",
            &[("Idempotency-Key", "fix")],
            Some(body.as_bytes()),
        )
    };
    ask(json!({ "name": "", "permissions": ["users:read"] })).expect(422);
    ask(json!({ "name": "Fixed", "permissions": ["users:read"] })).expect(201);
    assert_eq!(app.count("shared.roles where name = 'Fixed'"), 1);
}

#[test]
fn job_08_an_answer_is_kept_for_a_day_without_its_secret() {
    let app = app::start();
    let program = app.program(&app.key(ACME, KEYED));
    let ask = || {
        let body = br#"{"name":"Sync","permissions":["users:read"]}"#;
        program.ask(
            "POST",
            "/tenants/me/keys",
            &[("Idempotency-Key", "k")],
            Some(body),
        )
    };
    let first = ask().expect(201).json();
    let secret = first["data"]["key"]["secret"].as_str().unwrap();
    assert_eq!(
        app.count(&format!(
            "shared.api_answers where body::text like '%{secret}%'"
        )),
        0
    );
    let again = ask().expect(201).json();
    assert_eq!(again["data"]["key"]["secret"], json!(null));
    assert_eq!(again["data"]["key"]["id"], first["data"]["key"]["id"]);
    app.clock.advance(TimeDelta::hours(25));
    let anew = ask().expect(201).json();
    assert_ne!(anew["data"]["key"]["id"], first["data"]["key"]["id"]);
    for wrong in ["", &"x".repeat(256)] {
        let body = br#"{"name":"Sync","permissions":["users:read"]}"#;
        program
            .ask(
                "POST",
                "/tenants/me/keys",
                &[("Idempotency-Key", wrong)],
                Some(body),
            )
            .expect(400);
    }
}
