//! What one tenant takes of the connections leaves the others theirs, and is told on its page.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use domain::{Permission, PlacementKind, StaffRole};

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, placement};

const SETTINGS: &[(&str, &str)] = &[
    ("database.pool", "3"),
    ("database.tenant_pool", "1"),
    ("database.wait", "200ms"),
];

/// Waits until the share of the tenant is taken.
fn taken(app: &App) {
    while app
        .inner()
        .shares
        .state(ACME.id())
        .is_none_or(|share| share.busy < 1)
    {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_tenant_that_takes_its_share_is_told_so_and_the_others_are_not_touched() {
    let app = app::start_with(SETTINGS);
    let (acme, admin, globex) = (app.owner(), app.admin(), app.signed_in(GLOBEX, "owner"));
    let program = app.program(&app.key(ACME, &[Permission::ReadUsers]));
    let mut sql = app.sql_of(ACME);
    sql.batch_execute(&format!(
        "begin; select from {} where tenant_id = '{}' for update",
        app.table(ACME, "users"),
        ACME.id().uuid()
    ))
    .unwrap();
    std::thread::scope(|scope| {
        let held = scope.spawn(|| {
            let form = [("version", "1"), ("name", "Held up")];
            acme.post("/me", &form).expect(303);
        });
        taken(&app);
        let refused = admin.get("/users").expect(503);
        refused.shows("as much at once as it may");
        let refused = program.get("/tenants/me/users").expect(503);
        assert_eq!(refused.code(), "connection_pool_full");
        globex.get("/users").expect(200);
        sql.batch_execute("commit").unwrap();
        held.join().unwrap();
    });
    acme.get("/users").expect(200);
    let share = app.inner().shares.state(ACME.id()).unwrap();
    assert_eq!((share.places, share.busy, share.peak), (1, 0, 1));
    assert!(share.turned_away >= 2 && share.answers >= 2, "{share:?}");
    app.staff(StaffRole::Analyst)
        .get("/tenants/acme")
        .expect(200)
        .shows("Database connections")
        .shows("0 of 1");
    let other = app.inner().shares.state(GLOBEX.id()).unwrap();
    assert_eq!(other.turned_away, 0);
}

#[test]
fn a_tenant_that_opens_its_overview_again_and_again_leaves_the_catalogue_to_others() {
    let app = app::start_with(&[("database.platform_pool", "2"), ("database.wait", "200ms")]);
    let (acme, admin, globex) = (app.owner(), app.admin(), app.signed_in(GLOBEX, "owner"));
    let mut sql = app.sql();
    sql.batch_execute("begin; lock table catalogue.checkups in access exclusive mode")
        .unwrap();
    let busy = || {
        let share = app.inner().platform_shares.state(ACME.id());
        share.is_some_and(|share| share.busy > 0)
    };
    std::thread::scope(|scope| {
        let held = scope.spawn(|| acme.get("/").expect(200));
        while !busy() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let refused = admin.get("/").expect(503);
        refused.shows("as much at once as it may");
        // What is left of the platform's connections is somebody else's.
        globex.get("/plan").expect(200);
        sql.batch_execute("commit").unwrap();
        held.join().unwrap();
    });
    admin.get("/").expect(200);
}

#[test]
fn a_limit_of_the_tenants_own_makes_its_share_smaller_and_never_larger() {
    let app = app::start_with(&[("database.pool", "4"), ("database.tenant_pool", "3")]);
    for (limit, places) in [("2", 2), ("50", 3), ("0", 1)] {
        app.sql()
            .batch_execute(&format!(
                "update catalogue.tenants set limits = jsonb_build_object('database_connections', {limit}) where slug = 'acme'"
            ))
            .unwrap();
        app.inner().directory.forget();
        app.owner().get("/users").expect(200);
        let share = app.inner().shares.state(ACME.id()).unwrap();
        // In a database of its own it has the 2 connections of that one to itself.
        let own = if placement() == PlacementKind::Database {
            2
        } else {
            places
        };
        assert_eq!(share.places, places.min(own), "a limit of {limit}");
    }
}
