//! The console by its front door: what it answers, what it never does, and what is written down of it.

mod bounds;
mod closed;
mod escapes;
mod page;

use diesel::RunQueryDsl;
use domain::permission::Permission;
use serde_json::{Value as Json, json};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World};
use crate::support::client::Answer;
use crate::support::keys::Program;

/// An app whose console is on.
fn start() -> App {
    start_with(&[])
}

fn start_with(settings: &[(&str, &str)]) -> App {
    let mut all = vec![
        ("console.enabled", "yes"),
        (
            "console.key",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
        ("api.queries_per_minute", "100000"),
    ];
    all.extend_from_slice(settings);
    let app = app::start_with(&all);
    app.lock_down();
    app
}

fn program(app: &App, world: World) -> Program {
    app.program(&app.key(world, &[Permission::UseConsole, Permission::OwnTenant]))
}

fn ask(program: &Program, query: &str) -> Answer {
    send(program, &json!({ "query": query }))
}

fn send(program: &Program, body: &Json) -> Answer {
    program.send("POST", "/tenants/me/query", body)
}

fn rows(answer: Answer) -> Json {
    answer.expect(200).json()["data"]["rows"].clone()
}

#[test]
fn the_references_own_question_is_answered() {
    let app = start();
    let acme = program(&app, ACME);
    let question = json!({
        "query": "SELECT COUNT(*) as total_users, COUNT(CASE WHEN created_at >= $1 THEN 1 END) as new_users FROM users",
        "parameters": ["2025-11-01T00:00:00Z"], "read_only": true, "timeout_ms": 5000, "limit_rows": 1000,
    });
    let answer = send(&acme, &question).expect(200).json();
    let data = &answer["data"];
    assert_eq!(data["rows"], json!([[9, 9]]));
    assert_eq!(data["columns"], json!(["total_users", "new_users"]));
    assert_eq!(data["column_types"], json!(["int8", "int8"]));
    assert_eq!(
        (&data["row_count"], &data["cut"]),
        (&json!(1), &json!(false))
    );
    assert!(data["query_id"].as_str().unwrap().starts_with("q_"));
    assert_eq!(data["schema"], "acme");
}

#[test]
fn each_tenant_reads_its_own_rows_and_only_those() {
    let app = start();
    for (world, other) in [(ACME, GLOBEX), (GLOBEX, ACME)] {
        let program = program(&app, world);
        let all = rows(ask(&program, "select email from users order by email;"));
        let text = all.to_string();
        assert_eq!(all.as_array().unwrap().len(), 9, "{text}");
        assert!(
            text.contains(world.slug) && !text.contains(other.slug),
            "{text}"
        );
        let query = format!(
            "select count(*) from users where tenant_id = '{}'",
            other.id().uuid()
        );
        assert_eq!(rows(ask(&program, &query)), json!([[0]]));
    }
}

#[test]
fn another_key_of_the_operators_makes_another_password() {
    let app = start();
    let acme = program(&app, ACME);
    assert_eq!(rows(ask(&acme, "select count(*) from users")), json!([[9]]));
    assert_eq!(app.count("node.console_logins where epoch = 1"), 1);
    // As if it had been made of another key, and for a schema in which the tenant lives no more.
    for stale in ["key_mark = 'another'", "schema_name = 'catalogue'"] {
        let text = format!("update node.console_logins set {stale}");
        crate::support::postgres::query(&text)
            .execute(&mut app.sql_of(ACME))
            .unwrap();
        assert_eq!(rows(ask(&acme, "select count(*) from users")), json!([[9]]));
    }
    assert_eq!(app.count("node.console_logins where epoch = 3"), 1);
}

#[test]
fn sql_08_parameters_are_values_only() {
    let app = start();
    let acme = program(&app, ACME);
    for value in [
        "'; drop table users; --",
        "$1",
        "') or true --",
        "x' union select email from users --",
        "\\'; select 1",
        "U&'\\0027'",
        "{{7*7}}",
    ] {
        let question = json!({ "query": "select $1::text, (select count(*) from users where name = $1)", "parameters": [value] });
        assert_eq!(rows(send(&acme, &question)), json!([[value, 0]]));
    }
    let question = json!({
        "query": "select $1::int + 1, $2::bool, $3::text is null, $4::jsonb->>'a', $5::numeric",
        "parameters": [41, true, null, {"a": "b"}, 1.5],
    });
    assert_eq!(
        rows(send(&acme, &question)),
        json!([[42, true, true, "b", "1.5"]])
    );
    let few = json!({ "query": "select $1::int, $2::int", "parameters": [1] });
    let refused = send(&acme, &few).expect(422).json();
    assert!(
        refused["error"]["details"]["fields"]["parameters"].is_string(),
        "{refused}"
    );
    let wrong = json!({ "query": "select $1::int", "parameters": ["one"] });
    send(&acme, &wrong).expect(422);
}

#[test]
fn sql_13_each_question_is_in_the_log_with_what_came_of_it() {
    let app = start();
    let acme = program(&app, ACME);
    ask(&acme, "select name from users limit 2").expect(200);
    ask(&acme, "select nothing_such from users").expect(422);
    ask(&acme, "select password_hash from credentials").expect(403);
    let lines: Vec<String> = app
        .audit()
        .into_iter()
        .filter(|line| line.contains(" console."))
        .collect();
    assert_eq!(
        lines,
        [
            "done console.asked by Test key: select name from users limit 2",
            "done console.answered by Test key: select name from users limit 2",
            "done console.asked by Test key: select nothing_such from users",
            "refused console.answered by Test key: select nothing_such from users",
            "done console.asked by Test key: select password_hash from credentials",
            "refused console.answered by Test key: select password_hash from credentials",
        ]
    );
    let log = app.table(ACME, "audit_entries");
    let asked = format!(
        "{log} where action = 'console.asked' and length(after->>'sha256') = 64 and after->>'query' like 'select %' and actor_kind = 'key'"
    );
    assert_eq!(app.count(&asked), 3);
    let answered = format!(
        "{log} where action = 'console.answered' and after->>'rows' = '2' and after ? 'execution_ms'"
    );
    assert_eq!(app.count(&answered), 1);
    let refused = format!(
        "{log} where action = 'console.answered' and after->>'reason' in ('wrong', 'closed')"
    );
    assert_eq!(app.count(&refused), 2);
    // The whole text, however long it is.
    let long = format!("select '{}' as it", "long words ".repeat(400));
    ask(&acme, &long).expect(200);
    let pieces = format!(
        "{log}, lateral (select string_agg(value, '' order by place) as text from jsonb_array_elements_text(after->'query') with ordinality p(value, place)) whole
         where action = 'console.asked' and jsonb_typeof(after->'query') = 'array' and length(whole.text) = {}",
        long.len()
    );
    assert_eq!(app.count(&pieces), 1);
    let runs = app.table(ACME, "console_runs");
    assert_eq!(app.count(&format!("{runs} where state = 'running'")), 0);
    assert_eq!(app.count(&format!("{runs} where state = 'refused'")), 2);
}

#[test]
fn a_question_whose_process_ended_is_closed_by_the_sweep() {
    let app = start();
    let runs = app.table(ACME, "console_runs");
    let text = format!(
        "insert into {runs} (tenant_id, id, actor_kind, actor_name, query, created_at)
         values ('{}', gen_random_uuid(), 'system', 'system', 'select 1', now() - interval '1 hour')",
        ACME.id().uuid()
    );
    crate::support::postgres::query(&text)
        .execute(&mut app.sql_of(ACME))
        .unwrap();
    crate::support::postgres::query(
        "insert into node.jobs (id, tenant_id, kind, run_at, created_at) select gen_random_uuid(), $1, 'sign_in.sweep', now(), now()",
    )
    .bind::<diesel::sql_types::Uuid, _>(ACME.id().uuid())
    .execute(&mut app.sql_of(ACME))
    .unwrap();
    app.run_jobs();
    assert_eq!(app.count(&format!("{runs} where state = 'stopped'")), 1);
    let last = app.audit().pop().unwrap();
    assert_eq!(last, "refused console.answered by sign_in.sweep: select 1");
}

#[test]
fn only_who_may_asks_and_no_platform_key_does() {
    let app = start();
    let reader = app.program(&app.key(ACME, &[Permission::ReadUsers]));
    assert_eq!(
        ask(&reader, "select 1").expect(403).code(),
        "admin_privileges_required"
    );
    let platform = app.program(&app.platform_key(domain::StaffPermissions::all()));
    let path = format!("/tenants/{}/query", ACME.id());
    platform
        .send("POST", &path, &json!({ "query": "select 1" }))
        .expect(403);
    let acme = program(&app, ACME);
    let path = format!("/tenants/{}/query", GLOBEX.id());
    let crossed = acme
        .send("POST", &path, &json!({ "query": "select 1" }))
        .expect(403);
    assert_eq!(crossed.code(), "cross_tenant_access_denied");
}
