-- Statements that would not be routed, or that a sharded node refuses, among those a test database has seen.
-- One row a breach. $1 is the database. Needs pg_stat_statements; only its own words reach the pattern.
with seen as (
    select s.query, s.calls
    from pg_stat_statements s
    where s.dbid = (select oid from pg_database where datname = $1)
      and s.userid in (to_regrole('tnt_tenant')::oid, to_regrole('tnt_app')::oid)
),
tenant_table as (
    select c.relname from pg_class c
    where c.relkind in ('r', 'p') and obj_description(c.oid, 'pg_class') ~ '^placement=tenant'
)
select 'tenant-filter' as rule, left(query, 300) as statement
from seen
where query !~* '^\s*insert'
  and query !~* 'tenant_id"?\s*=\s*(any\s*\(\s*)?\$\d'
  and exists (select from tenant_table t where seen.query ~* ('\m(from|join|update|into)\s+("?\w+"?\.)?"?' || t.relname || '"?\M'))
union all select 'session-setting', left(query, 300) from seen where query ~* '^\s*set\s+(session\s+)?(app\.|role|search_path)'
union all select 'set-config', left(query, 300) from seen where query ~* 'set_config\s*\('
union all select 'conflict-function', left(query, 300) from seen
where query ~* 'on conflict.*do update.*(now\(\)|current_timestamp|random\(\)|clock_timestamp|gen_random_uuid)'
union all select 'merge', left(query, 300) from seen where query ~* '^\s*merge\s'
union all select 'update-function', left(query, 300) from seen where query ~* '^\s*update.*(clock_timestamp|random\(|gen_random_uuid)'
union all select 'all-columns', left(query, 300) from seen where query ~* ('select\s+(\w+\.)?\*\s+from\s+"?(' || (select string_agg(relname, '|') from tenant_table) || ')\M')
