-- What the start-up check must know about the login it runs as and about the tables: pg_catalog only,
-- which every login may read.
with tenant_tables as (
    select c.oid, n.nspname, c.relname, c.relowner, c.relrowsecurity, c.relforcerowsecurity
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p')
      and n.nspname !~ '^(pg_|information_schema$)'
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
      -- A tenant's transaction may touch it, or it lies where tenants' rows lie.
      and (n.nspname ~ '^(shared$|t_)'
           or has_any_column_privilege(to_regrole('tnt_tenant')::oid, c.oid, 'select, insert, update')
           or has_table_privilege(to_regrole('tnt_tenant')::oid, c.oid, 'delete, truncate'))
),
walls as (
    select p.polrelid, p.polpermissive
    from pg_policy p
    where p.polcmd = '*' and to_regrole('tnt_tenant')::oid = any (p.polroles)
      and pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
      -- The wall takes the tenant with its proof; the other lets the planner see the setting, and so the index.
      and pg_get_expr(p.polqual, p.polrelid) = any (case when p.polpermissive then array['(tenant_id = app.tenant_id())']
              else array['((tenant_id = ( SELECT app.proven_tenant_id() AS proven_tenant_id)) AND COALESCE((tenant_id = ( SELECT app.proven_tenant_id() AS proven_tenant_id)), false))',
                         '((tenant_id = app.tenant_by_proof()) AND COALESCE((tenant_id = app.tenant_by_proof()), false))'] end)
)
select session_user::text as login,
       current_setting('server_version_num')::int as server_version,
       current_setting('lc_messages') as language,
       me.rolsuper as superuser,
       me.rolbypassrls as bypasses,
       me.rolcreaterole or me.rolcreatedb or me.rolreplication as powerful,
       exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where n.nspname ~ '^(app|catalogue|node|shared|t_.*)$' and pg_has_role(session_user, c.relowner, 'member')) as owner,
       (select min(r.rolname::text) from pg_roles r
        where pg_has_role(session_user, r.oid, 'member') and r.rolname !~ '^(tnt_|tr_|pg_database_owner$)' and r.rolname <> session_user) as stranger,
       pg_has_role(session_user, to_regrole('tnt_tenant')::oid, 'member') as reaches_tenants,
       pg_has_role(session_user, to_regrole('tnt_platform')::oid, 'member') as reaches_platform,
       (select min(t.nspname || '.' || t.relname) from tenant_tables t
        where not (t.relrowsecurity and t.relforcerowsecurity)
           or not exists (select from walls w where w.polrelid = t.oid and w.polpermissive)
           or not exists (select from walls w where w.polrelid = t.oid and not w.polpermissive)) as unprotected,
       exists (select from pg_proc f join pg_namespace n on n.oid = f.pronamespace where n.nspname = 'app' and f.proname = 'ledger') as prepared,
       exists (select from pg_extension where extname = 'citus') as citus,
       (select count(distinct relowner) from tenant_tables) > 1 as several_owners,
       current_setting('citus.propagate_set_commands', true) as citus_set_commands,
       current_setting('output_plugin_libraries', true) as output_plugins
from pg_roles me where me.rolname = session_user
