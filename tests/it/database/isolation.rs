//! ISO-04: no statement of one tenant's transaction reaches a row of another, table by table and verb by verb.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use domain::TenantId;

use crate::support::postgres::{Database, entry, query};

const ALICE: &str = "00000000-0000-7000-8000-00000000000a";
const BOB: &str = "00000000-0000-7000-8000-00000000000b";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    keys: String,
    #[diesel(sql_type = Text)]
    plain: String,
    #[diesel(sql_type = Text)]
    matched: String,
    #[diesel(sql_type = Bool)]
    updatable: bool,
}

/// Every table with a tenant's rows, the queue too.
fn tables(connection: &mut PgConnection) -> Vec<Table> {
    query(
        "select c.oid::regclass::text as name,
                string_agg(quote_ident(a.attname), ', ') filter (where a.attnum = any (i.indkey)) as keys,
                coalesce((array_agg(quote_ident(a.attname) order by a.attnum desc)
                    filter (where a.attname <> 'tenant_id' and has_column_privilege('tnt_tenant', c.oid, a.attnum, 'update')))[1],
                    (array_agg(quote_ident(a.attname) order by a.attnum desc) filter (where a.attname <> 'tenant_id'))[1]) as plain,
                string_agg(format('o.%1$I = t.%1$I', a.attname), ' and ') filter (where a.attnum = any (i.indkey)) as matched,
                bool_or(has_column_privilege('tnt_tenant', c.oid, a.attnum, 'update')) as updatable
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         join pg_index i on i.indrelid = c.oid and i.indisprimary
         where c.relkind = 'r' and (n.nspname = 'shared' and c.relname <> '__diesel_schema_migrations' or c.oid = 'node.jobs'::regclass)
         group by c.oid order by 1",
    )
    .load(connection)
    .unwrap()
}

/// One row a table and tenant, whatever its columns: made from the catalog, so that a new table is tried too.
const FILL: &str = r"
create function pg_temp.fill(p_table regclass, p_tenant uuid) returns void language plpgsql as $$
declare
    col record;
    names text[] := '{}';
    vals text[] := '{}';
    choice text;
begin
    for col in select a.attname, a.atttypid::regtype::text as type, a.attnotnull, a.attnum,
                      a.attnum = any ((select i.indkey from pg_index i where i.indrelid = p_table and i.indisprimary)::int2[]) as key
               from pg_attribute a where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped loop
        continue when not (col.attnotnull or col.attname = 'tenant_id');
        select substring(pg_get_constraintdef(k.oid) from '''([a-z_]+)''::text') into choice
            from pg_constraint k where k.conrelid = p_table and k.contype = 'c' and k.conkey = array[col.attnum] and pg_get_constraintdef(k.oid) ~ 'ANY';
        names := names || quote_ident(col.attname);
        vals := vals || case
            when col.attname = 'tenant_id' then format('%L::uuid', p_tenant)
            when col.type = 'uuid' then 'gen_random_uuid()'
            when choice is not null then quote_literal(choice)
            when col.attname ~ 'color' then '''#aabbcc'''
            when col.type = 'text' then format('''secret of %s''', p_tenant)
            when col.type in ('smallint', 'integer', 'bigint') then '1'
            when col.type = 'boolean' then 'true'
            when col.type = 'jsonb' then '''{}'''
            when col.type = 'bytea' then '''\x00'''
            when col.type = 'timestamp with time zone' then 'now()'
            when col.type ~ '\[\]$' then '''{}'''
            else 'null' end;
    end loop;
    execute format('insert into %s (%s) values (%s)', p_table, array_to_string(names, ', '), array_to_string(vals, ', '));
end $$";

fn fill(connection: &mut PgConnection, tables: &[Table]) {
    // Foreign keys are not what is tried here: each row stands alone.
    connection
        .batch_execute("set session_replication_role = replica")
        .unwrap();
    connection.batch_execute(FILL).unwrap();
    for tenant in [ALICE, BOB] {
        connection
            .batch_execute(&format!(
                "insert into node.placements (tenant_id, schema_name, role_name, epoch, created_at) values ('{tenant}', 'shared', 'tnt_tenant', 1, now())"
            ))
            .unwrap();
        for table in tables {
            connection
                .batch_execute(&format!(
                    "select pg_temp.fill('{}', '{tenant}')",
                    table.name
                ))
                .unwrap_or_else(|error| panic!("{}: {error}", table.name));
        }
    }
}

/// The verbs, each aimed at the other tenant's row. `new` is that row with a new key, `old` the row itself.
fn attempts(table: &Table) -> Vec<(&'static str, String)> {
    let Table {
        name,
        keys,
        plain,
        matched,
        ..
    } = table;
    let theirs = format!("tenant_id = '{BOB}'");
    let row = format!(
        "select r.* from jsonb_populate_record(null::{name}, (select body from stolen where tab = '{name}')) r"
    );
    let mut attempts = vec![
        (
            "select",
            format!("select count(*) as count from {name} where {theirs}"),
        ),
        (
            "select all",
            format!("select count(*) as count from {name} where tenant_id <> '{ALICE}'"),
        ),
        (
            "update",
            format!(
                "with d as (update {name} set {plain} = {plain} where {theirs} returning 1) select count(*) as count from d"
            ),
        ),
        (
            "take",
            format!(
                "with d as (update {name} set tenant_id = '{ALICE}' where {theirs} returning 1) select count(*) as count from d"
            ),
        ),
        (
            "give",
            format!(
                "with d as (update {name} set tenant_id = '{BOB}' where tenant_id = '{ALICE}' returning 1) select count(*) as count from d"
            ),
        ),
        (
            "delete",
            format!(
                "with d as (delete from {name} where {theirs} returning 1) select count(*) as count from d"
            ),
        ),
        (
            "insert",
            format!(
                "with d as (insert into {name} {row} returning 1) select count(*) as count from d"
            ),
        ),
        (
            "upsert",
            format!(
                "with d as (insert into {name} {row} on conflict ({keys}) do update set {plain} = excluded.{plain} returning 1) select count(*) as count from d"
            ),
        ),
        (
            "upsert nothing",
            format!(
                "with d as (insert into {name} {row} on conflict do nothing returning 1) select count(*) as count from d"
            ),
        ),
        (
            "lock",
            format!(
                "select count(*) as count from (select 1 from {name} where {theirs} for update) l"
            ),
        ),
        ("truncate", format!("truncate {name}")),
        ("copy in", format!("copy {name} from stdin")),
        ("copy to a file", format!("copy {name} to '/dev/null'")),
    ];
    attempts.push(("merge", format!("merge into {name} t using ({row}) o on {matched} when matched then update set {plain} = o.{plain}")));
    attempts.push((
        "merge away",
        format!("merge into {name} t using ({row}) o on {matched} when matched then delete"),
    ));
    attempts
}

#[test]
fn iso_04_no_statement_reaches_another_tenants_row() {
    let database = Database::unaudited();
    let mut superuser = database.superuser();
    let tables = tables(&mut superuser);
    assert!(tables.len() >= 10, "the tables are gone");
    fill(&mut superuser, &tables);
    let before = digest(&mut superuser, &tables);
    let mut tried = 0;
    for table in &tables {
        for (verb, statement) in attempts(table) {
            let mut app = PgConnection::establish(&database.app_url()).unwrap();
            app.batch_execute(&format!(
                "begin; {}",
                entry(TenantId::from_uuid(ALICE.parse().unwrap()))
            ))
            .unwrap();
            // What the attacker knows of the row does not matter: give them all of it.
            app.batch_execute(&stolen(&mut superuser, table)).unwrap();
            let what = format!("{verb} on {}: {statement}", table.name);
            match outcome(&mut app, verb, &statement) {
                Ok(rows) => assert_eq!(rows, 0, "{what}"),
                Err(message) => assert!(is_refusal(&message), "{what}: {message}"),
            }
            // What went through is kept, so that the digest sees it.
            let _ = app.batch_execute("commit");
            tried += 1;
        }
        assert!(table.updatable || table.plain != "tenant_id");
    }
    assert_eq!(
        digest(&mut superuser, &tables),
        before,
        "a row of the other tenant changed"
    );
    assert!(tried >= tables.len() * 7);
}

/// The row as a constant of a view-less kind: a `with` would change the statement that is tried.
fn stolen(superuser: &mut PgConnection, table: &Table) -> String {
    #[derive(QueryableByName)]
    struct Body {
        #[diesel(sql_type = Text)]
        body: String,
    }
    let body = query(&format!(
        "select to_jsonb(t)::text as body from {} t where tenant_id = '{BOB}'",
        table.name
    ))
    .get_result::<Body>(superuser)
    .unwrap()
    .body;
    format!(
        "select set_config('test.stolen', '{}', true)",
        body.replace('\'', "''")
    )
}

fn outcome(app: &mut PgConnection, verb: &str, statement: &str) -> Result<i64, String> {
    let statement = statement.replace(
        "(select body from stolen where tab = '",
        "(select current_setting('test.stolen')::jsonb where '",
    );
    let statement = statement.replace("')) r", "' <> '')) r");
    if statement.contains(" as count ") {
        return query(&statement)
            .get_result::<Count>(app)
            .map(|row| row.count)
            .map_err(|error| error.to_string());
    }
    let changed = query(&statement)
        .execute(app)
        .map_err(|error| error.to_string())?;
    assert!(verb.starts_with("merge"), "{statement} was not refused");
    Ok(i64::try_from(changed).unwrap())
}

fn is_refusal(message: &str) -> bool {
    message.contains("permission denied")
        || message.contains("must be superuser or have privileges of")
        || message.contains("violates row-level security policy")
        || message.contains("COPY FROM not supported with row-level security")
}

fn digest(superuser: &mut PgConnection, tables: &[Table]) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Digest {
        #[diesel(sql_type = Text)]
        digest: String,
    }
    tables
        .iter()
        .map(|table| {
            query(&format!("select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as digest from {} t", table.name))
                .get_result::<Digest>(superuser)
                .unwrap()
                .digest
        })
        .collect()
}

#[test]
fn iso_04_the_logins_alone_may_touch_nothing() {
    let database = Database::unaudited();
    let mut superuser = database.superuser();
    let tables = tables(&mut superuser);
    for login in [database.app_url(), database.platform_url()] {
        let mut connection = PgConnection::establish(&login).unwrap();
        for table in &tables {
            for statement in [
                format!("select from {}", table.name),
                format!("delete from {}", table.name),
            ] {
                let message = connection
                    .batch_execute(&statement)
                    .unwrap_err()
                    .to_string();
                assert!(
                    message.contains("permission denied"),
                    "{statement}: {message}"
                );
            }
        }
    }
}

#[test]
fn iso_04_the_platform_reads_how_many_people_there_are_and_nothing_else() {
    let database = Database::unaudited();
    let mut superuser = database.superuser();
    let tables = tables(&mut superuser);
    fill(&mut superuser, &tables);
    superuser
        .batch_execute(&format!(
            "insert into shared.limits (tenant_id, resource, used, hard) values ('{ALICE}', 'users', 3, 5), ('{BOB}', 'users', 4, 5)"
        ))
        .unwrap();
    let mut platform = PgConnection::establish(&database.platform_url()).unwrap();
    platform.batch_execute("set role tnt_platform").unwrap();
    for table in tables.iter().filter(|table| table.name != "node.jobs") {
        for statement in [
            format!("select {} from {}", table.plain, table.name),
            format!("update {0} set {1} = {1}", table.name, table.plain),
            format!("delete from {}", table.name),
            format!("insert into {0} select * from {0}", table.name),
        ] {
            // The one that is granted, which is looked at below.
            if statement == "select hard from shared.limits" {
                continue;
            }
            let message = platform.batch_execute(&statement).unwrap_err().to_string();
            assert!(
                message.contains("permission denied"),
                "{statement}: {message}"
            );
        }
    }
    let seen = |platform: &mut PgConnection, of: &str| {
        query(&format!(
            "select count(*) as count from shared.limits where {of}"
        ))
        .get_result::<Count>(platform)
        .unwrap()
        .count
    };
    assert_eq!(
        seen(&mut platform, "resource = 'users' and used in (3, 4)"),
        2
    );
    assert_eq!(seen(&mut platform, "resource <> 'users'"), 0);
    assert!(tables.iter().any(|table| table.name == "shared.limits"));
}

#[test]
fn iso_04_a_forgotten_context_is_an_error_and_not_an_empty_list() {
    let database = Database::unaudited();
    let mut app = PgConnection::establish(&database.app_url()).unwrap();
    for round in ["on a fresh connection", "after a transaction that had one"] {
        app.batch_execute("begin; set local role tnt_tenant; set local search_path = shared")
            .unwrap();
        let message = query("select count(*) as count from users")
            .get_result::<Count>(&mut app)
            .map(|row| row.count)
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("tenant context is not set"),
            "{round}: {message}"
        );
        app.batch_execute("rollback; begin; set local app.tenant_id = '00000000-0000-7000-8000-00000000000a'; commit").unwrap();
    }
}
