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

#[test]
fn job_06_what_breaks_between_effect_and_answer_leaves_neither() {
    use diesel::connection::SimpleConnection;

    let app = app::start();
    let program = app.program(&app.key(ACME, KEYED));
    let ask = |path: &str| {
        let body = br#"{"name":"Once","permissions":["users:read"]}"#;
        program.ask("POST", path, &[("Idempotency-Key", "n-1")], Some(body))
    };
    let mut sql = app.sql_of(ACME);
    let answers = app.table(ACME, "api_answers");
    sql.batch_execute(&format!(
        "create function shared.broken() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
         create trigger broken before insert on {answers} for each row execute function shared.broken();"
    ))
    .unwrap();
    assert!(ask("/tenants/me/roles").status >= 500);
    assert_eq!(app.count("shared.roles where name = 'Once'"), 0);
    sql.batch_execute(&format!(
        "drop trigger broken on {answers}; drop function shared.broken()"
    ))
    .unwrap();
    ask("/tenants/me/roles").expect(201);
    let again = ask("/tenants/me/roles").expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(app.count("shared.roles where name = 'Once'"), 1);
    // The same name at another route is another write.
    let other = ask("/tenants/me/keys").expect(201);
    assert_eq!(other.header("idempotency-replayed"), None);
}

#[test]
fn job_08_a_million_names_are_pruned_after_a_day() {
    use diesel::connection::SimpleConnection;

    let app = app::start();
    app.leaves_jobs();
    let tenant = ACME.id().uuid();
    let fill = format!(
        "insert into shared.api_answers (tenant_id, key_id, route, idempotency_key, request_hash, status, body, created_at)
         select '{tenant}', '{tenant}', 'POST /x', n::text, '\\x00', 201, '{{}}', '{}' from generate_series(1, 1000000) n;
         insert into node.jobs (id, tenant_id, kind, payload, state, run_at, max_attempts, created_at)
         values (gen_random_uuid(), '{tenant}', 'sign_in.sweep', '{{}}', 'queued', '{}', 5, '{}')",
        app.clock.now().to_rfc3339(),
        (app.clock.now() + TimeDelta::hours(25)).to_rfc3339(),
        app.clock.now().to_rfc3339(),
    );
    app.sql_of(ACME).batch_execute(&fill).unwrap();
    let kept = app.count("shared.api_answers");
    assert!(kept >= 1_000_000, "{kept}");
    app.clock.advance(TimeDelta::hours(25));
    app.run_jobs();
    assert_eq!(app.count("shared.api_answers"), 0);
}
