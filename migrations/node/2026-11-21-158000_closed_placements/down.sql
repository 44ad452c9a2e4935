drop function app.seats(uuid[]);
drop function app.enter_tenant(uuid, integer, boolean);
drop function app.placement_of(uuid);
drop index placements_closed;
alter table placements drop column closed;
create function app.placement_of(p_tenant uuid, out schema_name text, out role_name text, out epoch integer)
    language plpgsql stable security definer set search_path = pg_catalog
    as $$
begin
    select p.schema_name, p.role_name, p.epoch
        into placement_of.schema_name, placement_of.role_name, placement_of.epoch
        from node.placements p where p.tenant_id = p_tenant;
end
$$;

-- No SET clause here: it would undo the local settings at the end of the function. So every name is qualified.
create function app.enter_tenant(p_tenant uuid, p_epoch integer) returns void
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
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(place.schema_name) operator(pg_catalog.||) ', pg_temp', true),
        pg_catalog.set_config('app.tenant_id', p_tenant::text, true);
    -- Last, and alone: from here on it is the tenant's role.
    perform pg_catalog.set_config('role', place.role_name, true);
end
$$;
grant execute on function app.enter_tenant(uuid, integer), app.placement_of(uuid) to tnt_app;
