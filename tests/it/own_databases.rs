//! A tenant in a database of its own: asked for like any other, worked in by the same pages, jobs and letters, kept apart
//! by more than policies.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Array;
use domain::ids::uuid_of;
use domain::staff::StaffPermission;
use domain::{StaffPermissions, StaffRole, TenantId};
use outside::mail::Letter;
use serde_json::{Value, json};
use services::{StoreError, boot};
use store::catalogue::NewTenant;
use tenantry::gate::Pool;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::client::Browser;
use crate::support::postgres::{Database, count, query, superuser_url};
use crate::support::shop::goods;
use crate::support::umbrella::umbrella;
use crate::tenant_processes::until;

const NEW: &str = "copper meadow violin";

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Umbrella Works, asked for by the operator and made in a database of its own; where its page is.
pub(crate) fn made(app: &App, operator: &Browser) -> String {
    let steps = operator
        .post(
            "/tenants",
            &umbrella(&[("slug", "umbrella"), ("placement", "database")]),
        )
        .expect(303);
    let steps = steps.location().unwrap();
    app.run_jobs();
    app.inner().directory.forget();
    steps.strip_suffix("/provisioning").unwrap().to_owned()
}

/// The name of that database.
pub(crate) fn database(app: &App) -> String {
    let of = "select name from catalogue.databases where tenant_id <> all ($1)";
    let cast = vec![ACME.id().uuid(), GLOBEX.id().uuid()];
    let row: Name = query(of)
        .bind::<Array<diesel::sql_types::Uuid>, _>(cast)
        .get_result(&mut app.sql())
        .unwrap();
    row.name
}

/// That database, as the superuser.
pub(crate) fn there(app: &App) -> PgConnection {
    PgConnection::establish(&superuser_url(&database(app))).unwrap()
}

/// Lets nobody into that database any more.
pub(crate) fn stop(app: &App) {
    let name = database(app);
    let stop = format!(
        "alter database {name} allow_connections false; select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    );
    app.server().batch_execute(&stop).unwrap();
}

/// Lets everybody in again.
pub(crate) fn go_on(app: &App) {
    let name = database(app);
    app.server()
        .batch_execute(&format!("alter database {name} allow_connections true"))
        .unwrap();
}

/// Its first owner, who followed the link of the welcome letter.
fn ada(app: &App) -> Browser {
    let letter = app.letters().into_iter().next().unwrap();
    let at = letter.text.find("/invitations/").unwrap();
    let path: String = letter.text[at..]
        .chars()
        .take_while(|c| !c.is_whitespace())
        .collect();
    let ada = app.visitor_at("umbrella.localhost");
    ada.post(&path, &[("name", "Ada Byron"), ("password", NEW)])
        .leads_to("/");
    ada
}

#[test]
fn a_tenant_made_in_a_database_of_its_own_lives_there() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    operator
        .get("/tenants/new")
        .expect(200)
        .shows("Own database");
    let page = made(&app, &operator);
    operator
        .get(&page)
        .expect(200)
        .shows("Own database on main")
        .shows("1 of 7");
    // The same page, the same people, from another database, in which nobody else is.
    app.visitor_at("umbrella.localhost")
        .get("/sign-in")
        .expect(200)
        .shows("Umbrella Works");
    for home in [
        "shared.users where email = 'ada@umbrella.test'",
        "node.placements where tenant_id = (select tenant_id from catalogue.databases)",
    ] {
        assert_eq!(app.count(home), 0, "{home}");
    }
    let mut there = there(&app);
    for (of, wanted) in [
        ("shared.users", 1),
        ("node.placements where not closed", 1),
        ("catalogue.tenants", 0),
    ] {
        let asked = format!("select count(*) as count from {of}");
        assert_eq!(count(&mut there, &asked), wanted, "{of}");
    }
    let ada = ada(&app);
    ada.get("/users").expect(200).shows("Ada Byron");
    ada.post(
        "/users/invitations",
        &[
            ("addresses", "one@umbrella.test, two@umbrella.test"),
            ("role", "member"),
        ],
    )
    .expect(303);
    app.run_jobs();
    let letters = app.letters();
    let invited =
        |letter: &&Letter| ["one@umbrella.test", "two@umbrella.test"].contains(&letter.to.as_str());
    assert_eq!(
        letters.iter().filter(invited).count(),
        2,
        "written and sent by jobs of that database's queue"
    );
    operator.get(&page).expect(200).shows("3 of 7");
    let told = "select count(*) as count from shared.audit_entries where action = 'user.invited'";
    assert_eq!(count(&mut there, told), 2);
    // Acme's people see nothing of it, and its cookie opens nothing at theirs.
    app.owner().get("/users").expect(200).hides("Ada Byron");
    ada.carried_to("acme.localhost").get("/users").expect(303);
}

#[test]
fn the_list_counts_its_people_as_of_the_last_look() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    made(&app, &operator);
    for place in app.inner().store.own_places(app.clock.now()).unwrap() {
        assert!(app.inner().store.settle(&place, app.clock.now()).unwrap());
    }
    for query in [
        "search=umbrella",
        "sort=people&order=asc",
        "placement=database",
    ] {
        operator
            .get(&format!("/tenants?{query}"))
            .expect(200)
            .shows("Umbrella Works")
            .shows("Own database")
            .shows("1 of 7");
    }
    operator
        .get("/tenants?placement=schema")
        .expect(200)
        .hides("Umbrella Works");
}

#[test]
fn it_rests_from_the_moment_on_in_which_the_platform_says_so() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let page = made(&app, &operator);
    let ada = ada(&app);
    ada.get("/users").expect(200);
    operator
        .post(&format!("{page}/suspension"), &[("reason", "Unpaid")])
        .expect(303);
    // The directory of this process still thinks that it is open: its own database says no.
    let refused = ada.get("/users");
    assert_ne!(refused.status, 200, "{refused}");
    let closed = "select count(*) as count from node.placements where closed";
    assert_eq!(count(&mut there(&app), closed), 1);
    // What was not written there, as after a crash between the two, is put right.
    there(&app)
        .batch_execute("update node.placements set closed = false")
        .unwrap();
    for place in app.inner().store.own_places(app.clock.now()).unwrap() {
        app.inner().store.settle(&place, app.clock.now()).unwrap();
    }
    assert_eq!(count(&mut there(&app), closed), 1);
    operator
        .post(&format!("{page}/reactivation"), &[])
        .expect(303);
    app.inner().directory.forget();
    ada.get("/users").expect(200).shows("Ada Byron");
    app.run_jobs();
    // Told by a job of the catalogue's queue, once.
    let told =
        "select count(*) as count from shared.audit_entries where action = 'tenant.suspended'";
    assert_eq!(count(&mut there(&app), told), 1);
}

#[test]
fn a_database_that_is_away_stops_nobody_else() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let page = made(&app, &operator);
    let ada = ada(&app);
    ada.get("/users").expect(200);
    stop(&app);
    ada.get("/users").expect(503);
    app.owner().get("/users").expect(200);
    app.run_jobs();
    operator.get("/tenants").expect(200).shows("Umbrella Works");
    operator
        .get(&page)
        .expect(200)
        .shows("Its database does not answer.");
    // Nothing is said to have happened that did not.
    operator
        .post(&format!("{page}/suspension"), &[("reason", "Unpaid")])
        .expect(503);
    operator.get(&page).expect(200).hides("Unpaid");
    go_on(&app);
    // For a moment nobody asks it again; then it is as before.
    until("the database answers", Duration::from_secs(60), || {
        ada.get("/users").status == 200
    });
}

#[test]
fn its_making_goes_on_where_it_was_ended() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    // The last step fails: the database is made, and nobody lives in it.
    app.sql()
        .batch_execute(
            "alter table catalogue.placements add constraint no check (kind <> 'database') not valid",
        )
        .unwrap();
    let page = made(&app, &operator);
    operator
        .get(&format!("{page}/provisioning"))
        .expect(200)
        .shows("refused");
    let name = database(&app);
    app.sql()
        .batch_execute("alter table catalogue.placements drop constraint no")
        .unwrap();
    operator
        .post(&format!("{page}/provisioning/retry"), &[])
        .expect(303);
    app.run_jobs();
    app.inner().directory.forget();
    assert_eq!(database(&app), name, "the one that was begun");
    ada(&app).get("/users").expect(200);
}

#[test]
fn migrations_and_keys_reach_it_too() {
    let app = app::start();
    made(&app, &app.staff(StaffRole::Operator));
    let url = superuser_url(app.database());
    assert!(boot::migrate(&url).unwrap().ran.is_empty());
    let keys = "select count(*) as count from node.context_keys";
    assert_eq!(count(&mut there(&app), keys), count(&mut app.sql(), keys));
    let other = services::ContextKey::of(b"some other secret of 32 characters");
    boot::give_key(&url, &other, false).unwrap();
    assert_eq!(count(&mut there(&app), keys), count(&mut app.sql(), keys));
}

#[test]
fn taken_back_nothing_of_it_stays() {
    let database = Database::fresh();
    let store = database.store();
    let now = tenantry::clock::Clock::default().now();
    let tenant = NewTenant::plain(ACME.id(), "acme", "Acme");
    let added = store.platform::<_, StoreError>(now, |tx| tx.record_tenant(&tenant));
    assert!(added.unwrap());
    store.place_in_database(ACME.id(), None, now).unwrap();
    // Asked once more it is as it was.
    store.place_in_database(ACME.id(), None, now).unwrap();
    let of = "select name from catalogue.databases";
    let own: Vec<Name> = query(of).load(&mut database.superuser()).unwrap();
    assert_eq!(own.len(), 1);
    boot::revert(&database.owner_url()).unwrap();
    let left = format!(
        "select count(*) as count from pg_database where datname = '{}'",
        own[0].name
    );
    assert_eq!(count(&mut database.superuser(), &left), 0);
}

#[test]
fn the_applications_migrations_reach_it_and_are_looked_after() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let key = app.platform_key(StaffPermissions::of(StaffPermission::ALL));
    let program = app.program(&key);
    app.has(&[goods()]).unwrap();
    let page = made(&app, &operator);
    let stands = "select count(*) as count from node.ledger where family = 'vendor'";
    assert_eq!(count(&mut there(&app), stands), 0, "nothing was released");
    let rolled = |body: Value| {
        let asked = program.send("POST", "/rollouts", &body).expect(201).json();
        app.run_jobs();
        let id = asked["data"]["rollout"]["id"].as_str().unwrap();
        program
            .get(&format!("/rollouts/{id}"))
            .expect(200)
            .shows("\"done\"");
    };
    rolled(json!({}));
    assert_eq!(count(&mut there(&app), stands), 1);
    let behind = format!(
        "node.ledger where family = 'vendor' and schema_name = '{}'",
        database(&app)
    );
    assert_eq!(app.count(&behind), 1, "known in the catalogue's database");
    // What somebody made by hand is found there, and nothing else.
    there(&app)
        .batch_execute("alter table shared.goods add column by_hand text")
        .unwrap();
    program.send("POST", "/drift", &json!({})).expect(200);
    app.run_jobs();
    program
        .get("/drift")
        .expect(200)
        .shows("by_hand")
        .hides("proven_tenant_id");
    operator
        .get(&format!("{page}/data"))
        .expect(200)
        .shows("goods");
    let id = page.rsplit('/').next().unwrap();
    program
        .get(&format!("/tenants/{id}/connection"))
        .expect(200)
        .shows(&database(&app));
    rolled(json!({ "direction": "down" }));
    assert_eq!(count(&mut there(&app), stands), 0);
}

#[test]
fn connections_to_itself_are_those_to_its_own_database() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let page = made(&app, &operator);
    let ada = ada(&app);
    let id =
        TenantId::from_uuid(uuid_of(TenantId::PREFIX, page.rsplit('/').next().unwrap()).unwrap());
    let (store, shares) = (&app.inner().store, &app.inner().shares);
    let works_on = |pool: Pool, places: usize| {
        app.inner().directory.forget();
        ada.get("/users").expect(200);
        let share = shares.state(id).unwrap();
        assert_eq!((share.pool, share.places), (pool, places));
    };
    works_on(Pool::Database, 2);
    let pool = format!("{page}/pool");
    operator
        .post(&pool, &[("connections", "3")])
        .leads_to(&page);
    works_on(Pool::Dedicated, 3);
    let state = store.dedicated_state();
    assert_eq!((state.pools, state.connections.size), (1, 3));
    assert_eq!(state.connections.open, 1, "as many as were needed");
    operator.post(&format!("{pool}/end"), &[]).leads_to(&page);
    works_on(Pool::Database, 2);
    assert_eq!(store.dedicated_state().pools, 0);
    app.run_jobs();
}

/// The databases of tenants' own, and those in stock.
fn names(database: &Database) -> Vec<String> {
    let of = "select name from catalogue.databases order by name";
    let own: Vec<Name> = query(of).load(&mut database.superuser()).unwrap();
    own.into_iter().map(|row| row.name).collect()
}

#[test]
fn databases_in_stock_are_made_in_advance_and_given_away() {
    let database = Database::fresh();
    let mut pools = database.pools();
    pools.stock = 2;
    let store = services::Store::open(&pools);
    let now = tenantry::clock::Clock::default().now();
    let tenant = NewTenant::plain(ACME.id(), "acme", "Acme");
    let added = store.platform::<_, StoreError>(now, |tx| tx.record_tenant(&tenant));
    assert!(added.unwrap());
    let kept = || {
        let mut made = 0;
        while store.keep_stock(now).unwrap() {
            made += 1;
        }
        made
    };
    let counted = |of: &str| {
        let asked = format!("select count(*) as count from catalogue.databases where {of}");
        count(&mut database.superuser(), &asked)
    };
    assert_eq!(kept(), 2);
    assert_eq!(counted("ready_at is not null and tenant_id is null"), 2);
    // Whoever needs one takes one that is there, and the next look makes another.
    assert!(boot::migrate(&database.owner_url()).unwrap().ran.is_empty());
    let before = names(&database);
    store.place_in_database(ACME.id(), None, now).unwrap();
    assert_eq!(names(&database), before);
    assert_eq!(counted("tenant_id is not null and ready_at is null"), 1);
    assert_eq!(kept(), 1);
    // Where the stock takes all the room, what is in it is what there is room for.
    let room = "update catalogue.nodes set room = 3";
    database.superuser().batch_execute(room).unwrap();
    assert_eq!(kept(), 0);
    // One that was begun is gone on with; on a server that takes nobody, and past the number, none is kept.
    let begun = "update catalogue.databases set ready_at = null where tenant_id is null";
    database.superuser().batch_execute(begun).unwrap();
    assert_eq!(kept(), 2);
    // One that was begun does not stay either where its server takes nobody.
    let closed = "update catalogue.databases set ready_at = null where name = (select min(name) from catalogue.databases where tenant_id is null); \
        update catalogue.nodes set state = 'cordoned'";
    database.superuser().batch_execute(closed).unwrap();
    assert_eq!(kept(), 2);
    assert_eq!(counted("tenant_id is null"), 0);
    let open = "update catalogue.nodes set state = 'open'";
    database.superuser().batch_execute(open).unwrap();
    assert_eq!(kept(), 2);
    pools.stock = 0;
    let store = services::Store::open(&pools);
    assert!(store.is_stock_wanted(now).unwrap());
    while store.keep_stock(now).unwrap() {}
    assert_eq!(counted("tenant_id is null"), 0);
    assert_eq!(names(&database).len(), 1);
    assert!(!store.is_stock_wanted(now).unwrap());
    boot::revert(&database.owner_url()).unwrap();
}
