-- In a database of its own a tenant's tables are called shared, and are its own alone: their figures are its own too.

create or replace function app.own_figures() returns table (table_name text, row_estimate bigint, table_bytes bigint, index_bytes bigint, analyzed_at timestamptz)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select f.table_name, f.row_estimate, f.table_bytes, f.index_bytes, f.analyzed_at
    from node.placements p, app.table_figures(p.schema_name) f
    where p.tenant_id = app.proven_tenant_id()
        -- Both: a catalogue's database might have a name like that, and a single tenant now that had neighbours before.
        and (p.schema_name <> 'shared' or current_database() ~ '^d_[0-9a-f]{32}$'
            and not exists (select from node.placements o where o.tenant_id <> p.tenant_id))
$$;
comment on function app.own_figures() is 'the same to the tenant of the context, of its own schema or database; nothing where it shares tables, whose figures tell of other tenants';
