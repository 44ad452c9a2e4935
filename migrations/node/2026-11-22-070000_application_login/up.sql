-- The vendor's own application: a login that enters one tenant for one transaction, has the application's tables there as
-- Tenantry's own role has them, and of Tenantry's tables reads what an application needs and no more.

-- No SET clause here: it would undo the local settings at the end of the function. So every name is qualified.
create function app.enter(p_tenant uuid, p_proof text) returns void
    language plpgsql
    as $$
declare
    place record;
begin
    if not app.opens(p_tenant, p_proof, 'application') then
        raise exception 'tenant context is not proven' using errcode = 'TN002', detail = 'TN002', hint = 'the key of the application is not one of the database''s';
    end if;
    -- The same fence as Tenantry's own: a move takes it alone. The code stands in the detail too, for drivers that tell no code.
    if not pg_catalog.pg_try_advisory_xact_lock_shared(pg_catalog.hashtextextended(p_tenant::text, 0)) then
        raise exception 'the tenant is handed over' using errcode = 'TN004', detail = 'TN004', hint = 'begin the transaction anew in a moment';
    end if;
    select p.schema_name, p.closed into place from app.placement_of(p_tenant) p;
    if place.schema_name is null then
        raise exception 'the tenant is not on this node' using errcode = 'TN001', detail = 'TN001';
    end if;
    if place.closed then
        raise exception 'the tenant is closed' using errcode = 'TN003', detail = 'TN003';
    end if;
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(place.schema_name) operator(pg_catalog.||) ', pg_temp', true),
        pg_catalog.set_config('app.tenant_id', p_tenant::text, true),
        pg_catalog.set_config('app.proof', p_proof, true);
    -- Last, and alone. This role may not enter: another tenant needs another transaction.
    perform pg_catalog.set_config('role', 'tnt_vendor', true);
end
$$;
comment on function app.enter(uuid, text) is 'the first statement of every transaction of the vendor''s application: proof, fence, closed or open, search_path, tenant, role; all local to the transaction';

create procedure app.application_owns(p_table regclass)
    language plpgsql set search_path = pg_catalog
    as $$
declare
    vendor oid := 'tnt_vendor'::regrole;
    kind "char";
    wanted text;
    found text;
    line record;
begin
    select c.relkind into kind from pg_class c where c.oid = p_table;
    -- Making a policy takes the table alone, so only where it is not there.
    if kind <> 'v' and not exists (select from pg_policy p where p.polrelid = p_table and p.polname = 'vendor_rows') then
        execute format('create policy vendor_rows on %s for all to tnt_vendor using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id())', p_table);
        execute format('create policy vendor_wall on %s as restrictive for all to tnt_vendor using (%s) with check (%2$s)', p_table, app.wall());
    end if;
    select string_agg(r.line, '; ' order by r.line) filter (where r.grantee = 'tnt_tenant'::regrole),
           string_agg(r.line, '; ' order by r.line) filter (where r.grantee = vendor)
        into wanted, found
        from app.rights(p_table) r;
    if wanted is not distinct from found then
        return;
    end if;
    execute format('revoke all on %s from tnt_vendor', p_table);
    for line in select r.line from app.rights(p_table) r where r.grantee = 'tnt_tenant'::regrole loop
        execute format('grant %s on %s to tnt_vendor', line.line, p_table);
    end loop;
end
$$;
comment on procedure app.application_owns(regclass) is 'gives the vendor''s application on a table of its own what Tenantry''s role has there, between two policies; run again after rights or columns changed';

create function app.rights(p_table regclass) returns table (grantee oid, line text)
    language sql stable set search_path = pg_catalog
    as $$
    select x.grantee, x.privilege_type from pg_class c, aclexplode(c.relacl) x where c.oid = p_table
    union all
    select x.grantee, format('%s (%I)', x.privilege_type, a.attname) from pg_attribute a, aclexplode(a.attacl) x
    where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
$$;
comment on function app.rights(regclass) is 'who was given what on a table, as GRANT says it';

create or replace function app.run_text(p_schema text, p_script text) returns void
    language plpgsql
    as $$
declare
    before oid[] := (select array_agg(c.oid) from pg_catalog.pg_class c where c.relnamespace = p_schema::regnamespace and c.relkind in ('r', 'p', 'v'));
    changed regclass;
begin
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(p_schema), true);
    execute p_script;
    for changed in
        select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = p_schema and c.relkind in ('r', 'p') and has_any_column_privilege('tnt_console', c.oid, 'select')
            and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                and not has_column_privilege('tnt_console', c.oid, a.attnum, 'select'))
    loop
        call app.console_reads(changed);
    end loop;
    -- What a script of the vendor's makes is the application's; Tenantry's own tables were there before.
    for changed in
        select c.oid from pg_catalog.pg_class c
        where c.relnamespace = p_schema::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
            and (c.relkind = 'v' or exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid
                and (p.polname = 'vendor_rows' or (p.polname = 'tenant_rows' and c.oid <> all (before)))))
    loop
        call app.application_owns(changed);
    end loop;
end
$$;

revoke all on function app.enter(uuid, text), app.rights(regclass) from public;
revoke all on procedure app.application_owns(regclass) from public;
grant execute on function app.enter(uuid, text), app.opens(uuid, text, text), app.placement_of(uuid) to tnt_vendor_app;
grant execute on function app.tenant_id(), app.no_tenant(), app.proven_tenant_id() to tnt_vendor;
