//! Moving a tenant between the shared tables and a schema of its own: by page, by API, while it is written to, killed
//! in the middle, undone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::permission::Permission;
use domain::staff::StaffPermission;
use domain::{StaffPermissions, StaffRole};
use serde_json::{Value, json};
use services::StoreError;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::client::Browser;
use crate::support::keys::Program;
use crate::support::postgres::query;

/// Every setting that lets a program write as fast as it can.
pub(crate) const FAST: &[(&str, &str)] = &[("api.queries_per_minute", "1000000")];

pub(crate) fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

pub(crate) fn moves() -> String {
    format!("/tenants/{}/moves", ACME.id())
}

/// Moves acme to another kind of place by API, and answers the move as it ended.
pub(crate) fn moved(app: &App, program: &Program, to: &str) -> Value {
    let asked = program
        .send("POST", &moves(), &json!({ "placement": to }))
        .expect(201);
    app.run_jobs();
    let path = format!(
        "{}/{}",
        moves(),
        asked.json()["data"]["move"]["id"].as_str().unwrap()
    );
    let ended = program.get(&path).expect(200).json()["data"].clone();
    assert_eq!(ended["move"]["status"], "done", "{ended}");
    ended
}

/// Tables of `schema` in which acme has rows, with how many.
fn rows(app: &App, schema: &str) -> Vec<(String, i64)> {
    #[derive(QueryableByName, Debug)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let tables: Vec<Row> = query(&format!(
        "select table_name as name from app.tenant_tables('{schema}') order by 1"
    ))
    .load(&mut app.sql())
    .unwrap();
    let id = ACME.id().uuid();
    let counted = tables.into_iter().map(|table| {
        let rows = app.count(&format!("{schema}.{} where tenant_id = '{id}'", table.name));
        (table.name, rows)
    });
    counted.filter(|(_, rows)| *rows > 0).collect()
}

fn schema_of(app: &App) -> String {
    app.table(ACME, "").trim_end_matches('.').to_owned()
}

#[test]
fn a_tenant_is_moved_and_back_by_the_page() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let owner = app.owner();
    let globex = rows_of_globex(&app);
    owner.get("/users").expect(200).shows("Owner of acme");
    let home = format!("/tenants/{}", ACME.id());
    operator
        .get(&format!("{home}/move"))
        .expect(200)
        .shows("A schema of its own")
        .shows("A database of its own")
        .shows("are copied and compared")
        .shows("No tenant was moved here before");
    let wrong = [("to", "moon"), ("keep_days", "x")];
    operator
        .post(&format!("{home}/move"), &wrong)
        .expect(422)
        .shows("Type a number of days.");
    operator
        .post(
            &format!("{home}/move"),
            &[("to", "schema"), ("keep_days", "91")],
        )
        .expect(422)
        .shows("Choose 0 to 90 days.");
    let before = rows(&app, "shared");
    let asked = operator
        .post(
            &format!("{home}/move"),
            &[("to", "schema"), ("keep_days", "7")],
        )
        .expect(303);
    let page = asked.location().unwrap().to_owned();
    operator
        .get(&page)
        .expect(200)
        .shows("Waiting for a worker");
    app.run_jobs();
    operator
        .get(&page)
        .expect(200)
        .shows("Acme is moved")
        .shows("Delete old copy")
        .shows("audit_entries");
    let schema = schema_of(&app);
    assert_ne!(schema, "shared");
    operator.get(&home).expect(200).shows("Own schema on main");
    operator
        .get("/tenants?search=acme")
        .expect(200)
        .shows("Own schema");
    // The same session goes on, and what it writes lies in the new place alone.
    owner.get("/users").expect(200).shows("Owner of acme");
    owner
        .post(
            "/roles",
            &[("name", "Night shift"), ("permissions", "users:read")],
        )
        .expect(303);
    assert_eq!(
        app.count(&format!("{schema}.roles where name = 'Night shift'")),
        1
    );
    assert_eq!(app.count("shared.roles where name = 'Night shift'"), 0);
    assert_eq!(rows_of_globex(&app), globex, "another tenant is as it was");
    // Back, with everything that was written since.
    let back = operator.post(&format!("{page}/undo"), &[]).expect(303);
    let back = back.location().unwrap().to_owned();
    app.run_jobs();
    operator
        .get(&back)
        .expect(200)
        .shows("Acme is moved")
        .shows("From a schema of its own");
    operator.get(&page).expect(200).hides("Delete old copy");
    assert_eq!(schema_of(&app), "shared");
    assert_eq!(app.count("shared.roles where name = 'Night shift'"), 1);
    owner.get("/roles").expect(200).shows("Night shift");
    for (table, count) in before {
        let now = rows(&app, "shared");
        let now = now
            .iter()
            .find(|(name, _)| *name == table)
            .map_or(0, |(_, rows)| *rows);
        assert!(now >= count, "{table}: {now} of {count}");
    }
    // The log's chain holds, and says that it was moved.
    owner.get("/audit").expect(200).shows("moved");
    operator
        .get("/audit")
        .expect(200)
        .shows("asked to move")
        .shows("moved");
    // The old copy goes when it is said, and then nothing can be undone.
    operator
        .get(&format!("{back}/discard"))
        .expect(200)
        .shows("cannot be undone");
    operator.post(&format!("{back}/discard"), &[]).expect(303);
    app.run_jobs();
    assert_eq!(app.count("catalogue.copies"), 0);
    assert_eq!(
        app.count(&format!("pg_namespace where nspname = '{schema}'")),
        0
    );
    assert_eq!(
        app.count(&format!("node.ledger where schema_name = '{schema}'")),
        0
    );
    operator.post(&format!("{back}/undo"), &[]).expect(409);
    operator.post(&format!("{back}/discard"), &[]).expect(409);
}

fn rows_of_globex(app: &App) -> i64 {
    let id = GLOBEX.id().uuid();
    ["users", "roles", "audit_entries", "sessions", "limits"]
        .iter()
        .map(|table| app.count(&format!("shared.{table} where tenant_id = '{id}'")))
        .sum()
}

#[test]
fn the_api_asks_watches_stops_and_undoes() {
    let app = app::start();
    let program = platform(&app);
    let forecast = program
        .get(&format!("{}/forecast?placement=schema", moves()))
        .expect(200)
        .json();
    let forecast = &forecast["data"]["forecast"];
    assert!(forecast["rows"].as_i64().unwrap() > 10, "{forecast}");
    assert_eq!(forecast["pause_ms"], Value::Null);
    for wrong in ["planet", "moon", ""] {
        let body = json!({ "placement": wrong });
        program.send("POST", &moves(), &body).expect(422);
    }
    let already = json!({ "placement": "shared" });
    program.send("POST", &moves(), &already).expect(409);
    // Stopped before it began, it does nothing.
    let body = json!({ "placement": "schema", "keep_days": 0 });
    let asked = program.send("POST", &moves(), &body).expect(201).json();
    program.send("POST", &moves(), &body).expect(409);
    let id = asked["data"]["move"]["id"].as_str().unwrap();
    let one = format!("{}/{id}", moves());
    let stopped = program.send("DELETE", &one, &json!({})).expect(200).json();
    assert_eq!(stopped["data"]["move"]["status"], "cancelled");
    let log = app.platform_audit();
    assert_eq!(
        log.last().unwrap(),
        "done tenant.move_stopped by Test key: Acme"
    );
    program.send("DELETE", &one, &json!({})).expect(409);
    program
        .send("POST", &format!("{one}/undo"), &json!({}))
        .expect(409);
    app.run_jobs();
    assert_eq!(schema_of(&app), "shared");
    let done = moved(&app, &program, "schema");
    assert!(done["move"]["pause_ms"].as_f64().unwrap() > 0.0);
    assert!(done["compared"].as_array().unwrap().len() > 10);
    let list = program.get(&moves()).expect(200).json();
    assert_eq!(list["data"]["moves"].as_array().unwrap().len(), 2);
    // Somebody else's move is nobody's here, and a tenant's key moves nothing.
    let id = done["move"]["id"].as_str().unwrap();
    let elsewhere = format!("/tenants/{}/moves/{id}", GLOBEX.id());
    program.get(&elsewhere).expect(404);
    let tenants = app.program(&app.key(ACME, Permission::ALL));
    assert!([401, 403].contains(&tenants.get(&moves()).status));
    // Its time over, the old copy goes by itself.
    app.sql()
        .batch_execute("update catalogue.copies set keep_until = now() - interval '1 minute'")
        .unwrap();
    let one = format!("{}/{id}", moves());
    program
        .send("POST", &format!("{one}/undo"), &json!({}))
        .expect(409);
    program
        .send("DELETE", &format!("{one}/copy"), &json!({}))
        .expect(409);
}

#[test]
fn iso_15_no_write_is_lost_while_a_tenant_is_moved_to_and_fro() {
    let app = app::start_with(FAST);
    let program = platform(&app);
    let key = app.key(ACME, Permission::ALL);
    let stop = AtomicBool::new(false);
    let reader = app.owner();
    let (acknowledged, pages) = std::thread::scope(|threads| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (program, stop) = (app.program(&key), &stop);
                threads.spawn(move || writes(&program, writer, stop))
            })
            .collect();
        let pages = threads.spawn(|| reads(&reader, &stop));
        for to in ["schema", "shared", "schema", "shared"] {
            moved(&app, &program, to);
        }
        stop.store(true, Ordering::Relaxed);
        let written: Vec<i64> = writers.into_iter().map(|one| one.join().unwrap()).collect();
        (written, pages.join().unwrap())
    });
    assert!(
        acknowledged.iter().all(|writes| *writes > 3) && pages > 5,
        "{acknowledged:?}, {pages} pages"
    );
    for (writer, writes) in acknowledged.iter().enumerate() {
        let last =
            format!("shared.roles where name = 'Role {writer}' and description = 'Write {writes}'");
        assert_eq!(
            app.count(&last),
            1,
            "the last of {writes} writes of writer {writer}"
        );
    }
    // Each deed has its entry, in one chain.
    let entries = app.count("shared.audit_entries where action = 'role.changed'");
    assert_eq!(
        entries,
        acknowledged.iter().sum::<i64>(),
        "every write that was answered"
    );
    reader.get("/audit").expect(200);
}

/// Writes until it is told to stop; how many writes were answered with success.
pub(crate) fn writes(program: &Program, writer: usize, stop: &AtomicBool) -> i64 {
    let name = format!("Role {writer}");
    let role = json!({ "name": name, "permissions": ["users:read"] });
    let made = program
        .send("POST", "/tenants/me/roles", &role)
        .expect(201)
        .json();
    let path = format!(
        "/tenants/me/roles/{}",
        made["data"]["role"]["id"].as_str().unwrap()
    );
    let mut written = 0;
    while !stop.load(Ordering::Relaxed) {
        let description = format!("Write {}", written + 1);
        let body = json!({ "name": name, "permissions": ["users:read"], "description": description, "version": written + 1 });
        program.send("PUT", &path, &body).expect(200);
        written += 1;
    }
    written
}

/// Reads pages until it is told to stop: nobody notices a move.
pub(crate) fn reads(browser: &Browser, stop: &AtomicBool) -> usize {
    let mut pages = 0;
    while !stop.load(Ordering::Relaxed) {
        browser.get("/users").expect(200);
        pages += 1;
        std::thread::sleep(Duration::from_millis(20));
    }
    pages
}

#[test]
fn what_meets_a_rule_of_all_tables_together_is_copied_anew() {
    let app = app::start();
    let program = platform(&app);
    moved(&app, &program, "schema");
    let schema = schema_of(&app);
    // Two people exchange their addresses, which one table allows and one row after the other does not.
    app.sql()
        .batch_execute(&format!(
            "update {schema}.users set email_folded = email_folded || '.x' where role in ('owner', 'admin');
             update {schema}.users u set email_folded = (select replace(o.email_folded, '.x', '') from {schema}.users o where o.role = case u.role when 'owner' then 'admin' else 'owner' end)
                where u.role in ('owner', 'admin')"
        ))
        .unwrap();
    let folded = |place: &str| {
        app.count(&format!(
            "{place}.users where role = 'owner' and email_folded like 'admin%' and tenant_id = '{}'",
            ACME.id().uuid()
        ))
    };
    assert_eq!(folded(&schema), 1);
    moved(&app, &program, "shared");
    assert_eq!(folded("shared"), 1);
}

#[test]
fn a_hand_over_waits_for_nobody_for_ever_and_a_copy_that_differs_is_refused() {
    let app = app::start();
    let program = platform(&app);
    let mut at_work = app.sql();
    let lock = format!(
        "select pg_advisory_xact_lock_shared(hashtextextended('{}', 0))",
        ACME.id().uuid()
    );
    at_work.batch_execute(&format!("begin; {lock}")).unwrap();
    let body = json!({ "placement": "schema" });
    let asked = program.send("POST", &moves(), &body).expect(201).json();
    let one = format!(
        "{}/{}",
        moves(),
        asked["data"]["move"]["id"].as_str().unwrap()
    );
    app.run_jobs();
    let waits = program.get(&one).expect(200).json();
    assert_eq!(waits["data"]["move"]["status"], "running", "{waits}");
    assert!(
        waits["data"]["steps"][3]["error"]
            .as_str()
            .unwrap()
            .contains("too long")
    );
    assert_eq!(schema_of(&app), "shared");
    at_work.batch_execute("commit").unwrap();
    // A row that came into the copy from nowhere is found before anybody lives there.
    let copy: String = {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            name: String,
        }
        let row: Row = query("select schema_name as name from catalogue.copies")
            .get_result(&mut app.sql())
            .unwrap();
        row.name
    };
    app.sql()
        .batch_execute(&format!(
            "update {copy}.users set name = 'Somebody else' where role = 'owner'; update node.jobs set run_at = now() - interval '1 second' where state = 'queued'"
        ))
        .unwrap();
    app.run_jobs();
    let failed = program.get(&one).expect(200).json();
    assert_eq!(failed["data"]["move"]["status"], "failed", "{failed}");
    assert!(
        failed["data"]["steps"][2]["error"]
            .as_str()
            .unwrap()
            .contains("users")
    );
    assert_eq!(schema_of(&app), "shared");
    // It begins anew with a copy of its own.
    moved(&app, &program, "schema");
}

#[test]
fn an_old_map_is_refused_and_read_again() {
    let app = app::start();
    let store = &app.inner().store;
    let old = store.resolve_tenant(ACME.id()).unwrap().unwrap().scope;
    moved(&app, &platform(&app), "schema");
    let look = store.tenant::<domain::permission::Anyone, _, StoreError>(
        &old,
        services::Credential::Anonymous,
        &crate::support::cast::asked(app.inner().clock.now()),
        |_| Ok(()),
    );
    assert!(matches!(look, Err(StoreError::Moved)), "{look:?}");
    // Through a door nobody sees that.
    app.visitor().get("/sign-in").expect(200);
}
