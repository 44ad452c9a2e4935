//! The tables of a tenant: its own rows' share and nothing of a neighbour, in each placement; what the platform is told.

use diesel::connection::SimpleConnection;
use domain::permission::{ManageKeys, Permission};
use domain::{ApiKey, Permissions, PlacementKind, StaffPermission, StaffPermissions, StaffRole};
use serde_json::{Value as Json, json};
use services::{Credential, VerbError, keys};

use crate::own_databases::{made, there};
use crate::support::app::{self, App};
use crate::support::cast::{self, ACME, GLOBEX};
use crate::support::keys::Program;
use crate::support::postgres::count;

const READS: &[Permission] = &[Permission::ReadSettings];
const SCHEMA: &str = "/tenants/me/schema";

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(&[
        StaffPermission::ReadTenants,
        StaffPermission::ManageTenants,
    ])))
}

/// A tenant in a schema of its own, beside those of the cast, and a program of it.
fn umbrella(app: &App) -> Program {
    let body = json!({ "tenant": {
        "name": "Umbrella Works", "schema_name": "umbrella", "placement": "schema",
        "admin_user": { "email": "ada@umbrella.test", "name": "Ada Byron" },
    }});
    platform(app).send("POST", "/tenants", &body).expect(201);
    app.run_jobs();
    app.inner().directory.forget();
    app.program(&key_of(app, "umbrella"))
}

fn key_of(app: &App, slug: &str) -> ApiKey {
    let store = &app.inner().store;
    let scope = store.resolve_named(slug).unwrap().unwrap().scope;
    let wish = keys::Wish {
        name: "Test key".to_owned(),
        permissions: Permissions::of(READS),
        lives: None,
    };
    let asked = cast::asked(app.clock.now());
    store
        .tenant::<ManageKeys, _, VerbError>(&scope, Credential::System("test"), &asked, |tx| {
            keys::create(tx, &wish)
        })
        .unwrap()
        .key
}

fn data(program: &Program, path: &str) -> Json {
    program.get(path).expect(200).json()["data"].clone()
}

fn table<'j>(data: &'j Json, name: &str) -> &'j Json {
    let tables = data["tables"].as_array().unwrap();
    tables.iter().find(|table| table["name"] == name).unwrap()
}

#[test]
fn a_tenant_reads_its_tables_in_the_fields_of_the_reference_in_each_placement() {
    let app = app::start();
    let acme = app.program(&app.key(ACME, READS));
    let umbrella = umbrella(&app);
    for (program, alias, people) in [(&acme, "acme", 9), (&umbrella, "umbrella", 1)] {
        let data = data(program, SCHEMA);
        assert_eq!(data["schema"], alias);
        assert_eq!(data["figures_of"], "tenant");
        assert!(data["advice"].is_null(), "advice is the platform's");
        let users = table(&data, "users");
        assert_eq!(users["row_count"], people, "{users}");
        assert!(users["size_mb"].is_number() && users["size_bytes"].as_i64().unwrap() > 0);
        assert_eq!(
            users["columns"][0],
            json!({ "name": "tenant_id", "type": "uuid", "nullable": false,
                    "constraints": ["PRIMARY KEY", "FOREIGN KEY", "NOT NULL"] })
        );
        let fields = users["columns"].as_array().unwrap();
        let fields = fields.iter().find(|one| one["name"] == "fields").unwrap();
        assert_eq!(fields["default"], "'{}'::jsonb");
        assert_eq!(
            users["indexes"][0],
            json!({ "name": "users_pkey", "columns": ["tenant_id", "id"], "type": "primary_key", "unique": true })
        );
        let keys = users["constraints"].as_array().unwrap();
        let role = keys
            .iter()
            .find(|one| one["type"] == "FOREIGN KEY")
            .unwrap();
        assert_eq!(role["references_table"], "roles");
        assert_eq!(role["references_columns"], json!(["tenant_id", "id"]));
        assert_eq!(role["on_delete"], "restrict");
        assert!(data["total_indexes"].as_u64().unwrap() > 30);
        assert!(data["foreign_keys"].as_u64().unwrap() > 5);
        // What is kept is named, never what it is.
        assert_eq!(table(&data, "credentials")["secret"], true);
        assert!(!data.to_string().contains("$argon2"));
        // Which schema of the database it is, nobody is told.
        assert!(!data.to_string().contains("\"t_"), "{data}");
    }
    let own = data(&umbrella, SCHEMA);
    assert_eq!(
        (&own["placement"], &own["estimated"]),
        (&json!("schema"), &json!(false))
    );
    assert_eq!(table(&own, "users")["estimated"], false);
    if cast::placement() == PlacementKind::Shared {
        let shared = data(&acme, SCHEMA);
        assert_eq!(
            (&shared["placement"], &shared["estimated"]),
            (&json!("shared"), &json!(true))
        );
        let users = table(&shared, "users");
        assert_eq!(
            (&users["estimated"], &users["last_analyzed"]),
            (&json!(true), &json!(null))
        );
        assert!(users["notes"].to_string().contains("taken of all of them"));
        // The heads of the log are read by nobody.
        let heads = table(&shared, "audit_heads");
        assert_eq!(
            (&heads["row_count"], &heads["size_bytes"]),
            (&json!(null), &json!(null))
        );
    }
}

#[test]
fn what_is_left_out_and_what_is_not_there() {
    let app = app::start();
    let (acme, staff) = (app.program(&app.key(ACME, READS)), platform(&app));
    for (program, path) in [(&acme, SCHEMA), (&staff, "/tenants/acme/schema")] {
        let one = data(program, &format!("{path}?table=roles"));
        let tables = one["tables"].as_array().unwrap();
        assert_eq!(tables.len(), 1);
        assert_eq!(tables[0]["name"], "roles");
        let bare = data(
            program,
            &format!("{path}?table=roles&include_indexes=false&include_constraints=false"),
        );
        let bare = &bare["tables"][0];
        assert!(bare["indexes"].is_null() && bare["constraints"].is_null());
        assert!(bare["columns"][0]["constraints"].is_null());
        for hostile in [
            "",
            "USERS",
            "nothing",
            "shared.users",
            "pg_class",
            "tenants",
            "placements",
            "users%27%3B+drop+table+shared.users%3B+--",
            "users%00",
            "%25",
            "..%2Fusers",
            "%F0%9F%98%80",
        ] {
            let answer = program.get(&format!("{path}?table={hostile}")).expect(404);
            assert!(!answer.code().is_empty(), "{answer}");
            assert!(answer.json()["error"]["request_id"].is_string(), "{answer}");
        }
        for wrong in [
            "include_indexes=maybe",
            "include_constraints=",
            "tables=users",
        ] {
            program.get(&format!("{path}?{wrong}")).expect(422);
        }
    }
    let renamed = format!(
        "alter table {} rename to uploads",
        app.table(ACME, "imports")
    );
    app.sql_of(ACME).batch_execute(&renamed).unwrap();
    acme.get(&format!("{SCHEMA}?table=imports")).expect(404);
    acme.get(&format!("{SCHEMA}?table=uploads")).expect(200);
}

#[test]
fn iso_03_a_neighbour_changes_nothing_of_what_a_tenant_is_told() {
    let app = app::start();
    let acme = app.program(&app.key(ACME, READS));
    let umbrella = umbrella(&app);
    let told = || [data(&acme, SCHEMA), data(&umbrella, SCHEMA)];
    // The first use of a key is written down beside it.
    told();
    let before = told();
    let globex = GLOBEX.id().uuid();
    app.sql_of(GLOBEX)
        .batch_execute(&format!(
            "insert into shared.imports (tenant_id, id, created_by, file_name, content, created_at)
                 select '{globex}', gen_random_uuid(), gen_random_uuid(), 'people.csv', repeat('x', 500), now() from generate_series(1, 3000);
             insert into shared.roles (tenant_id, id, name, name_folded, permissions, created_at, updated_at)
                 select '{globex}', gen_random_uuid(), n, n, '{{}}', now(), now() from generate_series(1, 500) i, lateral (select 'role ' || i) r (n);"
        ))
        .unwrap();
    app.in_each_place("analyze");
    app.in_each_place("vacuum");
    let after = told();
    if cast::placement() == PlacementKind::Shared {
        assert_eq!(before[0], after[0]);
    }
    // In a schema of its own it is the tenant's table that was analysed; what is counted stays.
    let counted = |data: &Json| -> Vec<(String, Json)> {
        let tables = data["tables"].as_array().unwrap().iter();
        let exact = tables.filter(|one| one["estimated"] == false);
        exact
            .map(|one| (one["name"].to_string(), one["row_count"].clone()))
            .collect()
    };
    assert_eq!(counted(&before[1]), counted(&after[1]));
    // And its own rows are counted.
    let many = app.program(&app.key(GLOBEX, READS));
    let globex = data(&many, "/tenants/me/schema?table=imports");
    assert_eq!(globex["tables"][0]["row_count"], 3000);
}

#[test]
fn the_platform_is_told_of_tables_and_advised_and_counts_nobodys_rows() {
    let app = app::start();
    let staff = platform(&app);
    let umbrella = umbrella(&app);
    app.sql()
        .batch_execute(
            "create index users_email_alone on shared.users (email); analyze shared.users",
        )
        .unwrap();
    let own = data(&staff, "/tenants/umbrella/schema");
    assert_eq!(
        (&own["placement"], &own["figures_of"]),
        (&json!("schema"), &json!("tenant"))
    );
    assert_eq!(
        own["tables"].as_array().unwrap().len(),
        data(&umbrella, SCHEMA)["tables"].as_array().unwrap().len()
    );
    let kinds = own["advice"].as_array().unwrap().iter();
    let kinds: Vec<(&Json, &Json)> = kinds.map(|one| (&one["kind"], &one["table"])).collect();
    let offers = (
        &json!("foreign_key_without_index"),
        &json!("ownership_offers"),
    );
    assert_eq!(
        kinds,
        [offers, offers],
        "all that is to be said of our own tables"
    );
    if cast::placement() == PlacementKind::Shared {
        let shared = data(&staff, "/tenants/acme/schema");
        assert_eq!(shared["figures_of"], "all_tenants");
        assert_eq!(
            table(&shared, "users")["row_count"],
            app.count("shared.users"),
            "of all tenants, by the statistics"
        );
        assert!(table(&shared, "users")["last_analyzed"].is_string());
        let advice = shared["advice"].as_array().unwrap();
        let of_users = advice.iter().filter(|one| one["table"] == "users");
        let of_users: Vec<&Json> = of_users.collect();
        assert_eq!(of_users.len(), 1, "{advice:?}");
        assert_eq!(
            (&of_users[0]["kind"], &of_users[0]["index"]),
            (&json!("not_led_by_tenant"), &json!("users_email_alone"))
        );
        assert_eq!(
            data(&staff, "/tenants/acme/schema?table=roles")["advice"],
            json!([])
        );
    }
    // No right, no answer; and a tenant's key is no platform's.
    let other = app.platform_key(StaffPermissions::of(&[StaffPermission::ReadQueue]));
    app.program(&other).get("/tenants/acme/schema").expect(403);
    let others = app.key(ACME, &[Permission::ReadUsers, Permission::ReadOverview]);
    app.program(&others).get(SCHEMA).expect(403);
    let foreign = app.program(&app.key(GLOBEX, READS));
    foreign.get("/tenants/acme/schema").expect(403);
    app.program(&app.platform_key(StaffRole::Analyst.permissions()))
        .get("/tenants/nobody/schema")
        .expect(404);
}

#[test]
fn the_database_itself_tells_a_tenant_no_figures_of_shared_tables() {
    let app = app::start();
    let ask = |role: &str, question: &str| {
        app.sql().batch_execute(&format!(
            "begin; select set_config('app.tenant_id', '{}', true); set local role {role}; {question}; rollback",
            ACME.id().uuid()
        ))
    };
    let none = "do $$ begin if exists (select from app.own_figures()) then raise 'figures'; end if; end $$";
    if cast::placement() == PlacementKind::Shared {
        ask("tnt_tenant", none).unwrap();
    }
    for refused in ["app.table_figures('shared')", "app.index_figures('shared')"] {
        let error = ask("tnt_tenant", &format!("select * from {refused}")).unwrap_err();
        assert!(error.to_string().contains("permission denied"), "{error}");
        ask("tnt_platform", &format!("select * from {refused}")).unwrap();
    }
    for refused in ["app.own_figures()", "app.own_rows(1)"] {
        let error = ask("tnt_platform", &format!("select * from {refused}")).unwrap_err();
        assert!(error.to_string().contains("permission denied"), "{error}");
    }
    let elsewhere = "do $$ begin if exists (select from app.table_figures('catalogue')) then raise 'figures'; end if; end $$";
    ask("tnt_platform", elsewhere).unwrap();
}

#[test]
fn ovl_05_asking_for_the_schema_has_a_limit_of_its_own() {
    let app = app::start();
    let acme = app.program(&app.key(ACME, &[Permission::ReadSettings, Permission::ReadUsers]));
    let first = acme.get(SCHEMA).expect(200);
    assert_eq!(first.header("ratelimit-limit"), Some("25"));
    for _ in 0..30 {
        acme.get(SCHEMA);
    }
    assert_eq!(acme.get(SCHEMA).expect(429).code(), "rate_limit_exceeded");
    acme.get("/tenants/me/users").expect(200);
}

#[test]
fn a_tenant_s_people_read_how_their_tables_are_made() {
    let app = app::start();
    let owner = app.owner();
    owner
        .get("/data")
        .expect(200)
        .shows("href=\"/data/users\"")
        .shows("Holds secrets")
        .hides("Advice");
    owner
        .get("/data/users")
        .expect(200)
        .shows("email_folded")
        .shows("users_status_name")
        .shows("Refused while this row is there")
        .shows("href=\"/data/roles\"");
    owner
        .get("/data/credentials")
        .expect(200)
        .shows("what is in it is shown to nobody")
        .hides("$argon2");
    if cast::placement() == PlacementKind::Shared {
        owner.get("/data").shows("You see your own only");
    }
    for nothing in [
        "nothing",
        "shared.users",
        "USERS",
        "%00",
        "users%27--",
        "pg_class",
    ] {
        owner.get(&format!("/data/{nothing}")).expect(404);
    }
    app.member().get("/data").expect(403);
    app.visitor().get("/data/users").expect(303);
}

#[test]
fn staff_read_how_a_tenants_tables_are_made_and_not_what_it_has_of_shared_ones() {
    let app = app::start();
    umbrella(&app);
    let staff = app.staff(StaffRole::Analyst);
    for (tenant, words) in [
        ("umbrella", "This tenant has tables of its own"),
        ("acme", "This tenant "),
    ] {
        staff
            .get(&format!("/tenants/{tenant}/data"))
            .expect(200)
            .shows(words)
            .shows("Advice about indexes")
            .shows("ownership_offers_tenant_id_from_user_fkey");
        staff
            .get(&format!("/tenants/{tenant}/data/users"))
            .expect(200)
            .shows("users_status_name");
        staff
            .get(&format!("/tenants/{tenant}/data/nothing"))
            .expect(404);
    }
    staff.get("/tenants/nobody/data").expect(404);
    if cast::placement() == PlacementKind::Shared {
        staff
            .get("/tenants/acme/data")
            .shows("of all tenants in them together");
        staff
            .get("/tenants/acme/data/users")
            .shows("Of all tenants in this table together");
    }
}

#[test]
fn in_a_database_of_its_own_the_figures_are_the_tenants_own() {
    let app = app::start();
    let operator = app.staff(StaffRole::Operator);
    let page = made(&app, &operator);
    let program = app.program(&key_of(&app, "umbrella"));
    let mut inside = there(&app);
    inside.batch_execute("analyze shared.users").unwrap();
    for table_of in [
        data(&program, SCHEMA),
        data(&platform(&app), "/tenants/umbrella/schema"),
    ] {
        assert_eq!(
            (
                &table_of["placement"],
                &table_of["figures_of"],
                &table_of["estimated"]
            ),
            (&json!("database"), &json!("tenant"), &json!(false))
        );
        let users = table(&table_of, "users");
        assert_eq!(users["row_count"], 1);
        assert!(users["last_analyzed"].is_string(), "{users}");
        let bytes =
            "select pg_table_size('shared.users') + pg_indexes_size('shared.users') as count";
        let bytes = json!(count(&mut inside, bytes));
        assert_eq!(users["size_bytes"], bytes, "as the disk says");
        assert!(
            !users["notes"].to_string().contains("all of them"),
            "{users}"
        );
    }
    // The platform is told rows by the statistics, the tenant the number of them.
    let counted = data(&program, SCHEMA);
    assert_eq!(table(&counted, "users")["estimated"], false);
    operator
        .get(&format!("{page}/data"))
        .expect(200)
        .hides("This tenant shares its tables.");
    let told = app
        .tenantry(&["tenant", "schema", "umbrella", "--json"])
        .ends(0)
        .json();
    assert_eq!(
        (&told["placement"], &told["figures_of"]),
        (&json!("database"), &json!("tenant"))
    );
    // A neighbour's place in it, and nothing is told any more.
    inside
        .batch_execute(
            "insert into node.placements (tenant_id, schema_name, role_name, epoch, created_at) \
             values (gen_random_uuid(), 'shared', 'tnt_tenant', 1, now())",
        )
        .unwrap();
    let hidden = data(&program, SCHEMA);
    assert_eq!(table(&hidden, "users")["estimated"], true);
}
