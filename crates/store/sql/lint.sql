-- The rules of the tables, asked of pg_catalog after all migrations: one row a breach, none on a good schema.
-- What each is for stands in docs/DATABASE.md. Run as a superuser or as the owner. Where `app.linted` names a schema of a tenant's
-- own, the others of this kind are not looked at: a thousand of them take minutes.
with runtime (role) as (
    select r::text from unnest(array['tnt_app', 'tnt_tenant', 'tnt_platform', 'tnt_platform_app', 'tnt_console', 'tnt_vendor', 'tnt_vendor_app']) r
    where to_regrole(r) is not null
),
place as (
    select oid, nspname, nspacl, nspname ~ '^(shared$|t_)' as of_tenants
    from pg_namespace where nspname ~ '^(app|catalogue|node|shared|t_.*)$'
      and (nspname !~ '^t_' or nspname = coalesce(nullif(current_setting('app.linted', true), ''), nspname))
),
rel as (
    select c.oid, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions, c.relispartition, c.relrowsecurity, c.relforcerowsecurity,
           place.of_tenants, place.nspname || '.' || c.relname as object,
           substring(obj_description(c.oid, 'pg_class') from '^placement=(\w+)') as kind,
           coalesce(obj_description(c.oid, 'pg_class') ~ '; (secret|private);', false) as secret,
           (select a.attnum from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as tenant
    from pg_class c join place on place.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relname <> '__diesel_schema_migrations'
),
tab as (select * from rel where relkind in ('r', 'p')),
tt as (select * from tab where kind = 'tenant'),
-- Tables that a tenant's transaction may touch, wherever they lie: the queue is one.
touched as (
    select * from tab
    where of_tenants
       or has_any_column_privilege(to_regrole('tnt_tenant')::oid, oid, 'select, insert, update')
       or has_table_privilege(to_regrole('tnt_tenant')::oid, oid, 'delete, truncate')
),
wall as (
    select p.polrelid, p.polpermissive from pg_policy p
    where p.polrelid in (select oid from touched) and p.polcmd = '*' and p.polroles = array[to_regrole('tnt_tenant')::oid]
      and pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
      -- The wall takes the tenant with its proof; the other lets the planner see the setting, and so the index.
      and pg_get_expr(p.polqual, p.polrelid) = any (case when p.polpermissive then array['(tenant_id = app.tenant_id())']
              else array['((tenant_id = ( SELECT app.proven_tenant_id() AS proven_tenant_id)) AND COALESCE((tenant_id = ( SELECT app.proven_tenant_id() AS proven_tenant_id)), false))',
                         '((tenant_id = app.tenant_by_proof()) AND COALESCE((tenant_id = app.tenant_by_proof()), false))'] end)
),
routine as (
    select f.oid, f.prosecdef, f.proacl, f.proconfig, f.oid::regprocedure::text as object
    from pg_proc f join pg_namespace n on n.oid = f.pronamespace where n.nspname !~ '^(pg_|information_schema$)'
      and not exists (select from pg_depend d where d.objid = f.oid and d.deptype = 'e')
)
-- What a table is.
select 'table-kind' as rule, object, 'no comment that begins with placement=tenant, reference or local' as detail
from tab where kind is null or kind not in ('tenant', 'reference', 'local')
union all select 'tenant-place', object, 'a tenant table lies in a tenants'' schema, and only they do'
from tab where (kind = 'tenant') is distinct from of_tenants
union all select 'tenant-column', object, 'tenant_id is not uuid not null'
from tt where not exists (select from pg_attribute a where a.attrelid = tt.oid and a.attnum = tt.tenant and a.attnotnull and a.atttypid = 'uuid'::regtype)
union all select 'id-type', object, 'id is not a uuid'
from tt join pg_attribute a on a.attrelid = tt.oid and a.attname = 'id' and not a.attisdropped where a.atttypid <> 'uuid'::regtype
union all select 'sequence', object, a.attname
from tt join pg_attribute a on a.attrelid = tt.oid and not a.attisdropped and a.attnum > 0
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) ~ 'nextval\('
union all select 'sequence', object, 'a sequence in a tenants'' schema' from rel where relkind = 'S' and of_tenants
union all select 'column-type', object, a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
from tab join pg_attribute a on a.attrelid = tab.oid and a.attnum > 0 and not a.attisdropped
where a.atttypid in ('timestamp'::regtype, 'timetz'::regtype, 'money'::regtype, 'real'::regtype, 'double precision'::regtype)
   or exists (select from pg_type y where y.oid = a.atttypid and y.typtype = 'e')
union all select 'trigger', object, g.tgname from tab join pg_trigger g on g.tgrelid = tab.oid and not g.tgisinternal where kind in ('tenant', 'reference')
union all select 'rule', object, w.rulename from tab join pg_rewrite w on w.ev_class = tab.oid
union all select 'inheritance', object, null from tab join pg_inherits i on i.inhrelid = tab.oid where not relispartition
-- Keys, indexes, foreign keys.
union all select 'primary-key', object, 'does not begin with tenant_id'
from tt where not exists (select from pg_index i where i.indrelid = tt.oid and i.indisprimary and i.indkey[0] = tt.tenant)
union all select case when i.indisunique then 'unique' else 'index' end, object, i.indexrelid::regclass || ' does not begin with tenant_id'
from tt join pg_index i on i.indrelid = tt.oid where not i.indisprimary and i.indkey[0] <> tt.tenant
union all select 'exclusion', object, x.conname from tt join pg_constraint x on x.conrelid = tt.oid and x.contype = 'x'
where not exists (select from unnest(x.conkey, x.conexclop) u (a, o) join pg_operator p on p.oid = u.o where u.a = tt.tenant and p.oprname = '=')
union all select 'foreign-key', tt.object, f.conname || ' does not begin with tenant_id on both sides'
from tt join pg_constraint f on f.conrelid = tt.oid and f.contype = 'f' join tt target on target.oid = f.confrelid
where f.conkey[1] <> tt.tenant or f.confkey[1] <> target.tenant
union all select 'foreign-key-action', object, f.conname || ' would empty tenant_id'
from tt join pg_constraint f on f.conrelid = tt.oid and f.contype = 'f' where f.confdeltype in ('n', 'd') or f.confupdtype in ('n', 'd')
union all select 'foreign-key-across', tab.object, f.conname || ' leads to ' || target.object
from tab join pg_constraint f on f.conrelid = tab.oid and f.contype = 'f' join tab target on target.oid = f.confrelid
where tab.kind is distinct from target.kind and not (tab.kind = 'tenant' and target.kind = 'reference')
-- Row-level security.
union all select 'row-security', object, 'not enabled and forced' from touched where not (relrowsecurity and relforcerowsecurity)
union all select 'policy', object, 'no permissive policy for tnt_tenant on its own rows'
from touched where not exists (select from wall where polrelid = touched.oid and polpermissive)
union all select 'policy-wall', object, 'no restrictive policy for tnt_tenant on its own rows'
from touched where not exists (select from wall where polrelid = touched.oid and not polpermissive)
union all select 'policy-public', object, p.polname || ' is for everybody' from tab join pg_policy p on p.polrelid = tab.oid where 0 = any (p.polroles)
union all select 'policy-wider', object, p.polname from tab join pg_policy p on p.polrelid = tab.oid
where p.polpermissive and to_regrole('tnt_tenant')::oid = any (p.polroles)
  and 'true' in (pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
union all select 'policy-subquery', object, p.polname from tab join pg_policy p on p.polrelid = tab.oid
where concat(p.polqual::text, p.polwithcheck::text) ~ 'SUBLINK'
  -- The console's own, which no sharded node answers: asked once a statement.
  and not (p.polname in ('console_rows', 'console_wall') and p.polroles = array[to_regrole('tnt_console')::oid]
           and pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = ( SELECT app.login_tenant() AS login_tenant))')
  -- The walls, whose form `app.wall()` chooses by the node.
  and not (p.polroles <@ array[to_regrole('tnt_tenant')::oid, to_regrole('tnt_owner')::oid, to_regrole('tnt_vendor')::oid]
           and not (p.polpermissive and p.polroles && array[to_regrole('tnt_tenant')::oid, to_regrole('tnt_vendor')::oid])
           and pg_get_expr(p.polqual, p.polrelid) = '((tenant_id = ( SELECT app.proven_tenant_id() AS proven_tenant_id)) AND COALESCE((tenant_id = ( SELECT app.proven_tenant_id() AS proven_tenant_id)), false))'
           and coalesce(pg_get_expr(p.polwithcheck, p.polrelid), pg_get_expr(p.polqual, p.polrelid)) = pg_get_expr(p.polqual, p.polrelid))
-- Views reach past policies unless they ask as the invoker.
union all select 'view', object, 'without security_invoker' from rel
where relkind = 'v' and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
union all select 'materialized-view', object, role from rel, runtime where relkind = 'm' and has_table_privilege(role, oid, 'select')
union all select 'foreign-table', object, null from rel where relkind = 'f'
-- Who owns and who may.
union all select 'owner', object, relowner::regrole::text from rel where relowner is distinct from to_regrole('tnt_owner')::oid
union all select 'role-power', r.rolname, 'may do what no role of ours may' from pg_roles r
where r.rolname ~ '^tnt_' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
union all select 'role-inherit', r.rolname, 'a login that inherits' from pg_roles r where r.rolname in ('tnt_app', 'tnt_platform_app', 'tnt_vendor_app') and rolinherit
union all select 'role-reach', l.login, r.rolname from (values ('tnt_app', '^(tnt_app|tnt_tenant|tr_.*)$'), ('tnt_platform_app', '^(tnt_platform_app|tnt_platform)$'), ('tnt_vendor_app', '^(tnt_vendor_app|tnt_vendor)$')) l (login, allowed)
join pg_roles r on pg_has_role(to_regrole(l.login)::oid, r.oid, 'member') and r.rolname !~ l.allowed
union all select 'public-function', object, null from routine where proacl is null or exists (select from aclexplode(proacl) a where a.grantee = 0)
union all select 'definer-path', object, 'security definer without a search_path of its own'
from routine where prosecdef and not coalesce(proconfig::text ~ 'search_path=(pg_catalog|(shared|t_\w+), pg_temp)', false)
union all select 'public-table', object, null from rel where exists (select from aclexplode(relacl) a where a.grantee = 0)
   or exists (select from pg_attribute t, aclexplode(t.attacl) a where t.attrelid = rel.oid and a.grantee = 0)
union all select 'public-schema', nspname, null from pg_namespace n
where nspname !~ '^(pg_|information_schema$)' and exists (select from aclexplode(n.nspacl) a where a.grantee = 0)
union all select 'public-database', datname, a.privilege_type from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
where datname = current_database() and a.grantee = 0
union all select 'may-create', nspname, role from pg_namespace n, runtime where nspname !~ '^(pg_|information_schema$)' and has_schema_privilege(role, n.oid, 'create')
union all select 'may-create', current_database()::text, role from runtime where has_database_privilege(role, current_database(), 'create, temp')
union all select 'grant-tenant-id', object, role || ' may change tenant_id' from touched, runtime where has_column_privilege(role, oid, touched.tenant, 'update')
union all select 'grant-table', object, role || ' has more than rows' from tab, runtime where has_table_privilege(role, oid, 'truncate, references, trigger')
union all select 'grant-platform', object, role from tab, runtime
where of_tenants and role like 'tnt_platform%' and (has_any_column_privilege(role, oid, 'insert, update') or has_table_privilege(role, oid, 'delete')
   or exists (select from pg_attribute a where a.attrelid = tab.oid and a.attnum > 0 and not a.attisdropped and has_column_privilege(role, tab.oid, a.attnum, 'select')
              -- The one exception: how many people a tenant has, as a number.
              and not (role = 'tnt_platform' and relname = 'limits' and a.attname in ('tenant_id', 'resource', 'used', 'hard'))))
union all select 'grant-login', object, role from tab, runtime
where role in ('tnt_app', 'tnt_platform_app', 'tnt_vendor_app') and exists (select from aclexplode(tab.relacl) a where a.grantee = to_regrole(role)::oid)
union all select 'grant-catalogue', object, 'tnt_tenant' from tab where object ~ '^catalogue\.' and has_any_column_privilege('tnt_tenant', oid, 'select, insert, update, references')
union all select 'grant-secret', object, 'tnt_console' from tab, runtime where secret and role = 'tnt_console' and has_any_column_privilege(role, oid, 'select')
union all select 'console-wall', object, 'the console reads it without both of its policies' from tab
where has_any_column_privilege(to_regrole('tnt_console')::oid, tab.oid, 'select')
  and (select count(distinct p.polpermissive) from pg_policy p where p.polrelid = tab.oid and p.polcmd = 'r'
         and p.polroles = array[to_regrole('tnt_console')::oid]
         and pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = ( SELECT app.login_tenant() AS login_tenant))') < 2
union all select 'console-system-columns', object, 'granted as a whole, with what tells where its rows lie' from tab
where has_table_privilege(to_regrole('tnt_console')::oid, tab.oid, 'select')
-- The vendor's own application: in tenants' schemas alone, and between two policies of its own.
union all select 'vendor-beyond', object, 'the application reaches it, where no tenant''s rows are' from rel
where not of_tenants and relkind <> 'S' and has_any_column_privilege(to_regrole('tnt_vendor')::oid, rel.oid, 'select, insert, update, references')
-- The seal of an entry is read by walls and written by functions of the owner alone.
union all select 'grant-sequence', object, role || ' may write it' from rel, runtime
where not of_tenants and case when relkind = 'S' then has_sequence_privilege(role, rel.oid, 'usage, update') end
union all select 'vendor-wall', object, 'the application reaches it without both of its policies' from tab
where has_any_column_privilege(to_regrole('tnt_vendor')::oid, tab.oid, 'select, insert, update')
  and (select count(distinct p.polpermissive) from pg_policy p where p.polrelid = tab.oid and p.polroles = array[to_regrole('tnt_vendor')::oid]
         and (p.polcmd = 'r' or pg_get_expr(p.polwithcheck, p.polrelid) = pg_get_expr(p.polqual, p.polrelid))
         and pg_get_expr(p.polqual, p.polrelid) = any (case when p.polpermissive then array['(tenant_id = app.tenant_id())']
              else array['((tenant_id = ( SELECT app.proven_tenant_id() AS proven_tenant_id)) AND COALESCE((tenant_id = ( SELECT app.proven_tenant_id() AS proven_tenant_id)), false))',
                         '((tenant_id = app.tenant_by_proof()) AND COALESCE((tenant_id = app.tenant_by_proof()), false))'] end)) < 2
order by 1, 2, 3
