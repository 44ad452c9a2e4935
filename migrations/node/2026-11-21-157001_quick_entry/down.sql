create or replace function app.placement_of(p_tenant uuid, out schema_name text, out role_name text, out epoch integer)
    language sql stable security definer set search_path = pg_catalog
    as $$ select p.schema_name, p.role_name, p.epoch from node.placements p where p.tenant_id = p_tenant $$;

-- No SET clause here: it would undo the SET LOCALs at the end of the function. So every name is qualified.
create or replace function app.enter_tenant(p_tenant uuid, p_epoch integer) returns void
    language plpgsql
    as $$
declare
    place record;
begin
    -- Shared among all who work in the tenant; a move takes it alone and so waits for them.
    perform pg_catalog.pg_advisory_xact_lock_shared(pg_catalog.hashtextextended(p_tenant::text, 0));
    select p.schema_name, p.role_name, p.epoch into place from app.placement_of(p_tenant) p;
    if place.epoch is distinct from p_epoch then
        raise exception 'the tenant is not at this epoch on this node' using errcode = 'TN001';
    end if;
    execute pg_catalog.format('set local search_path = %I, pg_temp', place.schema_name);
    execute pg_catalog.format('set local app.tenant_id = %L', p_tenant);
    execute pg_catalog.format('set local role %I', place.role_name);
end
$$;
