-- Whoever lives in a schema is told what a rollout does there: an event of each tenant's own, in the transaction of the script.
-- Runs as tnt_owner with search_path = node.

create function app.tell_tenants(p_schema text, p_kind text, p_data jsonb, p_at timestamptz) returns bigint
    language plpgsql set search_path = pg_catalog
    as $$
declare
    told uuid;
    many bigint := 0;
begin
    -- As a script does: nobody is moved away meanwhile.
    perform pg_advisory_xact_lock(hashtextextended('tenantry schema ' || p_schema, 0));
    for told in select p.tenant_id from node.placements p where p.schema_name = p_schema loop
        -- The owner writes one tenant's rows at a time.
        perform set_config('app.tenant_id', told::text, true);
        execute format('insert into %I.events (tenant_id, id, kind, subject_id, data, created_at) values ($1, gen_random_uuid(), $2, $1, $3, $4)', p_schema)
            using told, p_kind, p_data, p_at;
        many := many + 1;
    end loop;
    perform set_config('app.tenant_id', '', true);
    return many;
end
$$;
comment on function app.tell_tenants(text, text, jsonb, timestamptz) is 'writes one event for each tenant that lives in a schema, as the owner of the tables; how many those are';
revoke all on function app.tell_tenants(text, text, jsonb, timestamptz) from public;
