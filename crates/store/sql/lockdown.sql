-- What still stands open to the console's logins that is not on the list of approved functions ($1): one row a statement, in
-- order. Only reads. `boot::lockdown` runs them; nothing is left when the database is closed. What everybody might do before,
-- every role that there is keeps by name, but for the console's.
with keepers (names) as (
    select string_agg(quote_ident(rolname), ', ') from pg_roles
    where not rolsuper and rolname !~ '^(pg_|tq_)' and rolname <> 'tnt_console'
),
-- Roles that came after the catalog was closed: they get what the tenants' role was left.
late (names) as (
    select string_agg(quote_ident(rolname), ', ') from pg_roles
    where not rolsuper and rolname !~ '^(pg_|tq_)' and rolname <> 'tnt_console'
      and not has_function_privilege(oid, 'pg_catalog.now()'::regprocedure, 'execute')
),
built_in as (
    select f.oid, f.oid::regprocedure::text as signature,
           exists (select from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a where a.grantee = 0) as open,
           exists (select from aclexplode(f.proacl) a where a.grantee = to_regrole('tnt_console')::oid) as given
    from pg_proc f where f.pronamespace = 'pg_catalog'::regnamespace
),
approved as (select oid from built_in where signature = any ($1::text[])),
catalogs as (
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) and c.relkind in ('r', 'v', 'm', 'p')
      and (exists (select from aclexplode(c.relacl) a where a.grantee = 0)
           or exists (select from pg_attribute t, aclexplode(t.attacl) a where t.attrelid = c.oid and a.grantee = 0))
),
missing (step, statement) as (
    select 10, format('grant execute on routine %s to %s', string_agg(signature, ', '), k.names) from built_in, keepers k where open group by k.names
    union all
    select 11, format('revoke execute on routine %s from public', string_agg(signature, ', ')) from built_in where open having count(*) > 0
    union all
    select 12, format('revoke execute on routine %s from tnt_console', string_agg(signature, ', '))
    from built_in where given and oid not in (select oid from approved) having count(*) > 0
    union all
    select 13, format('grant execute on routine %s to tnt_console', string_agg(signature, ', '))
    from built_in where not given and oid in (select oid from approved) having count(*) > 0
    union all
    select 14, format('grant execute on routine %s to %s', string_agg(b.signature, ', '), l.names) from built_in b, late l
    where l.names is not null and has_function_privilege('tnt_tenant', b.oid, 'execute') group by l.names
    union all
    select 15, format('grant select on %s to %s', string_agg(c.oid::regclass::text, ', '), l.names) from pg_class c, late l
    where l.names is not null and c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      and c.relkind in ('r', 'v', 'm', 'p') and has_table_privilege('tnt_tenant', c.oid, 'select') group by l.names
    union all
    select 16, format('grant usage on language %I to %s', g.lanname, l.names) from pg_language g, late l
    where l.names is not null and g.lanpltrusted and has_language_privilege('tnt_tenant', g.oid, 'usage')
    union all
    select 17, format('grant usage on schema information_schema to %s', l.names) from late l
    where l.names is not null and has_schema_privilege('tnt_tenant', 'information_schema', 'usage')
    union all
    select 20, format('grant select on %s to %s', string_agg(name, ', '), k.names) from catalogs, keepers k group by k.names
    union all
    select 21, format('revoke all on %s from public', string_agg(name, ', ')) from catalogs having count(*) > 0
    union all
    select 30, format('grant usage on language %I to %s', l.lanname, k.names) from pg_language l, keepers k
    where l.lanpltrusted and exists (select from aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) a where a.grantee = 0)
    union all
    select 31, format('revoke all on language %I from public', l.lanname) from pg_language l
    where l.lanpltrusted and exists (select from aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) a where a.grantee = 0)
    union all
    select 40, format('grant usage on schema information_schema to %s', k.names) from pg_namespace n, keepers k
    where n.nspname = 'information_schema' and exists (select from aclexplode(n.nspacl) a where a.grantee = 0)
    union all
    select 41, 'revoke all on schema information_schema from public' from pg_namespace n
    where n.nspname = 'information_schema' and exists (select from aclexplode(n.nspacl) a where a.grantee = 0)
)
select statement from missing order by step
