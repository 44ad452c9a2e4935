-- What the vendor's own application reads of Tenantry's tables: by column, and nothing that was not said here. A column
-- that comes later is kept from it until a migration says otherwise. Runs as tnt_owner with search_path = the placement's schema.

do $$
declare
    ours text[] := '{api_answers,api_keys,audit_entries,audit_heads,brands,console_queries,console_runs,credentials,events,imports,known_devices,letters,limits,links,ownership_offers,roles,sessions,throttles,user_counts,user_words,users,visit_pages,visit_policies,visits}';
    line record;
begin
    execute format('grant usage on schema %I to tnt_vendor', current_schema());
    for line in
        select * from (values
            ('users', 'tenant_id, id, email, name, status, role, role_id, department, location, locale, timezone, created_at, updated_at, removed_at'),
            ('roles', 'tenant_id, id, name'),
            ('brands', 'tenant_id, primary_color, secondary_color, updated_at'),
            ('limits', 'tenant_id, resource, used, hard')) c (name, columns)
    loop
        execute format('create policy vendor_reads on %I for select to tnt_vendor using (tenant_id = app.tenant_id())', line.name);
        execute format('create policy vendor_wall on %I as restrictive for all to tnt_vendor using (%s) with check (%2$s)', line.name, app.wall());
        execute format('grant select (%s) on %I to tnt_vendor', line.columns, line.name);
    end loop;
    -- The application's own that are here already.
    for line in
        select c.oid::regclass as own from pg_catalog.pg_class c
        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
            and c.relname <> all (ours) and (c.relkind = 'v' or c.relrowsecurity)
    loop
        call app.application_owns(line.own);
    end loop;
end
$$;
