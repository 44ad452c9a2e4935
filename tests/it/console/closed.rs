//! Off: by the operator, by a server that is not closed, by a database that stands open.

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use serde_json::json;

use super::{ask, program, rows, start};
use crate::support::app;
use crate::support::cast::ACME;
use crate::support::postgres::{count, query};

const TOLD: &str = "The SQL console is disabled by the operator.";

fn refused(answer: crate::support::client::Answer) {
    let error = answer.expect(403).json();
    assert_eq!(error["error"]["code"], "schema_access_denied");
    assert_eq!(error["error"]["message"], TOLD);
}

#[test]
fn sql_12_it_is_off_unless_the_operator_says_so() {
    let app = app::start();
    app.lock_down();
    refused(ask(&program(&app, ACME), "select 1"));
    assert_eq!(app.count("node.console_logins"), 0);
}

#[test]
fn sql_12_without_the_lockdown_it_is_off_and_the_rest_works() {
    let app = app::start_with(&[("console.enabled", "yes")]);
    let acme = program(&app, ACME);
    refused(ask(&acme, "select 1"));
    app.owner().get("/").expect(200);
    app.lock_down();
    assert_eq!(rows(ask(&acme, "select 1")), json!([[1]]));
    app.owner().get("/users").expect(200);
    // Whatever opens later keeps it off at the next question.
    for opened in [
        "grant execute on function pg_catalog.pg_sleep(double precision) to public",
        "grant execute on function pg_catalog.set_config(text, text, boolean) to tnt_console",
        "grant select on pg_catalog.pg_authid to tnt_console",
        "grant select on pg_catalog.pg_roles to public",
        "grant usage on schema information_schema to public",
        "grant usage on schema public to public",
        "grant usage on language plpgsql to tnt_console",
        "revoke execute on function pg_catalog.upper(text) from tnt_console",
    ] {
        let mut sql = app.sql_of(ACME);
        sql.batch_execute(opened).unwrap();
        refused(ask(&acme, "select 1"));
        let back = opened
            .replace("grant ", "revoke ")
            .replace(" to ", " from ");
        let back = match opened.starts_with("revoke") {
            true => opened
                .replace("revoke ", "grant ")
                .replace(" from ", " to "),
            false => back,
        };
        sql.batch_execute(&back).unwrap();
        assert_eq!(rows(ask(&acme, "select 1")), json!([[1]]), "{opened}");
    }
}

#[test]
fn sql_02_the_functions_that_it_may_run_are_those_of_the_list() {
    let app = start();
    let approved = services::boot::approved();
    let mut sql = app.sql();
    sql.batch_execute("set search_path = pg_catalog").unwrap();
    let listed = approved
        .iter()
        .map(|one| format!("('{}')", one.replace('\'', "''")))
        .collect::<Vec<_>>()
        .join(",");
    let other = format!(
        "select count(*) as count from pg_proc f where has_function_privilege('tnt_console', f.oid, 'execute')
         and has_schema_privilege('tnt_console', f.pronamespace, 'usage') and f.oid::regprocedure::text not in (values {listed})"
    );
    assert_eq!(count(&mut sql, &other), 0);
    let there = "select count(*) as count from pg_proc f where pronamespace = 'pg_catalog'::regnamespace and has_function_privilege('tnt_console', f.oid, 'execute')";
    assert_eq!(
        count(&mut sql, there),
        i64::try_from(approved.len()).unwrap()
    );
    let volatile = format!("{there} and provolatile = 'v' and proname <> 'random'");
    assert_eq!(count(&mut sql, &volatile), 0);
    // Each is run as the console's role, with null or nothing: a mistake of types is an answer too, and none leaves a trace.
    let calls = "select f.oid::regprocedure::text as signature, format('select pg_catalog.%I(%s)', f.proname,
            (select coalesce(string_agg('null::' || format_type(t, null), ', ' order by place), '') from unnest(f.proargtypes::oid[]) with ordinality a(t, place))) as line
        from pg_proc f where f.pronamespace = 'pg_catalog'::regnamespace and has_function_privilege('tnt_console', f.oid, 'execute') order by 1";
    let calls = lines(&mut sql, calls);
    assert!(calls.len() > 1_500, "{}", calls.len());
    let traces = "select ((select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) + (select count(*) from pg_largeobject_metadata) + (select count(*) from pg_listening_channels())
        + (select count(*) from pg_class where relpersistence = 't'))::bigint as count";
    assert_eq!(count(&mut sql, traces), 0);
    sql.batch_execute("begin; set local role tnt_console; set local statement_timeout = '5s'")
        .unwrap();
    for call in calls {
        let tried = format!("savepoint one; {call}");
        let _ = sql.batch_execute(&tried);
        sql.batch_execute("rollback to savepoint one").unwrap();
    }
    sql.batch_execute("reset role").unwrap();
    assert_eq!(count(&mut sql, traces), 0);
    sql.batch_execute("rollback").unwrap();
}

#[allow(
    clippy::disallowed_methods,
    reason = "a wish of whoever runs the tests, and no configuration"
)]
fn blessed() -> bool {
    std::env::var_os("TENANTRY_BLESS").is_some()
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

fn lines(connection: &mut diesel::PgConnection, text: &str) -> Vec<String> {
    let rows: Vec<Line> = query(text).load(connection).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

#[test]
fn the_console_reads_the_tables_that_were_decided_on_and_no_other() {
    let app = start();
    let mut sql = app.sql();
    let text = "select c.relname || ': ' || coalesce((select string_agg(a.attname, ', ' order by a.attnum) from pg_attribute a
            where a.attrelid = c.oid and not a.attisdropped and has_column_privilege('tnt_console', c.oid, a.attnum, 'select')), '-') as line
        from pg_class c where c.relnamespace = 'shared'::regnamespace and c.relkind in ('r', 'p', 'v') order by c.relname";
    let found = lines(&mut sql, text).join("\n") + "\n";
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/console/tables.txt");
    if blessed() {
        std::fs::write(file, &found).unwrap();
    }
    let decided = std::fs::read_to_string(file).unwrap();
    assert_eq!(
        found, decided,
        "decide what the console reads: a comment that says secret or private keeps a table from it"
    );
    // Nothing of the node's, the catalogue's, or the app's.
    let beyond = "select count(*) as count from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('node', 'catalogue', 'app') and c.relkind in ('r', 'v', 'p', 'm') and has_any_column_privilege('tnt_console', c.oid, 'select')";
    assert_eq!(count(&mut sql, beyond), 0);
}
