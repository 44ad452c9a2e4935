-- A move copies as the owner of the tables, within the context of one tenant. Tables that came before `app.protect` knew of
-- that get their policy here. Runs as tnt_owner with search_path = the placement's schema.

do $$
declare
    tenants_table regclass;
begin
    for tenants_table in
        select c.oid from pg_catalog.pg_class c
        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
            and not exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polname = 'owner_moves')
    loop
        execute format('create policy owner_moves on %s for all to tnt_owner using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id())', tenants_table);
    end loop;
end
$$;
