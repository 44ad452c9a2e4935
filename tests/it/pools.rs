//! Connections that one tenant has to itself: it waits behind nobody, and nobody behind it, within what a process may open.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use domain::permission::System;
use domain::staff::StaffPermission;
use domain::{Permission, PlacementKind, StaffPermissions, StaffRole};
use serde_json::json;
use services::{Credential, PoolSettings, Store, StoreError, TenantEntry, TenantTx};
use tenantry::gate::{Pool, ShareState};

use crate::support::app::{self, App};
use crate::support::cast::{self, ACME, GLOBEX, World, placement};
use crate::support::client::Browser;
use crate::support::postgres::Database;
use crate::tenant_processes::{process_with, through, until};

const LONG: Duration = Duration::from_secs(30);

/// Two connections for everybody, two more for who gets them.
const NARROW: &[(&str, &str)] = &[
    ("database.pool", "2"),
    ("database.tenant_pool", "2"),
    ("database.dedicated", "2"),
    ("database.wait", "1s"),
];

fn page(world: World) -> String {
    format!("/tenants/{}", world.id())
}

/// Gives the tenant so many connections to itself, on its page.
fn give(app: &App, staff: &Browser, world: World, connections: &str) {
    let form = [("connections", connections)];
    staff
        .post(&format!("{}/pool", page(world)), &form)
        .leads_to(&page(world));
    app.inner().directory.forget();
}

fn share(app: &App, world: World) -> ShareState {
    app.inner().shares.state(world.id()).unwrap_or_default()
}

/// On what a tenant works that has no pool of its own, what the API calls it, and the page.
fn of_nobody() -> (Pool, &'static str, &'static str) {
    match placement() {
        PlacementKind::Database => (Pool::Database, "database", "Its own database&#39;s"),
        PlacementKind::Shared | PlacementKind::Schema => {
            (Pool::Shared, "shared", "Shared with other tenants")
        }
    }
}

/// Holds two requests of this tenant up in the database, by a lock on its people, while the work is done.
fn held_up(app: &App, world: World, work: impl FnOnce()) {
    let people = ["owner", "admin"].map(|name| app.signed_in(world, name));
    let mut sql = app.sql_of(world);
    sql.batch_execute(&format!(
        "begin; select from {} where tenant_id = '{}' for update",
        app.table(world, "users"),
        world.id().uuid()
    ))
    .unwrap();
    std::thread::scope(|scope| {
        let held = people.map(|person| {
            scope.spawn(move || {
                let form = [("version", "1"), ("name", "Held up")];
                person.post("/me", &form).expect(303);
            })
        });
        until("two are held up", LONG, || share(app, world).busy == 2);
        work();
        sql.batch_execute("commit").unwrap();
        for one in held {
            one.join().unwrap();
        }
    });
}

#[test]
fn who_has_connections_to_itself_works_while_others_hold_all_that_is_shared() {
    let app = app::start_with(NARROW);
    give(&app, &app.staff(StaffRole::Operator), ACME, "2");
    let (acme, globex) = (app.owner(), app.signed_in(GLOBEX, "member"));
    let program = app.program(&app.key(ACME, &[Permission::ReadUsers]));
    acme.get("/users").expect(200);
    held_up(&app, GLOBEX, || {
        globex.get("/users").expect(503);
        acme.get("/users").expect(200);
        // Whose host, and whose key, is found out behind nobody either.
        app.inner().directory.forget();
        acme.get("/users").expect(200);
        app.inner().directory.forget();
        program.get("/tenants/me/users").expect(200);
    });
    globex.get("/users").expect(200);
    let (one, other) = (share(&app, ACME), share(&app, GLOBEX));
    assert_eq!((one.pool, one.places), (Pool::Dedicated, 2));
    assert_eq!((one.turned_away, other.turned_away), (0, 1));
    assert!(other.worst_wait >= Duration::from_millis(900), "{other:?}");
    assert!(one.answers >= 4 && one.counted > Duration::ZERO, "{one:?}");
    app.run_jobs();
}

#[test]
fn nobody_waits_behind_who_has_connections_to_itself() {
    let app = app::start_with(NARROW);
    give(&app, &app.staff(StaffRole::Operator), ACME, "2");
    let (acme, globex) = (app.member(), app.signed_in(GLOBEX, "owner"));
    let program = app.program(&app.key(ACME, &[Permission::ReadUsers]));
    held_up(&app, ACME, || {
        assert_eq!(app.inner().gate.state().busy, 0);
        acme.get("/users").expect(503);
        let refused = program.get("/tenants/me/users").expect(503);
        assert_eq!(refused.code(), "connection_pool_full");
        globex.get("/users").expect(200);
    });
    acme.get("/users").expect(200);
    assert_eq!(share(&app, GLOBEX).turned_away, 0);
    assert_eq!(share(&app, ACME).peak, 2);
    app.run_jobs();
}

#[test]
fn no_more_is_given_away_than_a_process_has() {
    let app = app::start_with(&[("database.dedicated", "4")]);
    let staff = app.staff(StaffRole::Operator);
    give(&app, &staff, ACME, "3");
    let globex = format!("{}/pool", page(GLOBEX));
    staff.get(&globex).expect(200).shows("up to 1 of the 4");
    staff
        .post(&globex, &[("connections", "2")])
        .expect(422)
        .shows("1 of the 4 connections for dedicated pools are left; other tenants have 3.");
    staff
        .post(&globex, &[("connections", "many")])
        .expect(422)
        .shows("Type a whole number.");
    give(&app, &staff, GLOBEX, "1");
    let key = app.platform_key(StaffPermissions::of(StaffPermission::ALL));
    let program = app.program(&key);
    let asked = json!({ "connections": 4 });
    let refused = program.send("PUT", "/tenants/acme/pool", &asked);
    refused.expect(422).shows("3 of the 4 connections");
    let said = app
        .tenantry_with(
            &["tenant", "pool", "globex", "--connections", "2"],
            &[("TENANTRY_DATABASE_DEDICATED", "4")],
        )
        .ends(65);
    assert!(said.err.contains("1 of the 4"), "{}", said.err);
    // What one gives back another may have.
    let end = format!("{}/pool/end", page(ACME));
    staff
        .get(&end)
        .expect(200)
        .shows("Its 3 connections are free");
    staff.post(&end, &[]).leads_to(&page(ACME));
    staff.post(&end, &[]).expect(409);
    let asked = json!({ "connections": 4 });
    let given = program.send("PUT", "/tenants/globex/pool", &asked);
    let given = given.expect(200).json();
    let pool = &given["data"]["pool"];
    assert_eq!(
        (&pool["kind"], &pool["left"]),
        (&json!("dedicated"), &json!(4))
    );
    let said = app.tenantry(&["tenant", "pool", "globex", "--shared"]);
    assert!(said.ends(0).out.contains("no dedicated pool"));
    app.run_jobs();
    let log = app.audit();
    let told = |line: &String| line.starts_with("done tenant.pool_changed");
    assert_eq!(log.iter().filter(|line| told(line)).count(), 2, "{log:?}");
    let events = "shared.events where kind = 'tenant.updated'";
    assert!(app.count(events) >= 4);
}

#[test]
fn where_nobody_is_given_any_it_is_said() {
    let app = app::start_with(&[("database.dedicated", "0")]);
    let staff = app.staff(StaffRole::Operator);
    staff.get(&page(ACME)).expect(200).hides("Dedicated pool");
    let pool = format!("{}/pool", page(ACME));
    staff
        .get(&pool)
        .expect(200)
        .shows("database.dedicated is 0");
    staff.post(&pool, &[("connections", "1")]).expect(409);
}

#[test]
fn what_a_tenant_takes_is_told_to_the_platform() {
    let app = app::start_with(&[("database.dedicated", "4"), ("metrics.port", "0")]);
    let staff = app.staff(StaffRole::Operator);
    let key = app.platform_key(StaffPermissions::of(StaffPermission::ALL));
    let program = app.program(&key);
    let (pool, kind, words) = of_nobody();
    let sheet = || program.get("/tenants/acme/pool").expect(200).json()["data"].clone();
    assert_eq!(sheet()["usage"], json!(null));
    staff
        .get(&page(ACME))
        .expect(200)
        .shows("Nobody has worked here since this process started.");
    app.owner().get("/users").expect(200);
    staff
        .get(&page(ACME))
        .expect(200)
        .shows(words)
        .shows("Longest wait")
        .shows("Counted since");
    let before = sheet();
    assert_eq!(before["usage"]["kind"], kind, "{before}");
    give(&app, &staff, ACME, "2");
    app.owner().get("/users").expect(200);
    staff
        .get(&page(ACME))
        .expect(200)
        .shows("Dedicated, 2 connections in each process")
        .shows("0 of 2");
    let usage = &sheet()["usage"];
    assert_eq!(
        (&usage["kind"], &usage["limit"]),
        (&json!("dedicated"), &json!(2))
    );
    // Counted on, whatever it works on.
    assert!(
        usage["answers"].as_u64() > before["usage"]["answers"].as_u64(),
        "{usage}"
    );
    assert_eq!(
        (&usage["in_use"], &usage["waiting"]),
        (&json!(0), &json!(0))
    );
    let own = app.program(&app.key(ACME, &[Permission::ReadOverview]));
    own.get("/tenants/me/pool").expect(403);
    staff
        .post(&format!("{}/pool/end", page(ACME)), &[])
        .expect(303);
    app.inner().directory.forget();
    app.owner().get("/users").expect(200);
    assert_eq!(share(&app, ACME).pool, pool);
    assert_eq!(app.inner().store.dedicated_state().pools, 0);
    app.run_jobs();
}

/// The tenant as this process finds it.
fn entry(store: &Store, world: World) -> TenantEntry {
    store.resolve_tenant(world.id()).unwrap().unwrap()
}

fn give_in(database: &Database, world: World, connections: u32) {
    database
        .superuser()
        .batch_execute(&format!(
            "insert into catalogue.pools values ('{}', {connections}, now()) \
             on conflict (tenant_id) do update set connections = excluded.connections",
            world.id().uuid()
        ))
        .unwrap();
}

#[test]
fn a_process_that_has_too_few_serves_everybody_from_what_is_shared() {
    let database = Database::peopled();
    for world in [ACME, GLOBEX] {
        give_in(&database, world, 2);
    }
    let store = Store::open(&PoolSettings {
        dedicated: 3,
        app_size: 1,
        ..database.pools()
    });
    let works = |entry: &TenantEntry| {
        let (credential, request) = (Credential::System("test"), cast::asked(entry_time()));
        let work = |_: &mut TenantTx<'_, System>| Ok(());
        store.tenant::<_, _, StoreError>(&entry.scope, credential, &request, work)
    };
    let (acme, globex) = (entry(&store, ACME), entry(&store, GLOBEX));
    works(&acme).unwrap();
    works(&globex).unwrap();
    let dedicated = || [&acme, &globex].map(|entry| store.is_dedicated(&entry.scope));
    assert_eq!(dedicated(), [true, false]);
    let state = store.dedicated_state();
    assert_eq!((state.pools, state.connections.size), (1, 2));
    // The catalogue changed: whoever asks first has it, and the other's idle connections make room.
    store.doubt_dedicated();
    assert!(store.is_dedicated(&globex.scope));
    assert_eq!(dedicated(), [false, true]);
    works(&acme).unwrap();
    works(&globex).unwrap();
    assert!(store.dedicated_state().connections.open <= 2);
    // Another size is another pool, and no more than there is.
    give_in(&database, GLOBEX, 3);
    let larger = entry(&store, GLOBEX);
    works(&larger).unwrap();
    assert_eq!(store.dedicated_state().connections.size, 3);
    give_in(&database, GLOBEX, 4);
    works(&entry(&store, GLOBEX)).unwrap();
    assert_eq!(store.dedicated_state().pools, 0);
}

fn entry_time() -> chrono::DateTime<chrono::Utc> {
    tenantry::clock::Clock::default().now()
}

#[test]
fn every_process_knows_within_a_second() {
    let app = app::start();
    app.leaves_jobs();
    let set = [("TENANTRY_DATABASE_DEDICATED", "4")];
    let (one, two) = (process_with(&app, "1", &set), process_with(&app, "1", &set));
    let staff = through(&one, app.staff(StaffRole::Operator));
    let owner = through(&two, app.owner());
    let key = app.platform_key(StaffPermissions::of(StaffPermission::ALL));
    let at_two = through(&two, app.visitor_at("localhost"));
    let works_on = |kind: &str| {
        owner.get("/users").expect(200);
        let ask = at_two.ask("GET", "/api/v1/tenants/acme/pool");
        let ask = ask.header("Authorization", &format!("Bearer {}", key.reveal()));
        ask.send().expect(200).json()["data"]["usage"]["kind"] == kind
    };
    let (_, kind, _) = of_nobody();
    assert!(works_on(kind));
    let pool = format!("{}/pool", page(ACME));
    staff.post(&pool, &[("connections", "3")]).expect(303);
    let within = Duration::from_secs(1);
    let took = until("it has a pool in the other", within, || {
        works_on("dedicated")
    });
    eprintln!("a pool in the other process after {took:?}");
    staff.post(&format!("{pool}/end"), &[]).expect(303);
    until("it shares in the other", within, || works_on(kind));
}
