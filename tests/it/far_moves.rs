//! Moving a tenant into a database of its own and out of it: while it is written to, with its jobs, undone, without a
//! row of anybody else's.

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::permission::Permission;
use serde_json::json;

use crate::moves::{FAST, moved, moves, platform, reads, writes};
use crate::support::app::{self, App};
use crate::support::cast::ACME;
use crate::support::postgres::{Database, count, query, superuser_url};

#[derive(QueryableByName, Debug)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// The databases of tenants' own.
pub(crate) fn databases(app: &App) -> Vec<String> {
    let names: Vec<Name> = query("select name from catalogue.databases order by created_at")
        .load(&mut app.sql())
        .unwrap();
    names.into_iter().map(|row| row.name).collect()
}

/// Each tenants' table of a schema, with acme's rows in it and a digest of them.
pub(crate) fn rows(connection: &mut PgConnection, schema: &str) -> Vec<(String, i64, String)> {
    #[derive(QueryableByName)]
    struct Print {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        row_count: i64,
        #[diesel(sql_type = diesel::sql_types::Text)]
        digest: String,
    }
    let prints: Vec<Print> = query(&format!(
        "select t.table_name as name, f.row_count, f.digest from app.tenant_tables('{schema}') t, \
         app.fingerprint('{}', '{schema}', t.table_name, t.all_columns) f where f.row_count > 0 order by 1",
        ACME.id().uuid()
    ))
    .load(connection)
    .unwrap();
    prints
        .into_iter()
        .map(|row| (row.name, row.row_count, row.digest))
        .collect()
}

/// A database of a tenant's own, as the superuser.
pub(crate) fn inside(name: &str) -> PgConnection {
    PgConnection::establish(&superuser_url(name)).unwrap()
}

/// How many rows of others than acme a database has.
fn of_others(connection: &mut PgConnection) -> i64 {
    let tables: Vec<Name> = query("select table_name as name from app.tenant_tables('shared')")
        .load(connection)
        .unwrap();
    let tables = tables.into_iter().map(|row| format!("shared.{}", row.name));
    let tables = tables.chain(["node.jobs".to_owned(), "node.placements".to_owned()]);
    tables
        .map(|table| {
            let id = ACME.id().uuid();
            let of = format!("select count(*) as count from {table} where tenant_id <> '{id}'");
            count(connection, &of)
        })
        .sum()
}

/// Ends the writers whether or not what they wait for comes about.
pub(crate) struct Stops<'a>(pub(crate) &'a AtomicBool);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Where the catalogue says that acme lives, and whether its own database lets it in.
fn placed(app: &App) -> (String, i64) {
    let row: Name = query(&format!(
        "select kind as name from catalogue.placements where tenant_id = '{}'",
        ACME.id().uuid()
    ))
    .get_result(&mut app.sql())
    .unwrap();
    let here = app.count(&format!(
        "node.placements where tenant_id = '{}'",
        ACME.id().uuid()
    ));
    (row.name, here)
}

#[test]
fn a_tenant_is_moved_to_a_database_of_its_own_and_back() {
    let app = app::start();
    let program = platform(&app);
    let owner = app.owner();
    owner.get("/users").expect(200).shows("Owner of acme");
    let lived = app.table(ACME, "").trim_end_matches('.').to_owned();
    let before = rows(&mut app.sql(), &lived);
    let done = moved(&app, &program, "database");
    assert!(done["move"]["pause_ms"].as_f64().unwrap() > 0.0, "{done}");
    assert_eq!(placed(&app), ("database".to_owned(), 0));
    let own = databases(&app);
    assert_eq!(own.len(), 1);
    let mut there = inside(&own[0]);
    assert_eq!(of_others(&mut there), 0);
    let now = rows(&mut there, "shared");
    for table in before {
        if !["audit_entries", "events", "audit_heads"].contains(&&*table.0) {
            assert!(now.contains(&table), "{table:?} of {now:?}");
        }
    }
    // The same session goes on, and what it writes lies there alone.
    owner.get("/users").expect(200).shows("Owner of acme");
    owner
        .post(
            "/roles",
            &[("name", "Night shift"), ("permissions", "users:read")],
        )
        .expect(303);
    let role = "select count(*) as count from shared.roles where name = 'Night shift'";
    assert_eq!(count(&mut there, role), 1);
    assert_eq!(count(&mut app.sql(), role), 0);
    // Undone, it is where it was, with everything that was written since.
    let one = format!("{}/{}", moves(), done["move"]["id"].as_str().unwrap());
    program
        .send("POST", &format!("{one}/undo"), &json!({}))
        .expect(200);
    app.run_jobs();
    assert_eq!(app.table(ACME, "").trim_end_matches('.'), lived);
    owner.get("/roles").expect(200).shows("Night shift");
    let entered = "select count(*) as count from node.placements";
    assert_eq!(count(&mut there, entered), 0, "nobody is let in there");
    // To a schema by way of the database, whose copy is followed.
    moved(&app, &program, "database");
    assert_eq!(databases(&app), own, "the kept copy");
    let to = if lived == "shared" {
        "schema"
    } else {
        "shared"
    };
    let away = moved(&app, &program, to);
    owner.get("/roles").expect(200).shows("Night shift");
    owner.get("/audit").expect(200).shows("moved");
    // The copy goes when it is said, and its database with it.
    drop(there);
    let one = format!("{}/{}", moves(), away["move"]["id"].as_str().unwrap());
    program
        .send("DELETE", &format!("{one}/copy"), &json!({}))
        .expect(200);
    app.run_jobs();
    assert_eq!(app.count("catalogue.copies"), 0);
    assert_eq!(databases(&app), Vec::<String>::new());
    for left in [
        format!("pg_database where datname = '{}'", own[0]),
        format!("node.ledger where schema_name = '{}'", own[0]),
    ] {
        assert_eq!(app.count(&left), 0, "{left}");
    }
}

#[test]
fn iso_15_no_write_is_lost_while_a_tenant_is_moved_between_databases() {
    let app = app::start_with(FAST);
    let program = platform(&app);
    let key = app.key(ACME, Permission::ALL);
    let stop = AtomicBool::new(false);
    let reader = app.owner();
    let lived = app.table(ACME, "");
    let back = if lived == "shared." {
        "shared"
    } else {
        "schema"
    };
    let (acknowledged, pages) = std::thread::scope(|threads| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (program, stop) = (app.program(&key), &stop);
                threads.spawn(move || writes(&program, writer, stop))
            })
            .collect();
        let pages = threads.spawn(|| reads(&reader, &stop));
        let end = Stops(&stop);
        for to in ["database", back, "database"] {
            moved(&app, &program, to);
        }
        drop(end);
        let written: Vec<i64> = writers.into_iter().map(|one| one.join().unwrap()).collect();
        (written, pages.join().unwrap())
    });
    assert!(
        acknowledged.iter().all(|writes| *writes > 3) && pages > 5,
        "{acknowledged:?}, {pages} pages"
    );
    let mut there = inside(&databases(&app)[0]);
    let mut number = |of: &str| count(&mut there, &format!("select count(*) as count from {of}"));
    for (writer, writes) in acknowledged.iter().enumerate() {
        let last =
            format!("shared.roles where name = 'Role {writer}' and description = 'Write {writes}'");
        assert_eq!(number(&last), 1, "the last of {writes} of writer {writer}");
    }
    let entries = number("shared.audit_entries where action = 'role.changed'");
    assert_eq!(entries, acknowledged.iter().sum::<i64>());
    reader.get("/audit").expect(200);
}

#[test]
fn its_jobs_go_with_it_and_run_once() {
    let app = app::start();
    let program = platform(&app);
    let id = ACME.id().uuid();
    // One waits, one is in somebody's hands, one was given up, one is done; and another tenant's waits.
    app.sql()
        .batch_execute(&format!(
            "insert into node.jobs (id, tenant_id, kind, payload, state, run_at, max_attempts, created_at, lease_token, lease_until, finished_at) values \
             ('00000000-0000-7000-8000-000000000001', '{id}', 'sign_in.sweep', '{{}}', 'queued', now() + interval '1 day', 8, now(), null, null, null), \
             ('00000000-0000-7000-8000-000000000002', '{id}', 'sign_in.sweep', '{{}}', 'running', now(), 8, now(), gen_random_uuid(), now() + interval '1 hour', null), \
             ('00000000-0000-7000-8000-000000000003', '{id}', 'sign_in.sweep', '{{}}', 'dead', now(), 8, now(), null, null, now()), \
             ('00000000-0000-7000-8000-000000000004', '{id}', 'sign_in.sweep', '{{}}', 'done', now(), 8, now(), null, null, now())"
        ))
        .unwrap();
    moved(&app, &program, "database");
    let theirs = "node.jobs where id::text like '00000000-0000-7000-8000-%'";
    assert_eq!(app.count(theirs), 0);
    let mut there = inside(&databases(&app)[0]);
    let mut number = |of: &str| count(&mut there, &format!("select count(*) as count from {of}"));
    assert_eq!(number(theirs), 4);
    assert_eq!(number(&format!("{theirs} and lease_token is not null")), 1);
    assert_eq!(number("node.jobs where kind = 'tenant.move'"), 0);
    let lived = app.count("catalogue.copies where kind = 'shared'") == 1;
    moved(&app, &program, if lived { "shared" } else { "schema" });
    assert_eq!(app.count(theirs), 4);
    assert_eq!(number(theirs), 0);
    app.leaves_jobs();
}

/// Passes all rows of acme in a table from one database to another, one line at a time.
fn pass(from: &mut PgConnection, to: &mut PgConnection, table: &str, since: &str) -> usize {
    let id = ACME.id().uuid();
    let one = |connection: &mut PgConnection, question: &str| -> String {
        let row: Name = query(question).get_result(connection).unwrap();
        row.name
    };
    let columns = one(
        to,
        &format!("select app.row_columns('shared', '{table}')::text as name"),
    );
    from.batch_execute("begin isolation level repeatable read")
        .unwrap();
    to.batch_execute("begin").unwrap();
    let rows = one(
        from,
        &format!("select app.open_rows('{id}', 'shared', '{table}', '{columns}', {since}) as name"),
    );
    let mut passed = 0;
    loop {
        let lines = one(
            from,
            &format!("select app.next_lines('{rows}', 1, 1000)::text as name"),
        );
        if lines == "{}" {
            break;
        }
        let put = format!(
            "select app.put_rows('shared', '{table}', '{{id}}', '{columns}', $q${lines}$q$)::text as name"
        );
        assert_eq!(one(to, &put), "1");
        passed += 1;
    }
    let end = format!("select app.end_rows('shared', '{table}', '{{id}}', '{columns}')");
    to.batch_execute(&format!("{end}; commit")).unwrap();
    from.batch_execute("commit").unwrap();
    passed
}

#[test]
fn rows_arrive_as_they_are_whatever_they_hold() {
    let (one, other) = (Database::unaudited(), Database::unaudited());
    let (mut from, mut to) = (one.superuser(), other.superuser());
    let columns = [
        "id uuid primary key",
        "parent uuid references shared.odd",
        "amount numeric",
        "twice numeric generated always as (amount * 2) stored",
        "at timestamptz",
        "span interval",
        "raw bytea",
        "doc jsonb",
        "\"Words, \"\"said\"\"\" text[]",
        "tenant_id uuid not null",
    ];
    let make = |columns: Vec<&str>| format!("create table shared.odd ({})", columns.join(", "));
    from.batch_execute(&make(columns.to_vec())).unwrap();
    // The same columns, in another order.
    to.batch_execute(&make(columns.iter().rev().copied().collect()))
        .unwrap();
    let id = ACME.id().uuid();
    // A child stands before its parent; and somebody else's row between them.
    from.batch_execute(&format!(
        "insert into shared.odd values \
         ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000001', 1.500, default, '0044-03-15 12:00:00.123456+00 BC', '-1 year 3 days -00:00:00.000001', '\\x00ff5c', '{{\"a\": [1, null, \"\\u00e9\"]}}', array['a,b', '\"', null, '', 'NULL', E'\\\\ \\n'], '{id}'), \
         ('00000000-0000-0000-0000-000000000003', null, 1, default, null, null, null, null, null, gen_random_uuid()), \
         ('00000000-0000-0000-0000-000000000001', null, 'NaN', default, 'infinity', null, '', 'null', '{{}}', '{id}')"
    ))
    .unwrap();
    assert_eq!(pass(&mut from, &mut to, "odd", "null"), 2);
    let print = |connection: &mut PgConnection| rows(connection, "shared");
    assert_eq!(print(&mut from), print(&mut to));
    assert_eq!(print(&mut to)[0].1, 2);
    // What is written again arrives in place of what was there, and nothing else passes.
    from.batch_execute("update shared.odd set doc = '1.10' where parent is not null")
        .unwrap();
    let since = "(select xmin::text::bigint from shared.odd where parent is not null)";
    assert_eq!(pass(&mut from, &mut to, "odd", since), 1);
    assert_eq!(print(&mut from), print(&mut to));
}
