-- Walls as equations, and the proof asked for each time.

create or replace function app.wall() returns text
    language sql stable set search_path = pg_catalog
    -- Tenant and proof are read together and once a statement: none that changes the setting on its way reads on as another
    -- tenant. A sharded node takes no sub-select in a policy, and asks once a shard and index.
    as $$
    select case when exists (select from pg_extension where extname = 'citus')
        then 'tenant_id = app.proven_tenant_id()' else 'tenant_id = (select app.proven_tenant_id())' end
$$;
call app.raise_walls('node');

create or replace function app.enter_tenant(p_tenant uuid, p_epoch integer, p_proof text) returns void
    language plpgsql
    as $$
declare
    place record;
begin
    if not app.opens(p_tenant, p_proof, 'portal') then
        raise exception 'tenant context is not proven' using errcode = 'TN002', hint = 'the key of this process is not one of the database''s';
    end if;
    -- Shared among all who work in the tenant. A move takes it alone: it waits for them, and they come again.
    if not pg_catalog.pg_try_advisory_xact_lock_shared(pg_catalog.hashtextextended(p_tenant::text, 0)) then
        raise exception 'the tenant is handed over' using errcode = 'TN004';
    end if;
    select p.schema_name, p.role_name, p.epoch, p.closed into place from app.placement_of(p_tenant) p;
    if place.epoch is distinct from p_epoch then
        raise exception 'the tenant is not at this epoch on this node' using errcode = 'TN001';
    end if;
    if place.closed and pg_catalog.split_part(p_proof, '.', 3) operator(pg_catalog.<>) 'true' then
        raise exception 'the tenant is closed' using errcode = 'TN003';
    end if;
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(place.schema_name) operator(pg_catalog.||) ', pg_temp', true),
        pg_catalog.set_config('app.tenant_id', p_tenant::text, true),
        pg_catalog.set_config('app.proof', p_proof, true);
    -- Last, and alone: from here on it is the tenant's role.
    perform pg_catalog.set_config('role', place.role_name, true);
end
$$;

create or replace function app.enter(p_tenant uuid, p_proof text) returns void
    language plpgsql
    as $$
declare
    place record;
begin
    if not app.opens(p_tenant, p_proof, 'application') then
        raise exception 'tenant context is not proven' using errcode = 'TN002', detail = 'TN002', hint = 'the key of the application is not one of the database''s';
    end if;
    -- The same fence as Tenantry's own: a move takes it alone. The code stands in the detail too, for drivers that tell no code.
    if not pg_catalog.pg_try_advisory_xact_lock_shared(pg_catalog.hashtextextended(p_tenant::text, 0)) then
        raise exception 'the tenant is handed over' using errcode = 'TN004', detail = 'TN004', hint = 'begin the transaction anew in a moment';
    end if;
    select p.schema_name, p.closed into place from app.placement_of(p_tenant) p;
    if place.schema_name is null then
        raise exception 'the tenant is not on this node' using errcode = 'TN001', detail = 'TN001';
    end if;
    if place.closed then
        raise exception 'the tenant is closed' using errcode = 'TN003', detail = 'TN003';
    end if;
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(place.schema_name) operator(pg_catalog.||) ', pg_temp', true),
        pg_catalog.set_config('app.tenant_id', p_tenant::text, true),
        pg_catalog.set_config('app.proof', p_proof, true);
    -- Last, and alone. This role may not enter: another tenant needs another transaction.
    perform pg_catalog.set_config('role', 'tnt_vendor', true);
end
$$;

create or replace function app.proven_tenant_id() returns uuid
    language plpgsql stable parallel safe security definer set search_path = pg_catalog
    as $$
declare
    tenant text := current_setting('app.tenant_id', true);
    proof text := current_setting('app.proof', true);
begin
    if tenant is null or tenant = '' then
        return app.no_tenant();
    end if;
    if proof is null or proof = '' then
        -- Migrations and moves run as the owner, and the platform counts seats: their logins need no proof.
        if pg_has_role(session_user, 'tnt_owner', 'member') or pg_has_role(session_user, 'tnt_platform', 'member') then
            return tenant::uuid;
        end if;
    elsif app.proof_holds(tenant, proof, null) then
        return tenant::uuid;
    end if;
    raise exception 'tenant context is not proven'
        using errcode = 'TN002', hint = 'enter through app.enter_tenant';
end
$$;
comment on function app.proven_tenant_id() is 'the tenant of this transaction, as it was entered with a proof; raises TN002 where it was not';

create or replace function app.tenant_id() returns uuid
    language sql stable parallel safe
    -- After a transaction that set it, the setting is '' and not null: both must be loud.
    return case
        when coalesce(pg_catalog.current_setting('app.tenant_id', true), '') = '' then app.no_tenant()
        else pg_catalog.current_setting('app.tenant_id', true)::uuid
    end;

create or replace procedure app.raise_walls(p_schema regnamespace)
    language plpgsql set search_path = pg_catalog
    as $$
declare
    old record;
begin
    for old in
        select p.polname, p.polrelid::regclass as of_table, p.polwithcheck is not null as checks
        from pg_policy p join pg_class c on c.oid = p.polrelid
        where c.relnamespace = p_schema and pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = app.tenant_id())'
            and (p.polroles = array['tnt_owner'::regrole::oid] or (not p.polpermissive and p.polroles = array['tnt_tenant'::regrole::oid]))
    loop
        execute format('alter policy %I on %s using (%s)', old.polname, old.of_table, app.wall());
        if old.checks then
            execute format('alter policy %I on %s with check (%s)', old.polname, old.of_table, app.wall());
        end if;
    end loop;
end
$$;
comment on procedure app.raise_walls(regnamespace) is 'for migrations: the walls of a schema that were built before there were proofs ask for one too';

drop function app.admit(uuid, text, text);
drop function app.tenant_by_proof();
drop sequence app.seal;
drop sequence app.salt;
