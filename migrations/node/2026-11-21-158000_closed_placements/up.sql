-- A closed tenant: its people, keys and jobs are refused in the database itself, whatever a process remembers.

alter table placements add column closed boolean not null default false;
comment on column placements.closed is 'the tenant rests (suspended, in maintenance, to be deleted, not made yet): only the system itself enters';
create index placements_closed on placements (tenant_id) where closed;

drop function app.enter_tenant(uuid, integer);
drop function app.placement_of(uuid);
create function app.placement_of(p_tenant uuid, out schema_name text, out role_name text, out epoch integer, out closed boolean)
    language plpgsql stable security definer set search_path = pg_catalog
    as $$
begin
    select p.schema_name, p.role_name, p.epoch, p.closed
        into placement_of.schema_name, placement_of.role_name, placement_of.epoch, placement_of.closed
        from node.placements p where p.tenant_id = p_tenant;
end
$$;
comment on function app.placement_of(uuid) is 'where this node keeps a tenant and whether it is closed; nulls when it does not keep it';

-- No SET clause here: it would undo the local settings at the end of the function. So every name is qualified.
create function app.enter_tenant(p_tenant uuid, p_epoch integer, p_even_closed boolean default false) returns void
    language plpgsql
    as $$
declare
    place record;
begin
    -- Shared among all who work in the tenant; a move takes it alone and so waits for them.
    perform pg_catalog.pg_advisory_xact_lock_shared(pg_catalog.hashtextextended(p_tenant::text, 0));
    select p.schema_name, p.role_name, p.epoch, p.closed into place from app.placement_of(p_tenant) p;
    if place.epoch is distinct from p_epoch then
        raise exception 'the tenant is not at this epoch on this node' using errcode = 'TN001';
    end if;
    if place.closed and not p_even_closed then
        raise exception 'the tenant is closed' using errcode = 'TN003';
    end if;
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(place.schema_name) operator(pg_catalog.||) ', pg_temp', true),
        pg_catalog.set_config('app.tenant_id', p_tenant::text, true);
    -- Last, and alone: from here on it is the tenant's role.
    perform pg_catalog.set_config('role', place.role_name, true);
end
$$;
comment on function app.enter_tenant(uuid, integer, boolean) is 'the first statement of every tenant transaction: fence, epoch, closed or open, search_path, tenant, role; all local to the transaction';

-- Not checked when it is made (plpgsql): the tenants' tables come after this.
create function app.seats(p_tenants uuid[]) returns table (tenant_id uuid, used bigint, hard bigint)
    language plpgsql volatile security definer set search_path = pg_catalog
    as $$
declare
    place record;
begin
    for place in select p.tenant_id, p.schema_name from node.placements p where p.tenant_id = any (p_tenants) loop
        perform set_config('app.tenant_id', place.tenant_id::text, true);
        return query execute format(
            'select l.tenant_id, l.used, l.hard from %I.limits l where l.tenant_id = app.tenant_id() and l.resource = ''users''', place.schema_name);
    end loop;
    perform set_config('app.tenant_id', '', true);
end
$$;
comment on function app.seats(uuid[]) is 'how many people tenants have and may have, and nothing else of them: for the platform''s lists';

revoke all on function app.placement_of(uuid), app.enter_tenant(uuid, integer, boolean), app.seats(uuid[]) from public;
grant execute on function app.enter_tenant(uuid, integer, boolean), app.placement_of(uuid) to tnt_app;
grant execute on function app.seats(uuid[]) to tnt_platform;
