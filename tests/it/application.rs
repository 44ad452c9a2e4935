//! The login of the vendor's own application: what it may in a tenant's transaction, and that it may nothing outside one.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::staff::StaffPermission;
use domain::{PlacementKind, StaffPermissions, TenantId};
use serde_json::json;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World, placement};
use crate::support::keys::Program;
use crate::support::postgres::{application_key, context_key, count, query};
use crate::support::shop::{goods, migration, table};

/// The login as an application uses it: a plain connection.
fn login(app: &App, world: World) -> PgConnection {
    app.login_of(world, "tnt_vendor_app")
}

/// The entry with a proof, as an application makes it.
fn entry(tenant: &str) -> String {
    let proof = application_key().proof(TenantId::from_uuid(tenant.parse().unwrap()));
    format!("select app.enter('{tenant}', '{proof}')")
}

/// How an application begins each transaction.
pub(crate) fn begin(world: World) -> String {
    format!("begin; {}", entry(&world.id().uuid().to_string()))
}

/// Statements in one transaction of a tenant, and the code or the words with which the first of them was refused.
fn inside(connection: &mut PgConnection, world: World, statement: &str) -> Result<(), String> {
    connection.batch_execute(&begin(world)).unwrap();
    let said = connection.batch_execute(statement);
    let ended = if said.is_ok() { "commit" } else { "rollback" };
    connection.batch_execute(ended).unwrap();
    said.map_err(|error| error.to_string())
}

fn platform(app: &App) -> Program {
    app.program(&app.platform_key(StaffPermissions::of(StaffPermission::ALL)))
}

fn shop(app: &App) {
    app.has(&[goods()]).unwrap();
    let program = platform(app);
    let asked = serde_json::json!({ "wave_percent": 100 });
    program.send("POST", "/rollouts", &asked).expect(201);
    app.run_jobs();
    assert!(app.standing("goods") > 0);
}

const ADD: &str = "insert into goods (tenant_id, id) values (app.tenant_id(), gen_random_uuid())";

#[test]
fn it_has_its_own_tables_in_a_tenants_transaction_and_one_tenants_alone() {
    let app = app::start();
    shop(&app);
    inside(&mut login(&app, GLOBEX), GLOBEX, ADD).unwrap();
    let mut login = login(&app, ACME);
    inside(&mut login, ACME, ADD).unwrap();
    login.batch_execute(&begin(ACME)).unwrap();
    let all = "select count(*) as count from goods";
    assert_eq!(count(&mut login, all), 1, "its own rows and no others");
    let other = format!("{all} where tenant_id = '{}'", GLOBEX.id().uuid());
    assert_eq!(count(&mut login, &other), 0);
    login
        .batch_execute("update goods set label = 'x'; delete from goods; commit")
        .unwrap();
    assert_eq!(
        app.count(&format!("{} where label = ''", app.table(GLOBEX, "goods"))),
        1
    );
    let foreign = format!(
        "insert into goods (tenant_id, id) values ('{}', gen_random_uuid())",
        GLOBEX.id().uuid()
    );
    for (statement, words) in [
        (foreign.as_str(), "row-level security"),
        (
            "update goods set tenant_id = tenant_id",
            "permission denied",
        ),
        ("truncate goods", "permission denied"),
        (
            "alter table goods disable row level security",
            "must be owner",
        ),
        ("create table mine (id int)", "permission denied"),
        (
            "select set_config('role', 'tnt_tenant', true)",
            "permission denied",
        ),
        ("set local role tnt_owner", "permission denied"),
    ] {
        let said = inside(&mut login, ACME, statement).unwrap_err();
        assert!(said.contains(words), "{statement}: {said}");
    }
}

#[test]
fn outside_a_tenant_it_may_nothing() {
    let app = app::start();
    shop(&app);
    let mut login = login(&app, ACME);
    for place in [
        "shared.goods",
        "shared.users",
        "node.placements",
        "catalogue.tenants",
    ] {
        let said = login
            .batch_execute(&format!("select * from {place}"))
            .unwrap_err();
        assert!(
            said.to_string().contains("permission denied"),
            "{place}: {said}"
        );
    }
    assert!(login.batch_execute("select * from goods").is_err());
    // The role without a tenant: aloud, and no empty list.
    let said = login
        .batch_execute("begin; set local role tnt_vendor; select * from shared.goods")
        .unwrap_err();
    assert!(
        said.to_string().contains("tenant context is not set"),
        "{said}"
    );
    login.batch_execute("rollback").unwrap();
    for function in [
        "app.enter_tenant",
        "app.run_script",
        "app.run_text",
        "app.backfill",
        "app.ledger",
        "app.console_place",
    ] {
        let text = format!(
            "select has_function_privilege('tnt_vendor_app', f.oid, 'execute') or has_function_privilege('tnt_vendor', f.oid, 'execute') as count from pg_proc f where f.oid::regproc::text = '{function}'"
        );
        let text = text
            .replacen("select ", "select count(*) filter (where ", 1)
            .replacen(" as count", ") as count", 1);
        assert_eq!(count(&mut app.sql(), &text), 0, "{function}");
    }
}

#[test]
fn a_transaction_has_one_tenant_and_leaves_nothing() {
    let app = app::start();
    let mut login = login(&app, ACME);
    let again = entry(&GLOBEX.id().uuid().to_string());
    let said = inside(&mut login, ACME, &again).unwrap_err();
    assert!(said.contains("permission denied"), "{said}");
    let left = "select count(*) as count where current_user <> session_user or coalesce(current_setting('app.tenant_id', true), '') <> ''";
    assert_eq!(count(&mut login, left), 0);
    // In a transaction of its own the entry is over as soon as it is done.
    let own = entry(&ACME.id().uuid().to_string());
    login.batch_execute(&own).unwrap();
    assert_eq!(count(&mut login, left), 0);
}

#[test]
fn nobody_enters_without_a_proof_of_the_applications_key() {
    let app = app::start();
    shop(&app);
    let (a, b) = (ACME.id(), GLOBEX.id());
    let mut login = login(&app, ACME);
    let own = application_key();
    for proof in [
        String::new(),
        "v1.9999999999.false.".to_owned(),
        own.proof(b),
        own.proof(a).replace("false", "true"),
        context_key().proof(a, false),
        services::ApplicationKey::of(b"some other secret of 32 characters").proof(a),
    ] {
        let entry = format!("begin; select app.enter('{}', '{proof}')", a.uuid());
        let said = login.batch_execute(&entry).unwrap_err();
        assert!(said.to_string().contains("not proven"), "{proof}: {said}");
        login.batch_execute("rollback").unwrap();
    }
    // Nor does its key open what is the portal's.
    let mut portal = app.login_of(ACME, "tnt_app");
    let entry = format!(
        "begin; select app.enter_tenant('{}', 1, '{}')",
        a.uuid(),
        own.proof(a)
    );
    assert!(portal.batch_execute(&entry).is_err());
    // SQL that somebody slips into its transaction sets what it likes and reaches nobody else.
    let (goods, b) = (app.table(GLOBEX, "goods"), b.uuid());
    for deed in [
        format!("set local app.tenant_id = '{b}'"),
        format!("set local app.tenant_id = '{b}'; set local app.proof = ''"),
        format!("reset role; set local role tnt_vendor; set local app.tenant_id = '{b}'"),
    ] {
        let said = inside(&mut login, ACME, &format!("{deed}; select * from {goods}"));
        assert!(said.unwrap_err().contains("not proven"), "{deed}");
        let write = format!(
            "{deed}; insert into {goods} (tenant_id, id) values ('{b}', gen_random_uuid())"
        );
        assert!(inside(&mut login, ACME, &write).is_err(), "{deed}");
    }
    let enter = format!("reset role; select app.enter('{b}', current_setting('app.proof'))");
    assert!(
        inside(&mut login, ACME, &enter)
            .unwrap_err()
            .contains("not proven")
    );
}

#[test]
fn a_tenant_that_rests_or_is_not_here_is_told_by_a_code() {
    let app = app::start();
    let (mut other, mut login) = (login(&app, GLOBEX), login(&app, ACME));
    let code = |login: &mut PgConnection, world: &str| {
        let said = login.batch_execute(&format!("begin; {}", entry(world)));
        let error = said.unwrap_err();
        login.batch_execute("rollback").unwrap();
        match error {
            diesel::result::Error::DatabaseError(_, told) => (
                told.message().to_owned(),
                told.details().unwrap_or_default().to_owned(),
            ),
            other => panic!("{other}"),
        }
    };
    let nobody = code(&mut login, "00000000-0000-7000-8000-0000000000ff");
    assert_eq!(
        nobody,
        (
            "the tenant is not on this node".to_owned(),
            "TN001".to_owned()
        )
    );
    app.sql_of(ACME)
        .batch_execute(&format!(
            "update node.placements set closed = true where tenant_id = '{}'",
            ACME.id().uuid()
        ))
        .unwrap();
    let closed = code(&mut login, &ACME.id().uuid().to_string());
    assert_eq!(
        closed,
        ("the tenant is closed".to_owned(), "TN003".to_owned())
    );
    // While a move hands it over.
    let mut mover = app.sql_of(GLOBEX);
    mover
        .batch_execute(&format!(
            "begin; select pg_advisory_xact_lock(hashtextextended('{}', 0))",
            GLOBEX.id().uuid()
        ))
        .unwrap();
    let moved = code(&mut other, &GLOBEX.id().uuid().to_string());
    assert_eq!(moved.1, "TN004");
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

#[allow(
    clippy::disallowed_methods,
    reason = "a wish of whoever runs the tests, and no configuration"
)]
fn blessed() -> bool {
    std::env::var_os("TENANTRY_BLESS").is_some()
}

#[test]
fn of_tenantrys_tables_it_reads_the_columns_that_were_decided_on() {
    let app = app::start();
    let text = "select c.relname || ': ' || coalesce(string_agg(a.attname, ', ' order by a.attnum) filter (where r.reads), '-')
            || ' | ' || coalesce(string_agg(a.attname, ', ' order by a.attnum) filter (where not r.reads), '-') as line
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped,
            lateral (select has_column_privilege('tnt_vendor', c.oid, a.attnum, 'select') as reads) r
        where c.relnamespace = 'shared'::regnamespace and c.relkind in ('r', 'p', 'v') group by c.relname order by c.relname";
    let rows: Vec<Line> = query(text).load(&mut app.sql()).unwrap();
    let found: String = rows.into_iter().map(|row| row.line + "\n").collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/application.txt");
    if blessed() {
        std::fs::write(file, &found).unwrap();
    }
    let decided = std::fs::read_to_string(file).unwrap();
    assert_eq!(
        found, decided,
        "decide what the vendor's application reads: before the bar what it does, behind it what it does not"
    );
    let writes = "select count(*) as count from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('shared', 'node', 'catalogue', 'app') and c.relkind in ('r', 'v', 'p', 'm')
          and (has_any_column_privilege('tnt_vendor', c.oid, 'insert, update, references') or has_table_privilege('tnt_vendor', c.oid, 'delete, truncate, trigger'))";
    assert_eq!(count(&mut app.sql(), writes), 0);
    let mut login = login(&app, ACME);
    inside(&mut login, ACME, "select id, email, name, status, role, locale from users; select name from roles; select primary_color from brands; select used, hard from limits").unwrap();
    for secret in [
        "credentials",
        "sessions",
        "links",
        "api_keys",
        "letters",
        "audit_entries",
        "throttles",
    ] {
        let said = inside(&mut login, ACME, &format!("select * from {secret}")).unwrap_err();
        assert!(said.contains("permission denied"), "{secret}: {said}");
    }
    login.batch_execute(&begin(ACME)).unwrap();
    let people = "select count(*) as count from users where tenant_id <> app.tenant_id()";
    assert_eq!(count(&mut login, people), 0);
}

#[test]
fn what_a_migration_makes_or_changes_is_the_applications_too() {
    let app = app::start();
    let narrow = migration(
        "20260103-1",
        "alter table goods add column weight bigint; grant update (weight) on goods to tnt_tenant; \
         create view heavy with (security_invoker = true) as select tenant_id, id from goods where weight > 10; grant select on heavy to tnt_tenant;",
        "drop view heavy; alter table goods drop column weight;",
    );
    let more = migration(
        "20260102-1",
        &table("papers").replace(
            "app.protect('papers')",
            "app.protect('papers', '{select,insert}')",
        ),
        "drop table papers;",
    );
    app.has(&[goods(), more, narrow]).unwrap();
    let (_, own) = app.schemas("shop", 1).pop().unwrap();
    let program = platform(&app);
    program
        .send(
            "POST",
            "/rollouts",
            &serde_json::json!({ "wave_percent": 100 }),
        )
        .expect(201);
    app.run_jobs();
    let unlike = "(select r.grantee, r.line, c.relname from node.ledger l join pg_class c on c.relnamespace = to_regnamespace(l.schema_name) and c.relname in ('goods', 'papers', 'heavy'),
        app.rights(c.oid) r where r.grantee in ('tnt_tenant'::regrole, 'tnt_vendor'::regrole) and l.version = '20260101-1') x
        where not exists (select from app.rights(('shared.' || x.relname)::regclass) o where o.line = x.line and o.grantee <> x.grantee and o.grantee in ('tnt_tenant'::regrole, 'tnt_vendor'::regrole))";
    assert_eq!(app.count(unlike), 0, "one has what the other has");
    assert_eq!(app.count(&format!("pg_policy where polrelid in ('{own}.goods'::regclass, '{own}.papers'::regclass) and polname like 'vendor%'")), 4);
    let mut login = login(&app, ACME);
    inside(&mut login, ACME, ADD).unwrap();
    inside(&mut login, ACME, "update goods set weight = 11; select * from heavy; insert into papers (tenant_id, id) values (app.tenant_id(), gen_random_uuid())").unwrap();
    let said = inside(&mut login, ACME, "delete from papers").unwrap_err();
    assert!(said.contains("permission denied"), "{said}");
}

#[test]
fn tables_that_were_there_before_the_login_are_the_applications_as_well() {
    let app = app::start();
    shop(&app);
    let mut owner = app.sql_of(ACME);
    let place = app.table(ACME, "");
    let place = place.trim_end_matches('.');
    let rights =
        format!("app.rights('{place}.goods'::regclass) where grantee = 'tnt_vendor'::regrole");
    let rights = format!("select count(*) as count from {rights}");
    let before = count(&mut owner, &rights);
    owner
        .batch_execute(&format!("set role tnt_owner; set search_path = {place}"))
        .unwrap();
    let down = include_str!("../../migrations/tenant/2026-11-22-070000_application_login/down.sql");
    owner.batch_execute(down).unwrap();
    assert_eq!(count(&mut owner, &rights), 0);
    let up = include_str!("../../migrations/tenant/2026-11-22-070000_application_login/up.sql");
    owner.batch_execute(up).unwrap();
    assert_eq!(count(&mut owner, &rights), before);
    inside(&mut login(&app, ACME), ACME, ADD).unwrap();
}

#[test]
fn it_works_beside_a_console_that_closed_the_catalog_before_it_came() {
    let app = app::start();
    app.lock_down();
    inside(
        &mut login(&app, ACME),
        ACME,
        "select lower('A'), count(*) from users",
    )
    .unwrap();
    // A role that is made after the catalog was closed, as at an upgrade.
    let mut sql = app.sql();
    let late = format!("late_{}", std::process::id());
    sql.batch_execute(&format!("create role {late}")).unwrap();
    let may = format!(
        "select count(*) as count where has_function_privilege('{late}', 'pg_catalog.lower(text)', 'execute') and has_table_privilege('{late}', 'pg_catalog.pg_class', 'select')"
    );
    let before = count(&mut sql, &may);
    app.lock_down();
    let after = count(&mut sql, &may);
    app.in_each_place(&format!("drop owned by {late}"));
    sql.batch_execute(&format!("drop role {late}")).unwrap();
    assert_eq!((before, after), (0, 1));
}

#[test]
fn the_api_says_how_a_tenant_is_reached_and_no_password() {
    let app = app::start();
    let told = platform(&app).get("/tenants/acme/connection").expect(200);
    let told = told.json()["data"].clone();
    assert_eq!(
        (&told["tenant_id"], &told["status"], &told["user"]),
        (
            &json!(ACME.id().to_string()),
            &json!("active"),
            &json!("tnt_vendor_app")
        )
    );
    assert_eq!(told["placement"], json!(placement()));
    // What it says works as it stands.
    let mut login = PgConnection::establish(told["url"].as_str().unwrap()).unwrap();
    let uuid = told["tenant_uuid"].as_str().unwrap();
    let proof = application_key().proof(ACME.id());
    let entry = told["entry"].as_str().unwrap();
    let entry = entry
        .replace("$1", &format!("'{uuid}'"))
        .replace("$2", &format!("'{proof}'"));
    let people = "select count(*) as count from users where tenant_id = app.tenant_id()";
    login.batch_execute(&format!("begin; {entry}")).unwrap();
    assert_eq!(count(&mut login, people), 9);
    platform(&app).get("/tenants/nobody/connection").expect(404);
    let own = app.program(&app.key(ACME, domain::permission::Permission::ALL));
    own.get("/tenants/me/connection").expect(403);
    let address = "postgresql://somebody:s3cret-word@db.internal:6432/shop?sslmode=disable&sslpassword=s3cret-word";
    let app = app::start_with(&[("application.database_url", address)]);
    let told = platform(&app).get("/tenants/acme/connection").expect(200);
    assert!(!told.has("s3cret-word"), "{told}");
    // Who has a database of its own is reached there, by the same way.
    let database = match placement() {
        PlacementKind::Database => app.database_of(ACME),
        PlacementKind::Shared | PlacementKind::Schema => "shop".to_owned(),
    };
    let url = format!("postgresql://tnt_vendor_app@db.internal:6432/{database}?sslmode=disable");
    assert_eq!(told.json()["data"]["url"], url);
}
