do $$
declare
    tenants_table regclass;
begin
    for tenants_table in
        select p.polrelid from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
        where c.relnamespace = current_schema()::regnamespace and p.polname = 'owner_moves'
    loop
        execute format('drop policy owner_moves on %s', tenants_table);
    end loop;
end
$$;
