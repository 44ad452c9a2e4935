//! SQL-01 and SQL-04: more than a hundred ways to reach past one's own rows, through the route itself. What is asked for may be
//! refused or answered with what is one's own; nothing of another tenant's comes, nothing changes, nothing stays.

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use serde_json::json;

use super::{ask, program, rows, start};
use crate::support::app::App;
use crate::support::cast::{ACME, GLOBEX};
use crate::support::postgres::{count, query};

/// What is never answered. `{schema}` is where the other tenant lives, `{role}` its login, `{id}` its id, `{oid}` its table's number.
const REFUSED: &[&str] = &[
    // More than one statement, or another kind of one.
    "select 1; select 2",
    "select 1; drop table users",
    "commit; select email from users",
    "rollback; set role tnt_owner; select 1",
    "commit",
    "begin",
    "set role tnt_owner",
    "set role \"{role}\"",
    "set session authorization tnt_owner",
    "set local role tnt_tenant",
    "set app.tenant_id = '{id}'",
    "set search_path = {schema}",
    "set statement_timeout = 0",
    "set transaction read write",
    "reset role",
    "reset all",
    "discard all",
    "show all",
    "show search_path",
    "do $$ begin perform 1; end $$",
    "call app.console_reads('users')",
    "copy users to stdout",
    "copy users to program 'id'",
    "copy (select 1) to '/tmp/out'",
    "listen everything",
    "notify everything",
    "prepare p as select 1",
    "execute p",
    "deallocate all",
    "declare c cursor for select 1",
    "fetch all from c",
    "lock table users",
    "vacuum",
    "analyze users",
    "checkpoint",
    "explain select 1",
    "explain analyze select 1",
    "explain (analyze, buffers) select * from users",
    "create table mine (a int)",
    "create temp table mine (a int)",
    "create view mine as select 1",
    "create function mine() returns int language sql as 'select 1'",
    "create extension dblink",
    "create role mine",
    "alter role current_user connection limit 100",
    "alter role session_user password 'x'",
    "grant tnt_owner to current_user",
    "grant select on users to public",
    "comment on table users is 'x'",
    "truncate users",
    "insert into users select * from users",
    "update users set name = 'x'",
    "delete from users",
    "insert into users (name) values ('x') returning name",
    "update users set name = 'x' returning name",
    "with gone as (delete from users returning *) select * from gone",
    "with new as (insert into roles select * from roles returning *) select * from new",
    "merge into users u using users v on u.id = v.id when matched then delete",
    "select * into mine from users",
    "select * into temp mine from users",
    "select * from users for update",
    "select * from users for share",
    "select * from users for key share",
    // Out of the question's own parentheses.
    "select 1) q(c1); drop table users; --",
    "select 1) q(c1) union select email from users --",
    "select 1 /*",
    "select 1 */ from users",
    "*/ select 1",
    "select 1) as q, (select 2",
    "select $$",
    "select '",
    "select \"",
    "",
    "--",
    ";",
    "select",
    "select from users",
    // Settings, roles, sessions.
    "select set_config('role', '{role}', true)",
    "select set_config('app.tenant_id', '{id}', false)",
    "select set_config('session_authorization', 'tnt_owner', false)",
    "select set_config('statement_timeout', '0', false), 1",
    "select (select set_config('role', 'tnt_owner', true))",
    "with a as (select set_config('role', 'tnt_owner', true)) select * from a",
    "select upper(set_config('role', 'tnt_owner', true))",
    "select /* set */ set_config /**/ ('role', 'tnt_owner', true)",
    "select U&\"set\\005fconfig\"('role', 'tnt_owner', true)",
    "select \"set_config\"('role', 'tnt_owner', true)",
    "select pg_catalog.set_config('role', 'tnt_owner', true)",
    "select current_setting('app.tenant_id')",
    "select current_setting('data_directory')",
    "select * from pg_settings",
    "select pg_sleep(10)",
    "select pg_backend_pid()",
    "select pg_cancel_backend(1)",
    "select pg_terminate_backend(pid) from pg_stat_activity",
    "select pg_reload_conf()",
    "select pg_advisory_lock(1)",
    "select pg_try_advisory_lock(1)",
    "select pg_advisory_xact_lock_shared(1)",
    "select pg_notify('a', 'b')",
    "select txid_current()",
    "select pg_current_xact_id()",
    "select pg_export_snapshot()",
    "select pg_switch_wal()",
    "select nextval('x')",
    "select inet_server_addr()",
    "select version()",
    // Files, large objects, other databases.
    "select pg_read_file('/etc/passwd')",
    "select pg_read_binary_file('PG_VERSION')",
    "select pg_ls_dir('.')",
    "select pg_stat_file('PG_VERSION')",
    "select lo_import('/etc/passwd')",
    "select lo_from_bytea(0, 'x')",
    "select lo_create(0)",
    "select lo_get(1)",
    "select lo_export(1, '/tmp/x')",
    "select loread(1, 1)",
    "select * from dblink('dbname=postgres', 'select 1') as t(a int)",
    "select * from postgres.pg_catalog.pg_roles",
    // Queries in the text of a function.
    "select query_to_xml('select * from users', true, true, '')",
    "select table_to_xml('users', true, true, '')",
    "select schema_to_xml('{schema}', true, true, '')",
    "select database_to_xml(true, true, '')",
    "select cursor_to_xml('c', 1, true, true, '')",
    "select ts_stat('select email from users')",
    "select * from ts_stat('select to_tsvector(email) from users')",
    "select xpath('/a', '<a/>')",
    "select ts_rewrite('a'::tsquery, 'select 1, 2')",
    "select crosstab('select 1')",
    // The catalog and names by number.
    "select * from pg_catalog.pg_class",
    "select * from pg_tables",
    "select * from pg_roles",
    "select * from pg_authid",
    "select * from pg_namespace",
    "select * from pg_stat_activity",
    "select * from pg_stat_user_tables",
    "select * from pg_stats",
    "select * from pg_policies",
    "select * from pg_proc",
    "select * from pg_database",
    "select * from pg_largeobject",
    "select * from pg_stat_statements",
    "select * from public.pg_stat_statements",
    "select * from information_schema.tables",
    "select * from information_schema.columns",
    "select {oid}::regclass",
    "select {oid}::oid::regclass::text",
    "select cast('{oid}' as regclass)",
    "select '{schema}.users'::regclass",
    "select '{role}'::regrole",
    "select n::regnamespace::text from generate_series(1, 100000) n",
    "select n::regrole::text from generate_series(1, 100000) n",
    "select (n::text)::\"regtype\"::text from generate_series(1, 100000) n",
    "select U&\"\\0072egrole\" '10'",
    "select to_regclass('{schema}.users')",
    "select to_regrole('{role}')",
    "select to_regnamespace('{schema}')",
    "select format_type({oid}, null)",
    "select obj_description({oid})",
    "select has_table_privilege('{schema}.users', 'select')",
    "select has_schema_privilege('{schema}', 'usage')",
    "select row_security_active('users')",
    "select pg_get_viewdef({oid})",
    "select pg_get_expr(null, {oid})",
    "select pg_table_size('users')",
    "select pg_relation_size({oid})",
    "select pg_total_relation_size('users')",
    "select pg_relation_filepath('users')",
    "select col_description({oid}, 1)",
    "select makeaclitem(10, 10, 'SELECT', false)",
    "select acldefault('r', 10)",
    "select satisfies_hash_partition({oid}, 1, 0, 1)",
    "select 'tnt_owner=r/tnt_owner'::aclitem",
    // Where rows lie and who wrote them, of all tenants in a table.
    "select ctid from users",
    "select xmin from users",
    "select max(xmax::text) from users",
    "select tableoid from users",
    "select cmin, cmax from users",
    // What is there and not open.
    "select * from catalogue.tenants",
    "select * from node.placements",
    "select * from node.console_logins",
    "select * from node.jobs",
    "select app.login_tenant()",
    "select app.tenant_id()",
    "select app.enter_tenant('{id}', 1, '')",
    "select app.console_place()",
    "select * from app.placement_of('{id}')",
    "select verify_audit()",
    "select append_audit(null,null,null,null,null,null,null,null,null,null,null,null,null,null,null)",
    "select * from credentials",
    "select * from sessions",
    "select * from links",
    "select * from throttles",
    "select * from known_devices",
    "select * from ownership_offers",
    "select * from letters",
    "select * from visits",
    "select * from api_keys",
    "select token_hash from api_keys",
    "select * from api_answers",
    "select * from console_runs",
    "select count(*) from credentials",
    "select exists (select from sessions)",
    "table credentials",
];

/// What is answered, with one's own or nothing.
const HARMLESS: &[&str] = &[
    "select * from users where tenant_id = '{id}'",
    "select email from users where true or tenant_id is not null",
    "select u.email from users u, users v",
    "select u.email, v.email from users u full join users v on v.id = u.id where v.tenant_id = '{id}' or true",
    "select email from users union all select email from users",
    "select (select string_agg(email, ',') from users)",
    "select * from users where 1 / (case when email like '%globex%' then 0 else 1 end) = 1",
    "select email from users where email like '%globex%' or cast(substr(email, 1, 1) as text) = 'x'",
    "select json_agg(users) from users",
    "select row_to_json(u) from users u",
    "select * from users tablesample system (100)",
    "select * from users tablesample bernoulli (100)",
    "select name from roles where tenant_id in (select tenant_id from users)",
    "select min(action), min(actor_name), count(after) from audit_entries",
    "select current_user, session_user, current_schema",
    "with recursive r(n) as (select 1 union all select n + 1 from r where n < 50) select n, (select count(*) from users) from r",
    "select lower(email) from users order by name offset 0",
    "select max(email), min(email) from users group by tenant_id",
    "select * from limits",
    "select * from brands",
    "select data from events",
    "select word from user_words where word ^@ 'globex'",
    "select email from users where email = any (select email from users)",
    "values (1), (2)",
    "table roles",
    "(select 1)",
    "select 1 -- and nothing else",
    "select 1 /* ) q(c1); drop table users; */",
    "select ';' || 'drop table users' as words",
];

/// The two tables by their whole names, with everything that a question must not change.
fn digest(app: &App) -> i64 {
    let mut total = 0;
    for world in [ACME, GLOBEX] {
        for table in [
            "users",
            "roles",
            "sessions",
            "credentials",
            "limits",
            "brands",
        ] {
            let name = app.table(world, table);
            // Each question is a call, and is counted as one.
            let row = match table {
                "limits" => {
                    "(to_jsonb(t) || (case t.resource when 'api_calls_per_day' \
                     then '{\"used\": 0, \"began_at\": null}' else '{}' end)::jsonb)::text"
                }
                _ => "t::text",
            };
            let text = format!(
                "select coalesce(sum(hashtextextended({row}, 0)), 0)::numeric % 1000000007 + count(*) as count from {name} t"
            );
            let text = text
                .replace("as count", "")
                .replace("select ", "select (")
                .replacen(" from ", ")::bigint as count from ", 1);
            total += count(&mut app.sql_of(world), &text);
        }
    }
    total
}

#[test]
fn sql_01_and_04_no_way_leads_past_ones_own() {
    let app = start();
    let (acme, globex) = (program(&app, ACME), program(&app, GLOBEX));
    ask(&globex, "select 1").expect(200);
    let (mine, theirs) = (app.table(ACME, "users"), app.table(GLOBEX, "users"));
    let plant = format!(
        "update {theirs} set location = 'CANARY-93f1' where tenant_id = '{}'",
        GLOBEX.id().uuid()
    );
    query(&plant).execute(&mut app.sql_of(GLOBEX)).unwrap();
    let text = |question: &str| text_of(&app, question);
    let role = text(&format!(
        "select role_name as line from node.console_logins where tenant_id = '{}'",
        GLOBEX.id().uuid()
    ));
    let oid = text(&format!("select '{theirs}'::regclass::oid::text as line"));
    let schema = theirs.split('.').next().unwrap().to_owned();
    let (schema, own) = match mine == theirs {
        true => ("catalogue".to_owned(), true),
        false => (schema, false),
    };
    let made = |question: &str| {
        question
            .replace("{schema}", &schema)
            .replace("{role}", &role)
            .replace("{id}", &GLOBEX.id().uuid().to_string())
            .replace("{oid}", &oid)
    };
    let before = digest(&app);
    let told = |question: &str, words: &str| {
        let words = words.replace(question, "");
        for canary in [
            "CANARY-93f1",
            "@globex",
            "of globex",
            role.as_str(),
            "tq_",
            "password_hash",
            "/var/",
            "pgdata",
        ] {
            let own_login = canary == "tq_" && question.contains("session_user");
            assert!(
                own_login || !words.contains(canary),
                "{question}: {canary} in {words}"
            );
        }
        assert!(own || !words.contains(&schema), "{question}: {words}");
    };
    let all = REFUSED.len() + HARMLESS.len();
    assert!(all >= 100, "{all}");
    for question in REFUSED {
        let question = made(question);
        let answer = ask(&acme, &question);
        assert!([403, 422].contains(&answer.status), "{question}: {answer}");
        let error = answer.json()["error"].clone();
        told(&question, &error["message"].to_string());
        told(&question, &error["details"].to_string());
    }
    for question in HARMLESS {
        let question = made(question);
        let answer = ask(&acme, &question).expect(200);
        told(&question, &answer.json()["data"]["rows"].to_string());
    }
    assert_eq!(digest(&app), before);
    // Nothing stays of a question: no lock, no session, no object, no role but the two.
    let left = "select ((select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()) and pid in (select pid from pg_stat_activity where usename like 'tq_%'))
         + (select count(*) from pg_largeobject_metadata) + (select count(*) from pg_prepared_xacts where database = current_database()))::bigint as count";
    assert_eq!(count(&mut app.sql_of(ACME), left), 0);
    assert_eq!(app.count("node.console_logins"), 2);
    assert_eq!(rows(ask(&acme, "select count(*) from users")), json!([[9]]));
}

fn text_of(app: &App, question: &str) -> String {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    query(question)
        .get_result::<Row>(&mut app.sql_of(GLOBEX))
        .unwrap()
        .line
}

#[test]
fn sql_09_what_is_there_and_what_is_not_are_told_alike() {
    let app = start();
    let acme = program(&app, ACME);
    // The other tenant's schema, or one that is there in any case.
    let schema = match app.table(GLOBEX, "users").split('.').next().unwrap() {
        "shared" => "catalogue".to_owned(),
        own => own.to_owned(),
    };
    app.sql_of(ACME)
        .batch_execute("create schema inside; create table inside.things (a int)")
        .unwrap();
    let told = |query: &str| {
        let answer = ask(&acme, query);
        let error = &answer.json()["error"];
        (
            answer.status,
            error["code"].clone(),
            error["message"].clone(),
            error["details"].clone(),
        )
    };
    let absent = told("select * from nowhere.users");
    assert_eq!(absent.0, 403);
    for query in [
        format!("select * from {schema}.users"),
        format!("select * from {schema}.nothing"),
        "select * from inside.things".to_owned(),
        "select * from inside.nothing".to_owned(),
        "select * from nowhere.nothing".to_owned(),
        "select * from node.placements".to_owned(),
        "select * from node.nothing".to_owned(),
        "select * from nothing".to_owned(),
        "select * from credentials".to_owned(),
        "select inside.f()".to_owned(),
        "select nowhere.f()".to_owned(),
        "select null::inside.things".to_owned(),
        "select null::nowhere.things".to_owned(),
    ] {
        assert_eq!(told(&query), absent, "{query}");
    }
    // No hint, no detail, no file of the server's.
    for query in [
        "select nme from users",
        "select 1/0",
        "select 'x'::int",
        "select sum(name) from users",
    ] {
        let answer = ask(&acme, query).expect(422).text();
        for word in [
            "HINT",
            "hint",
            "DETAIL",
            "perhaps",
            "explicit type",
            ".c:",
            "LINE",
        ] {
            assert!(!answer.contains(word), "{query}: {answer}");
        }
    }
    let wrong = ask(&acme, "choose 1").expect(422).json();
    assert_eq!(
        wrong["error"]["details"]["fields"]["query"],
        "Syntax error at or near \"choose\"."
    );
    assert_eq!(wrong["error"]["details"]["position"], 1);
}
