-- The walls of this schema as equations, whichever form `app.wall()` gives by now.
do $$
declare
    new record;
begin
    for new in
        select p.polname, p.polrelid::regclass as of_table, p.polwithcheck is not null as checks, pg_catalog.split_part(app.wall(), ' and ', 1) as wall
        from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid
        where c.relnamespace = current_schema()::regnamespace and pg_catalog.pg_get_expr(p.polqual, p.polrelid) like '%app.proven_tenant_id()%'
    loop
        execute format('alter policy %I on %s using (%s)', new.polname, new.of_table, new.wall);
        if new.checks then
            execute format('alter policy %I on %s with check (%s)', new.polname, new.of_table, new.wall);
        end if;
    end loop;
end
$$;
