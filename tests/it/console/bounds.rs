//! SQL-05, 06, 07, 10, 11: what a question may take, however it asks for more.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{ask, program, rows, send, start, start_with};
use crate::support::app::App;
use crate::support::cast::{ACME, GLOBEX};

/// Sessions of the console's logins in this database.
fn sessions(app: &App) -> i64 {
    app.count("pg_stat_activity where usename like 'tq_%' and datname = current_database()")
}

fn soon(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn sql_05_what_would_not_end_is_ended() {
    let app = start_with(&[("console.max_seconds", "1")]);
    let acme = program(&app, ACME);
    for question in [
        "select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b",
        "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) from r",
        "select md5(string_agg(n::text, ',' order by md5(n::text))) from generate_series(1, 20000000) n",
        "select length(string_agg(md5(n::text), '')) from generate_series(1, 50000000) n",
        "select length(jsonb_pretty(jsonb_agg(n))) from generate_series(1, 20000000) n",
        "select n, md5(n::text) from generate_series(1, 30000000) n order by 2",
        "select array_fill(n, array[10000, 10000]) from generate_series(1, 1000) n",
        "select 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' ~ '^(((a+)+)+)+$', count(*) from generate_series(1, 1000000000)",
    ] {
        let answer = ask(&acme, question);
        assert!([504, 422].contains(&answer.status), "{question}: {answer}");
        if answer.status == 504 {
            assert_eq!(answer.code(), "query_timeout");
        }
    }
    assert_eq!(rows(ask(&acme, "select count(*) from users")), json!([[9]]));
    soon("sessions are left", || sessions(&app) == 0);
}

#[test]
fn sql_06_large_answers_are_cut() {
    let app = start();
    let acme = program(&app, ACME);
    let many = ask(&acme, "select n from generate_series(1, 3000000) n")
        .expect(200)
        .json();
    assert_eq!(
        (&many["data"]["row_count"], &many["data"]["cut"]),
        (&json!(1_000), &json!(true))
    );
    let exactly = ask(&acme, "select n from generate_series(1, 1000) n")
        .expect(200)
        .json();
    assert_eq!(
        (&exactly["data"]["row_count"], &exactly["data"]["cut"]),
        (&json!(1_000), &json!(false))
    );
    let wide = "select string_agg(md5(n::text), '') as words from generate_series(1, 1000000) n";
    let wide = ask(&acme, wide).expect(200);
    assert!(wide.text().len() < 100_000);
    assert_eq!(wide.json()["data"]["cut"], true);
    let columns: Vec<String> = (0..1_600).map(|n| format!("{n} c{n}")).collect();
    let columns = ask(&acme, &format!("select {}", columns.join(", ")))
        .expect(200)
        .json();
    assert_eq!(columns["data"]["columns"].as_array().unwrap().len(), 1_600);
    assert_eq!(columns["data"]["rows"][0][1_599], 1_599);
    let odd = "select 1 as a, 2 as a, 'NaN'::float8 as n, '-Infinity'::float8 as i, '\\xdeadbeef'::bytea as b, null as z, 1.50 as d, array[1,2] as l";
    let odd = ask(&acme, odd).expect(200).json();
    assert_eq!(
        odd["data"]["columns"],
        json!(["a", "a", "n", "i", "b", "z", "d", "l"])
    );
    assert_eq!(
        odd["data"]["rows"],
        json!([[
            1,
            2,
            "NaN",
            "-Infinity",
            "\\xdeadbeef",
            null,
            "1.50",
            "{1,2}"
        ]])
    );
    let none = ask(&acme, "select name from users where false")
        .expect(200)
        .json();
    assert_eq!(
        (&none["data"]["rows"], &none["data"]["columns"]),
        (&json!([]), &json!(["name"]))
    );
    let every = ask(
        &acme,
        "select repeat from (select string_agg(md5(n::text), '') as repeat from generate_series(1, 2000) n) x, generate_series(1, 1000)",
    );
    assert!(every.expect(200).text().len() < 6 << 20);
}

#[test]
fn sql_07_what_a_client_asks_for_does_not_widen_what_is_allowed() {
    let app = start_with(&[("console.max_seconds", "1"), ("console.max_rows", "10")]);
    let acme = program(&app, ACME);
    let body = json!({ "query": "select n from generate_series(1, 100) n", "read_only": false, "timeout_ms": 3_600_000, "limit_rows": 1_000_000_000 });
    let answer = send(&acme, &body).expect(200).json();
    assert_eq!(
        (&answer["data"]["row_count"], &answer["data"]["cut"]),
        (&json!(10), &json!(true))
    );
    let writes = json!({ "query": "delete from users returning name", "read_only": false });
    send(&acme, &writes).expect(422);
    let slow = json!({ "query": SLOW, "timeout_ms": 3_600_000 });
    assert_eq!(send(&acme, &slow).expect(504).code(), "query_timeout");
    let fewer = json!({ "query": "select n from generate_series(1, 100) n", "limit_rows": 3, "timeout_ms": 900 });
    assert_eq!(
        send(&acme, &fewer).expect(200).json()["data"]["row_count"],
        3
    );
    let other = json!({ "query": "select 1", "schema": "catalogue" });
    send(&acme, &other).expect(422);
    for wrong in [
        json!({ "query": "select 1", "limit_rows": 0 }),
        json!({ "query": "select 1", "timeout_ms": -1 }),
        json!({ "query": "" }),
    ] {
        send(&acme, &wrong).expect(422);
    }
}

const SLOW: &str =
    "select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b";

/// Sends a question and does not wait for its answer.
fn begin(app: &App, key: &str) -> TcpStream {
    let body = json!({ "query": SLOW }).to_string();
    let mut line = TcpStream::connect(("127.0.0.1", app.port)).unwrap();
    write!(
        line,
        "POST /api/v1/tenants/me/query HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    line
}

#[test]
fn sql_10_a_question_ends_when_nobody_waits_for_it() {
    let app = start_with(&[("console.max_seconds", "60")]);
    let acme = program(&app, ACME);
    ask(&acme, "select 1").expect(200);
    for _ in 0..3 {
        let line = begin(&app, acme.key.as_deref().unwrap());
        soon("it never began", || sessions(&app) == 1);
        drop(line);
        // Long before its own end.
        soon("it goes on", || sessions(&app) == 0);
    }
    let runs = app.table(ACME, "console_runs");
    soon("it is not written down", || {
        app.count(&format!("{runs} where state = 'running'")) == 0
    });
    assert_eq!(app.count(&format!("{runs} where state = 'stopped'")), 3);
}

#[test]
fn sql_11_a_third_question_of_a_tenant_waits_its_turn_elsewhere() {
    let app = start_with(&[("console.max_seconds", "60"), ("console.connections", "3")]);
    let (acme, globex) = (program(&app, ACME), program(&app, GLOBEX));
    ask(&acme, "select 1").expect(200);
    let lines: Vec<TcpStream> = (0..2)
        .map(|_| begin(&app, acme.key.as_deref().unwrap()))
        .collect();
    soon("they never began", || sessions(&app) == 2);
    let third = ask(&acme, "select 1").expect(429);
    assert_eq!(third.code(), "connection_pool_full");
    assert!(third.header("retry-after").is_some());
    // Another tenant, and everything else, goes on.
    assert_eq!(
        rows(ask(&globex, "select count(*) from users")),
        json!([[9]])
    );
    app.owner().get("/users").expect(200);
    // With all places taken nobody else is answered, and the pages are.
    let more = begin(&app, globex.key.as_deref().unwrap());
    soon("it never began", || sessions(&app) == 3);
    assert_eq!(
        ask(&globex, "select 1").expect(429).code(),
        "connection_pool_full"
    );
    app.owner().get("/users").expect(200);
    drop((lines, more));
    soon("they go on", || sessions(&app) == 0);
    let runs = app.table(ACME, "console_runs");
    soon("they are not written down", || {
        app.count(&format!("{runs} where state = 'running'")) == 0
    });
}
