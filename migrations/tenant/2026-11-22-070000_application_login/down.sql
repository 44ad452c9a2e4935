do $$
declare
    line record;
begin
    for line in
        select c.oid::regclass as tenants_table, p.polname from pg_catalog.pg_class c left join pg_catalog.pg_policy p on p.polrelid = c.oid
            and p.polname in ('vendor_rows', 'vendor_reads', 'vendor_wall')
        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'v')
    loop
        if line.polname is not null then
            execute format('drop policy %I on %s', line.polname, line.tenants_table);
        end if;
        execute format('revoke all on %s from tnt_vendor', line.tenants_table);
    end loop;
end
$$;
