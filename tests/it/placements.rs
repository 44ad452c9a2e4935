//! A tenant with a schema of its own: asked for by page, API and command line, made with the same tables, listed,
//! kept up by the migrator.

use diesel::connection::SimpleConnection;
use domain::staff::StaffPermission;
use domain::{StaffPermissions, StaffRole};
use serde_json::{Value, json};
use services::boot::{self, Refusal};
use services::{Store, StoreError};
use store::NoSchema;
use store::catalogue::NewTenant;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX};
use crate::support::postgres::{Database, context_key, count, run};
use crate::support::umbrella::umbrella;

/// Schemas of tenants' own that came since the database was made.
fn own(app: &App) -> i64 {
    app.count(&format!(
        "node.placements where schema_name ~ '^t_[0-9a-f]{{32}}$' and tenant_id not in ('{}', '{}')",
        ACME.id().uuid(),
        GLOBEX.id().uuid()
    ))
}

#[test]
fn a_tenant_made_in_a_schema_of_its_own_lives_there() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    operator
        .get("/tenants/new")
        .expect(200)
        .shows("Where its data lives")
        .shows("Own schema");
    let steps = operator
        .post(
            "/tenants",
            &umbrella(&[("slug", "umbrella"), ("placement", "schema")]),
        )
        .expect(303);
    let steps = steps.location().unwrap();
    let home = steps.strip_suffix("/provisioning").unwrap().to_owned();
    app.run_jobs();
    app.inner().directory.forget();
    assert_eq!(own(&app), 1);
    operator.get(&home).expect(200).shows("Own schema on main");
    // The same page, the same people, from other tables.
    app.visitor_at("umbrella.localhost")
        .get("/sign-in")
        .expect(200)
        .shows("Umbrella Works");
    assert_eq!(
        app.count("only shared.users where email = 'ada@umbrella.test'"),
        0
    );
    assert_eq!(app.letters().len(), 1, "the welcome letter");
    // The platform counts its people where they are, and sorts by them.
    for query in [
        "search=umbrella",
        "sort=people&order=asc",
        "placement=schema&search=umb",
    ] {
        operator
            .get(&format!("/tenants?{query}"))
            .expect(200)
            .shows("Umbrella Works")
            .shows("Own schema")
            .shows("1 of 7");
    }
    operator
        .get("/tenants?placement=shared&search=umbrella")
        .expect(200)
        .hides("Umbrella Works");
}

#[test]
fn the_api_takes_a_placement_that_there_is() {
    let app = app::start();
    let key = app.platform_key(StaffPermissions::of(StaffPermission::ALL));
    let program = app.program(&key);
    let ask = |slug: &str, placement: &str| {
        let body = json!({ "tenant": {
            "name": "Umbrella Works", "schema_name": slug, "placement": placement,
            "admin_user": { "email": "ada@umbrella.test", "name": "Ada Byron" },
        }});
        program.ask("POST", "/tenants", &[], Some(body.to_string().as_bytes()))
    };
    for wrong in ["moon", ""] {
        let answer = ask("umbrella", wrong).expect(422);
        assert!(answer.has("tenant.placement"), "{answer}");
    }
    let made: Value = serde_json::from_slice(&ask("umbrella", "schema").expect(201).body).unwrap();
    let id = made["data"]["tenant"]["id"].as_str().unwrap().to_owned();
    app.run_jobs();
    assert_eq!(own(&app), 1);
    let answer = program
        .ask("GET", &format!("/tenants/{id}"), &[], None)
        .expect(200);
    assert!(answer.has("\"schema\""), "{answer}");
}

#[test]
fn a_schema_that_is_behind_is_seen_at_the_start_and_brought_up() {
    let database = Database::fresh();
    let schema = in_a_schema(&database);
    let check = || {
        boot::check(
            &database.app_url(),
            &database.platform_url(),
            &context_key(),
        )
        .unwrap()
    };
    assert_eq!(check(), Ok(()));
    run(
        &database.owner_url(),
        &format!(
            "drop policy owner_moves on {schema}.users; delete from node.ledger where schema_name = '{schema}' and version = '20261121210000'"
        ),
    );
    assert_eq!(check(), Err(Refusal::OlderSchema(schema.clone())));
    let ran = boot::migrate(&database.owner_url()).unwrap().ran;
    assert_eq!(ran.len(), 1);
    assert!(ran[0].starts_with(&format!("{schema}/")), "{ran:?}");
    assert_eq!(check(), Ok(()));
    // And back: nothing of it stays.
    boot::revert(&database.owner_url()).unwrap();
    let left = format!("select count(*) as count from pg_namespace where nspname = '{schema}'");
    assert_eq!(count(&mut database.superuser(), &left), 0);
}

#[test]
fn a_place_is_given_once_and_whole() {
    let database = Database::fresh();
    let store = database.store();
    let now = tenantry::clock::Clock::default().now();
    homeless(&store);
    // What fails half-way leaves nothing: no schema, no line in the ledger.
    let placed = "select count(*) as count from node.ledger";
    let before = count(&mut database.superuser(), placed);
    database
        .superuser()
        .batch_execute(
            "alter table catalogue.placements add constraint no check (kind <> 'schema') not valid",
        )
        .unwrap();
    store.place_in_schema(ACME.id(), now).unwrap_err();
    assert_eq!(count(&mut database.superuser(), placed), before);
    run(
        &database.owner_url(),
        "alter table catalogue.placements drop constraint no",
    );
    // A process that does not know the owner makes none, and says so.
    let mut pools = database.pools();
    pools.owner_url = None;
    let poor = Store::open(&pools);
    assert!(!poor.makes_schemas());
    assert!(matches!(
        poor.place_in_schema(ACME.id(), now),
        Err(NoSchema::NoOwner)
    ));
    // Nor does one that is older than the tables.
    run(
        &database.owner_url(),
        "insert into node.ledger (schema_name, version) values ('shared', '20990101000000')",
    );
    assert!(matches!(
        store.place_in_schema(ACME.id(), now),
        Err(NoSchema::Newer)
    ));
}

/// A tenant that was written down and has no place yet.
fn homeless(store: &Store) {
    let tenant = NewTenant::plain(ACME.id(), "acme", "Acme");
    let now = tenantry::clock::Clock::default().now();
    let added = store.platform(now, |tx| tx.record_tenant(&tenant));
    assert!(added.map_err(|error: StoreError| error).unwrap());
}

/// A tenant in a schema of its own, and that schema's name.
fn in_a_schema(database: &Database) -> String {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        schema: String,
    }
    use diesel::RunQueryDsl;
    let store = database.store();
    homeless(&store);
    let now = tenantry::clock::Clock::default().now();
    store.place_in_schema(ACME.id(), now).unwrap();
    let text = format!(
        "select schema_name as schema from node.placements where tenant_id = '{}'",
        ACME.id().uuid()
    );
    let row: Row = crate::support::postgres::query(&text)
        .get_result(&mut database.superuser())
        .unwrap();
    row.schema
}
