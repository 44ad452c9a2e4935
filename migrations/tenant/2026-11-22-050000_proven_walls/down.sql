-- What raised them before is gone with its migration: walls as they were built first.
do $$
declare
    new record;
begin
    for new in
        select p.polname, p.polrelid::regclass as of_table, p.polwithcheck is not null as checks
        from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
        where c.relnamespace = current_schema()::regnamespace and pg_catalog.pg_get_expr(p.polqual, p.polrelid) like '%proven_tenant_id()%'
    loop
        execute format('alter policy %I on %s using (tenant_id = app.tenant_id())', new.polname, new.of_table);
        if new.checks then
            execute format('alter policy %I on %s with check (tenant_id = app.tenant_id())', new.polname, new.of_table);
        end if;
    end loop;
end
$$;
