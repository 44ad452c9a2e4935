-- What tables there are is everybody's to read in pg_catalog; how large they are and how they are used is not. In the
-- shared placement a table's figures are all tenants' together, so a tenant gets none of them from here.

create function app.table_figures(p_schema text)
    returns table (table_name text, row_estimate bigint, table_bytes bigint, index_bytes bigint, analyzed_at timestamptz, seq_scans bigint, seq_rows bigint, idx_scans bigint)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select c.relname::text,
        -- What the statistics count, and where they were lost what the planner was told last.
        case when pg_stat_get_live_tuples(c.oid) > 0 then pg_stat_get_live_tuples(c.oid) else greatest(c.reltuples, 0)::bigint end,
        pg_table_size(c.oid), pg_indexes_size(c.oid),
        greatest(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid)),
        pg_stat_get_numscans(c.oid), pg_stat_get_tuples_returned(c.oid),
        (select coalesce(sum(pg_stat_get_numscans(i.indexrelid)), 0)::bigint from pg_index i where i.indrelid = c.oid)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = p_schema and c.relkind = 'r'
      -- Of tenants' schemas and no other.
      and exists (select from node.ledger l where l.schema_name = p_schema)
$$;
comment on function app.table_figures(text) is 'sizes and statistics of the tables of one schema of tenants, for the platform: numbers of the server''s, no row';

create function app.index_figures(p_schema text)
    returns table (table_name text, index_name text, bytes bigint, scans bigint)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select c.relname::text, i.relname::text, pg_relation_size(i.oid), pg_stat_get_numscans(i.oid)
    from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
        join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = p_schema and c.relkind = 'r'
      and exists (select from node.ledger l where l.schema_name = p_schema)
$$;
comment on function app.index_figures(text) is 'sizes and uses of the indexes of one schema of tenants, for the platform';

create function app.own_figures() returns table (table_name text, row_estimate bigint, table_bytes bigint, index_bytes bigint, analyzed_at timestamptz)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select f.table_name, f.row_estimate, f.table_bytes, f.index_bytes, f.analyzed_at
    from node.placements p, app.table_figures(p.schema_name) f
    where p.tenant_id = app.tenant_id() and p.schema_name <> 'shared'
$$;
comment on function app.own_figures() is 'the same to the tenant of the context, of its own schema; nothing in the shared placement, whose figures tell of other tenants';

-- Runs as the tenant, under its policies, over the schema of its placement: no search_path of its own.
create function app.own_rows(p_most integer)
    returns table (table_name text, row_count bigint, sampled bigint, column_names text[], column_bytes bigint[])
    language plpgsql stable
    as $$
declare
    place record;
begin
    for place in
        select c.oid, c.relname::text as name,
            array_agg(a.attname::text order by a.attnum) as names,
            string_agg(format('coalesce(sum(pg_column_size(%I)), 0)', a.attname), ', ' order by a.attnum) as sums,
            string_agg(quote_ident(a.attname), ', ' order by a.attnum) as list
        from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where n.nspname = current_schema() and c.relkind = 'r' and has_table_privilege(c.oid, 'select')
        group by c.oid, c.relname having bool_or(a.attname = 'tenant_id')
    loop
        table_name := place.name;
        column_names := place.names;
        execute format('select count(*) from (select from %s where tenant_id = app.tenant_id() limit %s) r', place.oid::regclass, p_most)
            into row_count;
        execute format('select count(*), array[%s]::bigint[] from (select %s from %s where tenant_id = app.tenant_id() limit 200) r',
            place.sums, place.list, place.oid::regclass)
            into sampled, column_bytes;
        return next;
    end loop;
end
$$;
comment on function app.own_rows(integer) is 'how many rows the tenant of the context has in each table it may read, counted to a bound, and how wide the first of them are';

revoke all on function app.table_figures(text), app.index_figures(text), app.own_figures(), app.own_rows(integer) from public;
grant execute on function app.table_figures(text), app.index_figures(text) to tnt_platform;
grant execute on function app.own_figures(), app.own_rows(integer) to tnt_tenant;
