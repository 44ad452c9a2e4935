-- The walls of this schema as equations, whichever form `app.wall()` gives by now.
do $$
declare
    new record;
begin
    for new in
        select p.polname, p.polrelid::regclass as of_table, p.polwithcheck is not null as checks, pg_catalog.replace(pg_catalog.split_part(app.wall(), ' and ', 1), 'tenant_by_proof', 'proven_tenant_id') as wall
        from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
        where c.relnamespace = current_schema()::regnamespace and pg_catalog.pg_get_expr(p.polqual, p.polrelid) ~ '\mapp\.(proven_tenant_id|tenant_by_proof)\(\)'
    loop
        execute format('alter policy %I on %s using (%s)', new.polname, new.of_table, new.wall);
        if new.checks then
            execute format('alter policy %I on %s with check (%s)', new.polname, new.of_table, new.wall);
        end if;
    end loop;
end
$$;
