do $$
declare
    line record;
begin
    for line in
        select c.oid::regclass as tenants_table, p.polname from pg_catalog.pg_class c join pg_catalog.pg_policy p on p.polrelid = c.oid
        where c.relnamespace = current_schema()::regnamespace and p.polname in ('console_rows', 'console_wall')
    loop
        execute format('drop policy %I on %s', line.polname, line.tenants_table);
        execute format('revoke all on %s from tnt_console', line.tenants_table);
    end loop;
end
$$;
comment on table api_answers is 'placement=tenant; the answer of a write, kept in the transaction of its effect: the same request gets it again for a day; secrets are not kept';
drop table console_queries;
drop table console_runs;
