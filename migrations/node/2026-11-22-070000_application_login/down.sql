create or replace function app.run_text(p_schema text, p_script text) returns void
    language plpgsql
    as $$
declare
    widened regclass;
begin
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(p_schema), true);
    execute p_script;
    for widened in
        select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = p_schema and c.relkind in ('r', 'p') and has_any_column_privilege('tnt_console', c.oid, 'select')
            and exists (select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                and not has_column_privilege('tnt_console', c.oid, a.attnum, 'select'))
    loop
        call app.console_reads(widened);
    end loop;
end
$$;
drop procedure app.application_owns(regclass);
drop function app.rights(regclass);
drop function app.enter(uuid, text);
revoke execute on function app.opens(uuid, text, text), app.placement_of(uuid) from tnt_vendor_app;
revoke execute on function app.tenant_id(), app.no_tenant(), app.proven_tenant_id() from tnt_vendor;
