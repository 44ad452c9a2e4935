//! How tenants are: looked at by a job, slice after slice; told once when it changes; read from what was written down, each
//! tenant its own alone.

mod rounds;

use diesel::connection::SimpleConnection;
use domain::permission::Permission;
use domain::{Health, StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};
use services::StoreError;
use services::jobs::{self, JobKind, NewJob};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World};
use crate::support::keys::Program;

/// A round of the clock's, and what follows from it.
fn look(app: &App) {
    app.clock.advance(chrono::TimeDelta::minutes(5));
    let job = NewJob::now(JobKind::CheckupsRun, json!({}));
    let store = &app.inner().store;
    store
        .platform::<_, StoreError>(app.clock.now(), |tx| jobs::enqueue_for_platform(tx, &job))
        .unwrap();
    app.run_jobs();
}

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

fn read(program: &Program, path: &str) -> Json {
    program.get(path).expect(200).json()["data"].clone()
}

/// How the platform's list tells of this tenant.
fn told(app: &App, world: World) -> Json {
    let list = read(&platform(app), "/admin/tenants/health");
    let rows = list["tenants"].as_array().unwrap();
    let id = world.id().to_string();
    rows.iter().find(|row| row["id"] == id).unwrap().clone()
}

/// Makes the look itself wrong: a column that it asks for has another name.
fn break_rows(app: &App, world: World) {
    let table = app.table(world, "api_keys");
    let text = format!("alter table {table} rename column revoked_at to revoked_then");
    app.sql_of(world).batch_execute(&text).unwrap();
}

fn mend_rows(app: &App, world: World) {
    let table = app.table(world, "api_keys");
    let text = format!("alter table {table} rename column revoked_then to revoked_at");
    app.sql_of(world).batch_execute(&text).unwrap();
}

fn entries(app: &App) -> usize {
    let log = app.platform_audit();
    log.iter()
        .filter(|line| line.contains("tenant.health_changed"))
        .count()
}

#[test]
fn what_was_not_looked_at_says_so_and_a_look_says_how_it_is() {
    let app = app::start();
    app.leaves_jobs();
    let before = told(&app, ACME);
    assert_eq!(before["status"], "unchecked", "{before:#}");
    assert!(before["database"].is_null() && before["last_checked"].is_null());
    look(&app);
    let list = read(&platform(&app), "/admin/tenants/health");
    let after = told(&app, ACME);
    assert_eq!(after["database"]["status"], "healthy", "{after:#}");
    assert_eq!(after["services"]["status"], "healthy", "{after:#}");
    assert!(after["user_count"].as_i64().unwrap() > 0);
    assert!(after["response_time_ms"].is_i64() && after["error"].is_null());
    let counts = &list["counts"];
    let sum: i64 = ["healthy", "degraded", "unhealthy", "unchecked"]
        .iter()
        .map(|word| counts[word].as_i64().unwrap())
        .sum();
    assert_eq!(list["total_tenants"].as_i64(), Some(sum));
    assert_eq!(counts["unhealthy"], 0);
    // What is set up nowhere does not count.
    app.key(GLOBEX, Permission::ALL);
    look(&app);
    assert_eq!(told(&app, ACME)["integrations"]["status"], "none");
    assert_eq!(told(&app, GLOBEX)["integrations"]["status"], "healthy");
    let none = read(&platform(&app), "/admin/tenants/health?status=unhealthy");
    assert_eq!(none["tenants"], json!([]));
    platform(&app)
        .get("/admin/tenants/health?status=ill")
        .expect(422);
}

#[test]
fn a_change_is_told_once_and_again_when_it_is_over() {
    let app = app::start();
    app.leaves_jobs();
    look(&app);
    let first = entries(&app);
    assert_eq!(told(&app, ACME)["status"], "healthy");
    let job = format!(
        "insert into node.jobs (id, tenant_id, kind, state, run_at, attempts, last_error, created_at, finished_at) \
         values (gen_random_uuid(), '{}', 'letter.send', 'dead', now(), 8, 'the worker was lost', now(), now())",
        ACME.id().uuid()
    );
    app.sql_of(ACME).batch_execute(&job).unwrap();
    look(&app);
    look(&app);
    look(&app);
    let found = told(&app, ACME);
    assert_eq!(found["services"]["status"], "warning", "{found:#}");
    assert_eq!(found["status"], Health::Degraded.as_str());
    assert_eq!(entries(&app), first + 1, "{:#?}", app.platform_audit());
    assert_eq!(own_entries(&app), 1, "{:#?}", app.audit());
    assert_eq!(app.count(EVENTS), 1);
    let over = format!(
        "delete from node.jobs where tenant_id = '{}' and state = 'dead'",
        ACME.id().uuid()
    );
    app.sql_of(ACME).batch_execute(&over).unwrap();
    look(&app);
    look(&app);
    assert_eq!(told(&app, ACME)["status"], "healthy");
    assert_eq!(entries(&app), first + 2, "{:#?}", app.platform_audit());
    assert_eq!(own_entries(&app), 2, "{:#?}", app.audit());
    assert_eq!(app.count(EVENTS), 2);
}

const EVENTS: &str = "shared.events where kind = 'tenant.health_changed'";

/// What stands in acme's own log of it.
fn own_entries(app: &App) -> usize {
    let log = app.audit();
    let of = |line: &&String| line.contains("tenant.health_changed");
    log.iter().filter(of).count()
}

#[test]
fn tenants_that_rest_are_not_looked_at_and_forgotten() {
    let app = app::start();
    app.leaves_jobs();
    look(&app);
    assert_eq!(app.count("catalogue.checkups"), 2);
    let staff = app.staff(StaffRole::Owner);
    let path = format!("/tenants/{}/suspension", GLOBEX.id());
    staff.post(&path, &[("reason", "Not paid")]).expect(303);
    look(&app);
    assert_eq!(app.count("catalogue.checkups"), 1);
    assert_eq!(told(&app, GLOBEX)["status"], "unchecked");
    staff
        .get("/health?health=unchecked")
        .expect(200)
        .shows("It is not open: Suspended.");
}

#[test]
fn each_tenant_reads_of_itself_alone_and_no_word_of_the_database() {
    let app = app::start();
    app.leaves_jobs();
    look(&app);
    app.write_down_usage();
    let trouble = format!(
        "update catalogue.checkups set trouble = 'secret words', health = 'unhealthy' where tenant_id = '{}'",
        GLOBEX.id().uuid()
    );
    app.sql().batch_execute(&trouble).unwrap();
    let acme = app.program(&app.key(ACME, Permission::ALL));
    let own = read(&acme, "/tenants/me/health");
    assert_eq!(own["tenant_id"], ACME.id().to_string());
    assert_ne!(own["status"], "unhealthy");
    assert_eq!(own["uptime"][0]["probes"], 1);
    assert_eq!(own["uptime"][0]["percent"], 100.0);
    let other = format!("/tenants/{}/health", GLOBEX.id());
    assert_ne!(acme.get(&other).status, 200);
    let globex = app.program(&app.key(GLOBEX, Permission::ALL));
    let theirs = globex.get("/tenants/me/health").expect(200);
    theirs.hides("secret words");
    let page = app.owner().get("/status").expect(200);
    page.shows("100.0").hides("Globex");
    app.stranger()
        .get("/status")
        .expect(200)
        .shows("People cannot work")
        .hides("secret words");
    let all = app.staff(StaffRole::Owner).get("/health").expect(200);
    all.shows("secret words");
}

#[test]
fn whoever_asks_twice_has_one_look_and_a_round_skips_who_was_just_looked_at() {
    let app = app::start();
    app.leaves_jobs();
    let staff = app.staff(StaffRole::Owner);
    staff.post("/health/look", &[]).leads_to("/health");
    staff.post("/health/look", &[]).leads_to("/health");
    let waiting = "node.jobs where kind = 'checkups.run' and state = 'queued'";
    assert_eq!(app.count(waiting), 1);
    let asked = platform(&app).send("POST", "/admin/tenants/health", &json!({}));
    assert_eq!(asked.expect(202).json()["data"]["begun"], false);
    app.run_jobs();
    let probes = || {
        app.write_down_usage();
        app.count("catalogue.usage_hours u cross join generate_series(1, u.amount) where meter = 'probes.made'")
    };
    assert_eq!(probes(), 2);
    // A job that begins anew after it was killed goes on where it was: who is written down is not looked at again.
    staff.post("/health/look", &[]).leads_to("/health");
    app.run_jobs();
    assert_eq!(probes(), 2);
    let one = format!("/tenants/{}/health", ACME.id());
    staff.post(&one, &[]).leads_to(&one);
    app.run_jobs();
    assert_eq!(probes(), 2);
    let asked = format!("/tenants/{}/health", ACME.id());
    let begun = |expected: bool| {
        let answer = platform(&app).send("POST", &asked, &json!({})).expect(202);
        assert_eq!(answer.json()["data"]["begun"], expected);
    };
    app.clock.advance(chrono::TimeDelta::seconds(31));
    begun(true);
    begun(false);
    app.run_jobs();
    assert_eq!(probes(), 3);
    // A tenant's own key asks for no look.
    let acme = app.program(&app.key(ACME, Permission::ALL));
    assert_eq!(
        acme.send("POST", "/tenants/me/health", &json!({})).status,
        403
    );
    app.clock.advance(chrono::TimeDelta::seconds(31));
    staff.post(&one, &[]).leads_to(&one);
    app.run_jobs();
    assert_eq!(probes(), 4);
    staff
        .get(&one)
        .expect(200)
        .shows("It answers.")
        .hides("Globex");
}
