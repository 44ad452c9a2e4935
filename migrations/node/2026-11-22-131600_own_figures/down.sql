-- In a database of its own a tenant is told no figures of the server's again.

create or replace function app.own_figures() returns table (table_name text, row_estimate bigint, table_bytes bigint, index_bytes bigint, analyzed_at timestamptz)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select f.table_name, f.row_estimate, f.table_bytes, f.index_bytes, f.analyzed_at
    from node.placements p, app.table_figures(p.schema_name) f
    where p.tenant_id = app.proven_tenant_id() and p.schema_name <> 'shared'
$$;
comment on function app.own_figures() is 'the same to the tenant of the context, of its own schema; nothing in the shared placement, whose figures tell of other tenants';
