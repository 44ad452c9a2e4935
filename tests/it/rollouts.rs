//! The application's own migrations: taken over, rolled out over every schema, failing in some, killed in the middle,
//! taken back; one tenant's by itself; and what is not as they make it.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::staff::StaffPermission;
use domain::{PlacementKind, StaffPermissions, StaffRole, TenantId};
use rustix::process::Signal;
use serde_json::{Value, json};
use services::vendor::NotTaken;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, placement};
use crate::support::keeper;
use crate::support::keys::Program;
use crate::support::postgres::{count, entry, query};
use crate::support::process::Process;
use crate::support::shop::{goods, migration, table};
use crate::tenant_processes::{process_with, until};

fn program(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

/// Asks for a rollout and does it; answers how it ended.
fn rolled(app: &App, program: &Program, body: &Value) -> Value {
    let asked = program.send("POST", "/rollouts", body).expect(201).json();
    app.run_jobs();
    read(program, asked["data"]["rollout"]["id"].as_str().unwrap())
}

fn read(program: &Program, id: &str) -> Value {
    let read = program.get(&format!("/rollouts/{id}")).expect(200);
    read.json()["data"].clone()
}

fn id(one: &Value) -> &str {
    one["rollout"]["id"].as_str().unwrap()
}

#[test]
fn every_schema_is_brought_to_the_version_and_back() {
    let app = app::start();
    let program = program(&app);
    app.schemas("shop", 3);
    let more = migration(
        "20260102-1",
        "alter table goods add column weight_grams bigint;",
        "alter table goods drop column weight_grams;",
    );
    let taken = app.has(&[goods(), more.clone()]).unwrap();
    assert_eq!(taken.added, ["20260101-1", "20260102-1"]);
    assert_eq!(app.standing("goods"), 0, "nothing runs by being taken over");
    let schemas = app.count("(select distinct schema_name from node.ledger) s");
    let one = rolled(
        &app,
        &program,
        &json!({ "version": "20260101-1", "wave_percent": 100 }),
    );
    assert_eq!(one["rollout"]["status"], "done", "{one}");
    assert_eq!(one["counts"]["done"], schemas);
    assert_eq!(app.standing("goods"), schemas);
    // MIG-07: whoever comes later has what was rolled out, and no more.
    let late = app.schemas("late", 1)[0].1.clone();
    assert_eq!(
        app.count(&format!(
            "node.ledger where schema_name = '{late}' and family = 'vendor'"
        )),
        1
    );
    rolled(&app, &program, &json!({}));
    assert_eq!(
        app.count("pg_attribute where attname = 'weight_grams' and not attisdropped"),
        schemas + 1
    );
    let read = "pg_class c join pg_attribute a on a.attrelid = c.oid where c.relname = 'goods' and a.attname = 'weight_grams' and has_column_privilege('tnt_console', c.oid, a.attnum, 'select')";
    assert_eq!(
        app.count(read),
        schemas + 1,
        "the console reads a column that came later"
    );
    // Nothing to do is done at once, and looks into no schema.
    let again = rolled(&app, &program, &json!({}));
    assert_eq!(
        (&again["rollout"]["status"], &again["counts"]["done"]),
        (&json!("done"), &json!(0))
    );
    let back = rolled(
        &app,
        &program,
        &json!({ "direction": "down", "version": "20260101-1" }),
    );
    assert_eq!(back["rollout"]["status"], "done", "{back}");
    assert_eq!(
        app.count("pg_attribute where attname = 'weight_grams' and not attisdropped"),
        0
    );
    let gone = rolled(&app, &program, &json!({ "direction": "down" }));
    assert_eq!(gone["rollout"]["version"], "");
    assert_eq!(app.standing("goods"), 0);
    let told = app.platform_audit();
    assert!(
        told.iter().any(|line| line.contains("rollout.asked")),
        "{told:#?}"
    );
    assert!(
        told.iter().any(|line| line.contains("rollout.ended")),
        "{told:#?}"
    );
    assert!(
        told.iter().any(|line| line.contains("migrations.taken")),
        "{told:#?}"
    );
}

#[test]
fn what_ran_is_not_rewritten_and_what_did_not_may_be() {
    let app = app::start();
    let program = program(&app);
    let draft = migration("20260102-1", "select 1", "select 1");
    app.has(&[goods(), draft]).unwrap();
    rolled(&app, &program, &json!({ "version": "20260101-1" }));
    let better = migration("20260102-1", &table("papers"), "drop table papers;");
    assert_eq!(app.has(&[goods(), better]).unwrap().changed, ["20260102-1"]);
    let mut other = goods();
    other.up.push_str("comment on column goods.label is 'x';");
    assert!(
        matches!(app.has(&[other]), Err(NotTaken::Rewritten(which)) if which == ["20260101-1"])
    );
    // A folder that is gone is forgotten unless it ran.
    assert_eq!(app.has(&[]).unwrap().forgotten, ["20260102-1"]);
    let kept = program.get("/migrations").expect(200).json();
    assert_eq!(kept["data"]["migrations"][0]["version"], "20260101-1");
}

#[test]
fn mig_01_schemas_that_fail_are_named_and_tried_again_alone() {
    let app = app::start();
    let program = program(&app);
    let all = app.schemas("shop", 14);
    let mut sql = app.sql();
    for (_, schema) in &all[..5] {
        sql.batch_execute(&format!("create table {schema}.goods (broken text)"))
            .unwrap();
    }
    app.has(&[goods()]).unwrap();
    let ended = rolled(
        &app,
        &program,
        &json!({ "stop_percent": 100, "parallel": 3 }),
    );
    let schemas = app.count("(select distinct schema_name from node.ledger) s");
    assert_eq!(ended["rollout"]["status"], "failed", "{ended}");
    assert_eq!(
        (&ended["counts"]["done"], &ended["counts"]["failed"]),
        (&json!(schemas - 5), &json!(5))
    );
    let failed = ended["failed"].as_array().unwrap();
    for (tenant, schema) in &all[..5] {
        let told = failed.iter().find(|one| one["schema"] == **schema).unwrap();
        assert_eq!(told["tenant_id"], tenant.to_string());
        assert!(
            told["error"].as_str().unwrap().contains("already exists"),
            "{told}"
        );
    }
    // The command line says so by its code too.
    let owner = keeper::server().superuser_url(app.database());
    let said = app
        .tenantry_with(
            &["rollout", "show"],
            &[("TENANTRY_DATABASE_OWNER_URL", &owner)],
        )
        .ends(0);
    assert!(said.out.contains("already exists"), "{}", said.out);
    let before = app.count("node.ledger");
    for (_, schema) in &all[..5] {
        sql.batch_execute(&format!("drop table {schema}.goods"))
            .unwrap();
    }
    program
        .send(
            "POST",
            &format!("/rollouts/{}/retry", id(&ended)),
            &json!({}),
        )
        .expect(200);
    app.run_jobs();
    let again = read(&program, id(&ended));
    assert_eq!(again["rollout"]["status"], "done", "{again}");
    assert_eq!(
        app.count("node.ledger"),
        before + 5,
        "only those that failed were done"
    );
    program
        .send(
            "POST",
            &format!("/rollouts/{}/retry", id(&ended)),
            &json!({}),
        )
        .expect(409);
}

#[test]
fn a_canary_that_fails_lets_the_rollout_stand_still() {
    let app = app::start();
    let program = program(&app);
    let all = app.schemas("shop", 4);
    let (tenant, schema) = &all[2];
    app.sql()
        .batch_execute(&format!("create table {schema}.goods (broken text)"))
        .unwrap();
    app.has(&[goods()]).unwrap();
    let canaries = json!({ "canaries": [tenant.to_string()], "stop_percent": 50, "parallel": 1 });
    let ended = rolled(&app, &program, &canaries);
    assert_eq!(ended["rollout"]["status"], "paused", "{ended}");
    assert!(
        ended["rollout"]["reason"]
            .as_str()
            .unwrap()
            .starts_with("1 of 1 failed"),
        "{ended}"
    );
    assert_eq!(app.standing("goods"), 1, "the broken one alone");
    let path = format!("/rollouts/{}", id(&ended));
    // While it is open there is no other, and one tenant goes before it only by force.
    program.send("POST", "/rollouts", &json!({})).expect(409);
    let alone = format!("/tenants/{}/migrate", all[0].0);
    program.send("POST", &alone, &json!({})).expect(409);
    program
        .send("POST", &alone, &json!({ "force": true }))
        .expect(200);
    // MIG-07: whoever comes in the middle has it already.
    app.schemas("late", 1);
    assert_eq!(app.standing("goods"), 3);
    program
        .send("POST", &format!("{path}/resume"), &json!({}))
        .expect(200);
    app.run_jobs();
    let on = read(&program, id(&ended));
    assert_eq!(on["rollout"]["status"], "failed", "{on}");
    assert_eq!(on["counts"]["failed"], 1);
    program.send("DELETE", &path, &json!({})).expect(409);
    // Who is refused is told beside the field.
    let wrong = json!({ "canaries": ["nobody"], "parallel": 99, "version": "1" });
    let told = program.send("POST", "/rollouts", &wrong).expect(422);
    assert!(told.has("Choose 1 to 16."), "{told}");
    for (wrong, words) in [
        (
            json!({ "canaries": ["nobody"] }),
            "There is no tenant nobody.",
        ),
        (
            json!({ "version": "1" }),
            "There is no migration of this version.",
        ),
        (json!({ "direction": "left" }), "Choose up or down."),
    ] {
        assert!(
            program
                .send("POST", "/rollouts", &wrong)
                .expect(422)
                .has(words),
            "{wrong}"
        );
    }
}

/// A process that may do rollouts.
fn runner(app: &App) -> Process {
    let owner = keeper::server().superuser_url(app.database());
    process_with(app, "2", &[("TENANTRY_DATABASE_OWNER_URL", &owner)])
}

#[test]
fn mig_02_a_killed_runner_leaves_each_schema_whole_and_another_goes_on() {
    let app = app::start();
    app.leaves_jobs();
    let program = program(&app);
    app.schemas("shop", 6);
    let second = migration(
        "20260102-1",
        "alter table goods add column price_cents bigint;",
        "alter table goods drop column price_cents;",
    );
    app.has(&[goods(), second]).unwrap();
    let schemas = app.count("(select distinct schema_name from node.ledger) s");
    let mut gate = app.sql();
    // Caught where a script has run and its ledger is being written, and where a schema's end is.
    for middle in [
        "insert on node.ledger for each row when (new.version = '20260102-1')",
        "update on catalogue.rollout_targets for each row when (new.state = 'done')",
    ] {
        gate.batch_execute(&format!(
            "create or replace function public.hold() returns trigger language plpgsql security definer as \
             $$ begin perform pg_catalog.pg_advisory_xact_lock_shared(4711); return new; end $$; \
             create trigger hold before {middle} execute function public.hold(); select pg_advisory_lock(4711)"
        ))
        .unwrap();
        let asked = program
            .send("POST", "/rollouts", &json!({}))
            .expect(201)
            .json();
        let process = runner(&app);
        until("it is caught", Duration::from_secs(60), || {
            count(
                &mut gate,
                "select count(*) as count from pg_locks where locktype = 'advisory' and not granted and objid = 4711 and database = (select oid from pg_database where datname = current_database())",
            ) > 0
        });
        process.signal(Signal::KILL);
        process.ended(Duration::from_secs(30));
        let table = middle.split(' ').nth(2).unwrap();
        gate.batch_execute("select pg_advisory_unlock(4711)")
            .unwrap();
        gate.batch_execute(&format!("drop trigger hold on {table}"))
            .unwrap();
        // Each schema has both or none, as its ledger says.
        let half = "(select schema_name from node.ledger where family = 'vendor' group by 1 having count(*) = 1) s";
        assert_eq!(app.count(half), 0, "{middle}");
        // A backend of the killed process may be at its commit still, between the two looks.
        until("tables and ledgers agree", Duration::from_secs(120), || {
            app.standing("goods") == app.count("node.ledger where version = '20260102-1'")
        });
        gate.batch_execute("update node.jobs set lease_until = now() - interval '1 second' where state = 'running'").unwrap();
        let again = runner(&app);
        let id = asked["data"]["rollout"]["id"].as_str().unwrap().to_owned();
        until("it is over", Duration::from_secs(60), || {
            gate.batch_execute("update node.jobs set run_at = now() where state = 'queued'")
                .unwrap();
            read(&program, &id)["rollout"]["status"] == "done"
        });
        again.signal(Signal::TERM);
        again.ended(Duration::from_secs(30));
        assert_eq!(app.standing("goods"), schemas, "{middle}");
        rolled(&app, &program, &json!({ "direction": "down" }));
        assert_eq!(app.standing("goods"), 0);
    }
}

#[test]
fn mig_04_a_held_table_is_left_for_later_and_keeps_no_other_schema_waiting() {
    let app = app::start();
    app.leaves_jobs();
    let program = program(&app);
    let all = app.schemas("shop", 4);
    app.has(&[goods()]).unwrap();
    rolled(&app, &program, &json!({}));
    let second = migration(
        "20260102-1",
        "alter table goods add column price_cents bigint;",
        "alter table goods drop column price_cents;",
    );
    app.has(&[goods(), second]).unwrap();
    let held = &all[0].1;
    let mut reader = app.sql();
    reader
        .batch_execute(&format!("begin; select count(*) from {held}.goods"))
        .unwrap();
    let asked = program
        .send("POST", "/rollouts", &json!({}))
        .expect(201)
        .json();
    let id = asked["data"]["rollout"]["id"].as_str().unwrap().to_owned();
    let process = runner(&app);
    // The long reader's is tried, left, and tried again; the others of its wave are done meanwhile.
    let target = format!(
        "catalogue.rollout_targets where schema_name = '{held}' and error is not null and attempts > 1"
    );
    until("it is left for later", Duration::from_secs(60), || {
        app.count(&target) == 1
    });
    assert_eq!(
        app.count("catalogue.rollout_targets where state = 'failed'"),
        0
    );
    reader.batch_execute("rollback").unwrap();
    until("it is over", Duration::from_secs(60), || {
        read(&program, &id)["rollout"]["status"] == "done"
    });
    process.signal(Signal::TERM);
    process.ended(Duration::from_secs(30));
}

#[test]
fn mig_05_a_backfill_reaches_every_row_of_all_tenants_or_none() {
    let app = app::start();
    let program = program(&app);
    app.has(&[goods()]).unwrap();
    rolled(&app, &program, &json!({}));
    let place = app.table(ACME, "goods");
    let mut sql = app.sql_of(ACME);
    for world in [ACME, GLOBEX] {
        let (id, goods) = (world.id().uuid(), app.table(world, "goods"));
        let mut there = app.sql_of(world);
        there.batch_execute(&format!("insert into {goods} (tenant_id, id) select '{id}', gen_random_uuid() from generate_series(1, 50)")).unwrap();
    }
    let fill = migration(
        "20260102-1",
        "select app.backfill('goods', $$label = 'filled'$$, $$label = ''$$);",
        "select 1",
    );
    app.has(&[goods(), fill.clone()]).unwrap();
    // A row that does not change though it was to: all of it is taken back.
    sql.batch_execute(&format!(
        "create function public.skip() returns trigger language plpgsql as 'begin return null; end'; \
         create trigger skip before update on {place} for each row execute function public.skip()"
    ))
    .unwrap();
    let failed = rolled(&app, &program, &json!({ "stop_percent": 100 }));
    assert!(
        failed["failed"][0]["error"]
            .as_str()
            .unwrap()
            .contains("changed 0 rows of"),
        "{failed}"
    );
    let filled = format!("select count(*) as count from {place} where label = 'filled'");
    assert_eq!(count(&mut sql, &filled), 0);
    sql.batch_execute(&format!("drop trigger skip on {place}"))
        .unwrap();
    program
        .send(
            "POST",
            &format!("/rollouts/{}/retry", id(&failed)),
            &json!({}),
        )
        .expect(200);
    app.run_jobs();
    for world in [ACME, GLOBEX] {
        let (id, goods) = (world.id().uuid(), app.table(world, "goods"));
        assert_eq!(
            app.count(&format!(
                "{goods} where label = 'filled' and tenant_id = '{id}'"
            )),
            50
        );
    }
    // And the owner is held to one tenant again, loudly.
    let alone = format!("set role tnt_owner; update {place} set label = ''");
    let told = sql.batch_execute(&alone).unwrap_err().to_string();
    assert!(told.contains("tenant context is not set"), "{told}");
}

/// What a vendor may write one day, and the rule that must catch it.
const MUTANTS: &[(&str, &str)] = &[
    (
        "create table bad (id uuid primary key); comment on table bad is 'placement=tenant'",
        "tenant-column",
    ),
    (
        "create table bad (tenant_id uuid not null, id uuid, primary key (tenant_id, id)); comment on table bad is 'placement=tenant; x'",
        "row-security",
    ),
    (
        "create table bad (tenant_id uuid not null, id uuid, primary key (tenant_id, id)); call app.protect('bad')",
        "table-kind",
    ),
    ("create unique index bad on goods (label)", "unique"),
    ("create index bad on goods (label)", "index"),
    ("alter table goods add column number bigserial", "sequence"),
    ("alter table goods add column cost money", "column-type"),
    ("alter table goods add column at timestamp", "column-type"),
    (
        "alter table goods alter column label type varchar(20)",
        "type-in-place",
    ),
    (
        "create policy wide on goods for select to tnt_tenant using (true)",
        "policy-wider",
    ),
    ("create view everything as select id from goods", "view"),
    (
        "alter table users add column shoe_size integer",
        "not-yours",
    ),
    (
        "create index users_by_phone on users (tenant_id, phone)",
        "not-yours",
    ),
    ("drop table imports", "not-yours"),
    ("create table public.mine (id uuid)", "outside"),
    ("create schema mine", "outside"),
    (
        "create function app.mine() returns int language sql as 'select 1'",
        "outside",
    ),
    (
        "create function count_it() returns trigger language plpgsql as 'begin return new; end'; create trigger t before insert on goods for each row execute function count_it()",
        "trigger",
    ),
    ("grant select on goods to tnt_platform", "grant-platform"),
    (
        "create index concurrently bad on goods (tenant_id, label)",
        "script",
    ),
    ("commit", "script"),
    ("create nothing", "script"),
];

#[test]
fn lint_names_the_rule_that_a_migration_breaks_before_it_runs() {
    let app = app::start();
    let store = &app.inner().store;
    let before = app.count("pg_namespace");
    for (up, rule) in MUTANTS {
        let bad = migration("20260102-1", up, "");
        let all = [goods(), bad.clone()];
        let breaches = services::vendor::lint(store, &all).unwrap();
        let found = breaches.iter().find(|breach| breach.rule == *rule);
        assert!(
            found.is_some_and(|breach| breach.version == "20260102-1" && breach.grave),
            "{rule} did not catch: {up}\n{breaches:#?}"
        );
        assert!(matches!(app.has(&all), Err(NotTaken::Breaches(_))), "{up}");
    }
    // A way back that leaves something behind.
    let back = migration("20260102-1", &table("papers"), "select 1");
    let breaches = services::vendor::lint(store, &[goods(), back]).unwrap();
    assert!(
        breaches.iter().any(|breach| breach.rule == "way-back"),
        "{breaches:#?}"
    );
    // None is told, and keeps it from nothing.
    let forward = migration("20260102-1", &table("papers"), "");
    let taken = app.has(&[goods(), forward]).unwrap();
    assert_eq!(taken.told.len(), 1, "{taken:?}");
    assert_eq!(
        app.count("pg_namespace"),
        before,
        "nothing is left of the tries"
    );
    // The example that ships keeps every rule.
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/storefront/migrations"
    );
    let example = services::vendor::read(folder.as_ref()).unwrap();
    assert_eq!(services::vendor::lint(store, &example).unwrap(), []);
    let owner = keeper::server().superuser_url(app.database());
    let owner = [("TENANTRY_DATABASE_OWNER_URL", owner.as_str())];
    app.tenantry_with(&["lint", folder], &owner).ends(0);
    app.tenantry_with(&["lint", "/nowhere/at/all"], &owner)
        .ends(65);
}

#[test]
fn a_forecast_names_the_locks_and_what_is_written_anew() {
    let app = app::start();
    let program = program(&app);
    app.has(&[goods()]).unwrap();
    rolled(&app, &program, &json!({}));
    let all = [
        goods(),
        migration(
            "20260102-1",
            "alter table goods add column weight bigint;",
            "alter table goods drop column weight;",
        ),
        migration(
            "20260103-1",
            "alter table goods add column made_at timestamptz not null default clock_timestamp();",
            "alter table goods drop column made_at;",
        ),
        migration(
            "20260104-1",
            "create index goods_label on goods (tenant_id, label);",
            "drop index goods_label;",
        ),
        migration("20260105-1", &table("papers"), "drop table papers;"),
    ];
    app.has(&all).unwrap();
    let before = app.count("pg_namespace");
    // What a process leaves that is killed in the middle of one goes with the next.
    let left = "t_0123456789abcdef0123456789abcdef";
    app.sql()
        .batch_execute(&format!(
            "create schema {left} authorization tnt_owner; create table {left}.goods (id uuid)"
        ))
        .unwrap();
    let known = program.get("/rollouts/forecast").expect(200).json()["data"].clone();
    assert_eq!(app.count("pg_namespace"), before);
    assert_eq!(
        app.count("(select distinct schema_name from node.ledger) s"),
        known["schemas"].as_i64().unwrap()
    );
    let lock = |place: usize| known["migrations"][place]["locks"][0].clone();
    assert_eq!(
        (lock(0)["mode"].clone(), lock(0)["rewritten"].clone()),
        (json!("AccessExclusiveLock"), json!(false)),
        "{known}"
    );
    assert_eq!(lock(1)["rewritten"], true, "{known}");
    assert_eq!(lock(2)["mode"], "ShareLock", "{known}");
    assert_eq!(known["migrations"][3]["locks"], json!([]), "{known}");
    assert!(known["estimated_seconds"].is_number(), "{known}");
}

#[test]
fn one_tenant_is_migrated_by_itself() {
    let app = app::start();
    let program = program(&app);
    let all = app.schemas("shop", 2);
    let bad = migration(
        "20260102-1",
        "alter table goods add constraint named check (label <> '');",
        "alter table goods drop constraint named;",
    );
    app.has(&[goods(), bad]).unwrap();
    let path = format!("/tenants/{}/migrate", all[0].0);
    let tried = program
        .send("POST", &path, &json!({ "dry_run": true }))
        .expect(200)
        .json();
    assert_eq!(
        tried["data"]["executed_migrations"]
            .as_array()
            .unwrap()
            .len(),
        2,
        "{tried}"
    );
    assert_eq!(tried["data"]["migration_id"], Value::Null);
    assert_eq!(app.standing("goods"), 0, "a try leaves nothing");
    let one = json!({ "version": "20260101-1" });
    let done = program.send("POST", &path, &one).expect(200).json()["data"].clone();
    assert_eq!(
        done["executed_migrations"][0]["status"], "success",
        "{done}"
    );
    assert_eq!(done["schema_version"], "20260101-1");
    assert_eq!(app.standing("goods"), 1, "in this one alone");
    let schema = &all[0].1;
    app.sql()
        .batch_execute(&format!(
            "insert into {schema}.goods (tenant_id, id) values ('{}', gen_random_uuid())",
            all[0].0.uuid()
        ))
        .unwrap();
    let failed = program.send("POST", &path, &json!({})).expect(500);
    assert_eq!(failed.code(), "migration_failed");
    assert!(failed.has("is violated by some row"), "{failed}");
    assert_eq!(
        app.count("catalogue.rollouts where state = 'failed' and why like '%violated%'"),
        1
    );
    let told =
        "catalogue.audit_entries where action = 'schema.migrated' and after ->> 'state' = 'failed'";
    assert_eq!(app.count(&format!("{told} and actor_kind = 'key'")), 1);
    program
        .send("POST", &path, &json!({ "direction": "down" }))
        .expect(409);
    program
        .send("POST", &path, &json!({ "backup_before": true }))
        .expect(422);
    program
        .send(
            "POST",
            &path,
            &json!({ "direction": "down", "force": true }),
        )
        .expect(200);
    assert_eq!(app.standing("goods"), 0);
    // Nobody in the shared tables is migrated by themselves.
    if placement() == PlacementKind::Shared {
        let shared = program
            .send(
                "POST",
                &format!("/tenants/{}/migrate", ACME.id()),
                &json!({}),
            )
            .expect(409);
        assert!(shared.has("lives in the shared tables"), "{shared}");
    }
    app.run_jobs();
}

#[test]
fn what_is_not_as_the_migrations_make_it_is_found() {
    let app = app::start();
    let program = program(&app);
    let operator = app.staff(StaffRole::Operator);
    let all = app.schemas("shop", 2);
    app.has(&[goods()]).unwrap();
    rolled(&app, &program, &json!({}));
    let look = || {
        program.send("POST", "/drift", &json!({})).expect(200);
        app.run_jobs();
        let found = program.get("/drift").expect(200).json();
        let found = found["data"]["findings"].as_array().unwrap().iter();
        // Where every tenant has a schema of its own, the tests look at all of them through triggers of theirs.
        let ours = |one: &&Value| !one["object"].as_str().unwrap().ends_with(".gather");
        found.filter(ours).cloned().collect::<Vec<Value>>()
    };
    assert_eq!(
        look(),
        Vec::<Value>::new(),
        "MIG-06: a fresh schema and a migrated one are alike"
    );
    let (tenant, schema) = &all[1];
    app.sql()
        .batch_execute(&format!(
            "alter table {schema}.goods add column extra text; drop policy owner_moves on {schema}.users; \
             create index by_hand on {schema}.goods (tenant_id, label); alter table {schema}.goods alter label drop default"
        ))
        .unwrap();
    let found = look();
    assert!(
        found
            .iter()
            .all(|one| one["tenant_id"] == tenant.to_string()),
        "{found:#?}"
    );
    let has = |kind: &str, object: &str| {
        found
            .iter()
            .find(|one| one["kind"] == kind && one["object"] == object)
            .cloned()
    };
    assert_eq!(has("column", "goods.extra").unwrap()["wanted"], Value::Null);
    assert_eq!(
        has("policy", "users.owner_moves").unwrap()["found"],
        Value::Null
    );
    assert!(has("index", "by_hand").is_some());
    assert!(
        has("column", "goods.label").unwrap()["wanted"]
            .as_str()
            .unwrap()
            .contains("default")
    );
    operator
        .get("/rollouts")
        .expect(200)
        .shows("goods.extra")
        .shows("shop-1");
    let owner = keeper::server().superuser_url(app.database());
    app.tenantry_with(&["drift"], &[("TENANTRY_DATABASE_OWNER_URL", &owner)])
        .ends(1);
}

#[test]
fn the_pages_take_migrations_back_and_ask_before() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let page = "/rollouts/back";
    operator.get(page).expect(409).shows("nothing to take back");
    let later = migration(
        "20260102-1",
        "alter table goods add column weight bigint;",
        "alter table goods drop column weight;",
    );
    app.has(&[goods(), later]).unwrap();
    operator.get("/rollouts").expect(200).hides("Take back</a>");
    rolled(&app, &program(&app), &json!({}));
    operator.get("/rollouts").expect(200).shows("Take back");
    operator
        .get(page)
        .expect(200)
        .shows("20260101-1")
        .shows("None of them")
        .shows("with what was written into it");
    let to = |version, words| [("version", version), ("confirm", words)];
    operator
        .post(page, &to("20260101-1", "yes"))
        .expect(422)
        .shows("Type “take back”.");
    operator
        .post(page, &to("20990101-1", "take back"))
        .expect(422);
    let stands = || app.count("node.ledger where family = 'vendor'");
    let schemas = stands() / 2;
    operator
        .post(page, &to("20260101-1", "take back"))
        .expect(303);
    app.run_jobs();
    assert_eq!(stands(), schemas, "the later one is gone everywhere");
    operator.post(page, &to("none", "take back")).expect(303);
    app.run_jobs();
    assert_eq!(stands(), 0);
    app.staff(StaffRole::Analyst).get(page).expect(403);
}

#[test]
fn the_pages_show_and_steer_a_rollout() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let analyst = app.staff(StaffRole::Analyst);
    operator
        .get("/rollouts")
        .expect(200)
        .shows("No migrations yet");
    operator.get("/rollouts/new").expect(409);
    app.schemas("shop", 2);
    app.has(&[goods()]).unwrap();
    operator
        .get("/rollouts")
        .expect(200)
        .shows("test 20260101-1")
        .shows("Roll out");
    analyst.get("/rollouts").expect(200).hides("Roll out</a>");
    operator
        .get("/rollouts/new")
        .expect(200)
        .shows("keeps nobody from any table");
    let form = |parallel: &'static str| {
        [
            ("version", "20260101-1"),
            ("canaries", "shop-0"),
            ("parallel", parallel),
            ("wave_percent", "25"),
            ("stop_percent", "5"),
        ]
    };
    operator
        .post("/rollouts", &form("many"))
        .expect(422)
        .shows("Type a number.")
        .shows("shop-0");
    operator
        .post("/rollouts", &form("17"))
        .expect(422)
        .shows("Choose 1 to 16.");
    let page = operator
        .post("/rollouts", &form("2"))
        .expect(303)
        .location()
        .unwrap();
    operator
        .get(&page)
        .expect(200)
        .shows("Waiting")
        .shows("0 of");
    operator.post(&format!("{page}/pause"), &[]).expect(303);
    operator
        .get(&page)
        .expect(200)
        .shows("Paused")
        .shows("Go on");
    app.run_jobs();
    assert_eq!(app.standing("goods"), 0, "it stands still");
    assert_eq!(app.count("catalogue.rollouts where begun_at is null"), 1);
    operator.post(&format!("{page}/resume"), &[]).expect(303);
    app.run_jobs();
    let schemas = app.count("(select distinct schema_name from node.ledger) s");
    operator
        .get(&page)
        .expect(200)
        .shows("Done")
        .shows(&format!("{schemas} of {schemas}"));
    operator
        .get("/rollouts")
        .expect(200)
        .shows("Everywhere")
        .shows("ms each on average");
    operator.post(&format!("{page}/cancel"), &[]).expect(409);
    analyst.post(&format!("{page}/pause"), &[]).expect(403);
}

#[test]
fn an_applications_rows_are_the_tenants_own_and_move_with_it() {
    let app = app::start();
    let program = program(&app);
    app.has(&[goods()]).unwrap();
    rolled(&app, &program, &json!({}));
    let id = ACME.id().uuid();
    let before = app.table(ACME, "goods");
    let mut sql = app.sql_of(ACME);
    sql.batch_execute(&format!("insert into {before} (tenant_id, id, label) select '{id}', gen_random_uuid(), 'of acme' from generate_series(1, 20)")).unwrap();
    // As the tenant, nothing of another one is there to be read or written.
    let mut other = app.login_of(GLOBEX, "tnt_app");
    other
        .batch_execute(&format!("begin; {}", entry(GLOBEX.id())))
        .unwrap();
    assert_eq!(
        count(
            &mut other,
            &format!("select count(*) as count from goods where tenant_id = '{id}'")
        ),
        0
    );
    let written = other.batch_execute(&format!(
        "insert into goods (tenant_id, id) values ('{id}', gen_random_uuid())"
    ));
    assert!(
        written
            .unwrap_err()
            .to_string()
            .contains("row-level security")
    );
    let to = match placement() {
        PlacementKind::Shared => "schema",
        PlacementKind::Schema | PlacementKind::Database => "shared",
    };
    let before = (before, app.database_of(ACME));
    program
        .send(
            "POST",
            &format!("/tenants/{}/moves", ACME.id()),
            &json!({ "placement": to }),
        )
        .expect(201);
    app.run_jobs();
    let after = app.table(ACME, "goods");
    assert_ne!(before, (after.clone(), app.database_of(ACME)));
    assert_eq!(
        app.count(&format!(
            "{after} where tenant_id = '{id}' and label = 'of acme'"
        )),
        20
    );
}

/// What a tenant's own events say of migrations, in the order in which it was told.
fn told(sql: &mut PgConnection, schema: &str, tenant: TenantId) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    let of = format!(
        "select concat_ws(' ', replace(kind, 'schema.migration.', ''), data ->> 'direction', data ->> 'version', data -> 'ran') as line \
         from {schema}.events where tenant_id = $1 and subject_id = $1 and kind like 'schema.%' order by created_at, kind desc"
    );
    let rows: Vec<Row> = query(&of)
        .bind::<diesel::sql_types::Uuid, _>(tenant.uuid())
        .load(sql)
        .unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

#[test]
fn each_tenant_is_told_in_its_own_events() {
    let app = app::start();
    let program = program(&app);
    let shops = app.schemas("shop", 2);
    let more = migration("20260102-1", &table("papers"), "drop table papers;");
    app.has(&[goods(), more]).unwrap();
    // In one of them somebody made a table of that name by hand.
    app.sql()
        .batch_execute(&format!("create table {}.papers (id int)", shops[1].1))
        .unwrap();
    let one = rolled(&app, &program, &json!({ "stop_percent": 100 }));
    assert_eq!(one["counts"]["failed"], 1, "{one}");
    let done = "completed up 20260102-1 [\"20260101-1\", \"20260102-1\"]";
    let began = "started up 20260102-1 []";
    let failed = "failed up 20260102-1 []";
    for world in [ACME, GLOBEX] {
        let schema = app.table(world, "");
        let schema = schema.trim_end_matches('.');
        let lines = told(&mut app.sql_of(world), schema, world.id());
        assert_eq!(lines, [began, done], "{}", world.slug);
    }
    let of = |number: usize| told(&mut app.sql(), &shops[number].1, shops[number].0);
    assert_eq!(of(0), [began, done]);
    assert_eq!(of(1), [began, failed]);
    // What is tried and taken back, and what has nothing to do, is told to nobody.
    rolled(
        &app,
        &program,
        &json!({ "version": "20260101-1", "stop_percent": 100 }),
    );
    assert_eq!(of(0), [began, done]);
    app.clock.advance(chrono::TimeDelta::seconds(1));
    rolled(
        &app,
        &program,
        &json!({ "direction": "down", "version": "20260101-1", "stop_percent": 100 }),
    );
    let back = [
        "started down 20260101-1 []",
        "completed down 20260101-1 [\"20260102-1\"]",
    ];
    assert_eq!(of(0), [began, done, back[0], back[1]]);
}
