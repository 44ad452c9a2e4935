-- The wall again. As `tenant_id = (select …)` alone it was one of the planner's equations: a statement that said
-- `tenant_id = current_setting('app.tenant_id')::uuid` itself was read by that, and changed the setting from one row to the next.
-- And the proof was made anew for each table of each statement.

-- What a session remembers of the proof that was shown: the hash of tenant and moment, salted anew by each entry. A session sees
-- its own number alone and only functions of the owner write it, so it cannot be forged; it holds for no other transaction.
create unlogged sequence app.seal minvalue -9223372036854775808 maxvalue 9223372036854775807;
create unlogged sequence app.salt minvalue -9223372036854775808 maxvalue 9223372036854775807;
comment on sequence app.seal is 'no counter: what app.admit leaves for the walls of this session''s transaction';
comment on sequence app.salt is 'no counter: chance, made by app.admit for the seal beside it';

create function app.tenant_by_proof() returns uuid
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
comment on function app.tenant_by_proof() is 'the tenant of this transaction, by the proof itself; raises TN002 where it does not hold';

-- One expression, and no setting of its own: it is asked twice a table. A setting that pretends there is a seal finds none that fits.
create or replace function app.proven_tenant_id() returns uuid
    language plpgsql stable parallel restricted
    as $$
begin
    return case when pg_catalog.current_setting('app.sealed', true) operator(pg_catalog.=) 'yes' then
        case when pg_catalog.currval('app.seal') operator(pg_catalog.=) pg_catalog.uuid_hash_extended(pg_catalog.current_setting('app.tenant_id')::pg_catalog.uuid,
                pg_catalog.currval('app.salt') operator(pg_catalog.#) pg_catalog.timestamp_hash_extended(pg_catalog.timezone('UTC', pg_catalog.now()), 0))
            then pg_catalog.current_setting('app.tenant_id')::pg_catalog.uuid
            else app.tenant_by_proof() end
        else app.tenant_by_proof() end;
end
$$;
comment on function app.proven_tenant_id() is 'the tenant of this transaction, as it was entered with a proof: by the seal of the entry, else by the proof; raises TN002 where it was not';

-- Taken into the statements. Without coalesce(), which the planner holds to be leaky, it joins the tenant's other equations: as
-- one more condition it made the planner expect a single row, and sort all people of a tenant whose order an index has.
create or replace function app.tenant_id() returns uuid
    language sql stable parallel safe
    -- After a transaction that set it, the setting is '' and not null: both must be loud.
    return case
        when pg_catalog.current_setting('app.tenant_id', true) <> '' then pg_catalog.current_setting('app.tenant_id', true)::uuid
        else app.no_tenant()
    end;

create or replace function app.wall() returns text
    language sql stable set search_path = pg_catalog
    -- The equation is looked at before any row, and so is the proof: who has none is told so, whether there are rows or not. The
    -- second clause is no equation, so each row is held against the tenant that was proven, whatever else a statement equates
    -- the tenant with or sets on its way. A sharded node takes no sub-select in a policy, and its workers are other sessions than
    -- the one that was sealed.
    as $$
    select case when exists (select from pg_extension where extname = 'citus')
        then 'tenant_id = app.tenant_by_proof() and coalesce(tenant_id = app.tenant_by_proof(), false)'
        else 'tenant_id = (select app.proven_tenant_id()) and coalesce(tenant_id = (select app.proven_tenant_id()), false)' end
$$;

create or replace procedure app.raise_walls(p_schema regnamespace)
    language plpgsql set search_path = pg_catalog
    as $$
declare
    old record;
begin
    for old in
        select p.polname, p.polrelid::regclass as of_table, p.polwithcheck is not null as checks
        from pg_policy p join pg_class c on c.oid = p.polrelid
        where c.relnamespace = p_schema
            and (pg_get_expr(p.polqual, p.polrelid) ~ '\mapp\.(proven_tenant_id|tenant_by_proof)\(\)' or pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = app.tenant_id())')
            and (p.polroles = array['tnt_owner'::regrole::oid]
                or (not p.polpermissive and p.polroles in (array['tnt_tenant'::regrole::oid], array['tnt_vendor'::regrole::oid])))
    loop
        execute format('alter policy %I on %s using (%s)', old.polname, old.of_table, app.wall());
        if old.checks then
            execute format('alter policy %I on %s with check (%s)', old.polname, old.of_table, app.wall());
        end if;
    end loop;
end
$$;
comment on procedure app.raise_walls(regnamespace) is 'for migrations: the walls of a schema take the form that app.wall() gives, whatever they were built as';
call app.raise_walls('node');

-- One function and few expressions: a session prepares each of them anew for each transaction.
create function app.admit(p_tenant uuid, p_proof text, p_audience text, out schema_name text, out role_name text, out epoch integer, out closed boolean, out sealed text)
    language plpgsql volatile security definer set search_path = pg_catalog
    as $$
declare
    said bytea := convert_to(split_part(p_proof, '.', 1) || '|' || p_tenant || '|' || split_part(p_proof, '.', 2) || '|' || split_part(p_proof, '.', 3), 'UTF8');
    key record;
begin
    for key in select k.audience, k.inner_pad, k.outer_pad from node.context_keys k loop
        continue when (key.audience = p_audience and encode(sha256(key.outer_pad || sha256(key.inner_pad || said)), 'hex') = split_part(p_proof, '.', 4)) is not true;
        if split_part(p_proof, '.', 2)::double precision < extract(epoch from now()) then
            raise exception 'the proof of the tenant context has ended' using errcode = 'TN002', detail = 'TN002', hint = 'the clocks of the process and of the database differ';
        end if;
        -- Shared among all who work in the tenant. A move takes it alone: it waits for them, and they come again. The code stands
        -- in the detail too, for drivers that tell no code.
        if not pg_try_advisory_xact_lock_shared(hashtextextended(p_tenant::text, 0)) then
            raise exception 'the tenant is handed over' using errcode = 'TN004', detail = 'TN004', hint = 'begin the transaction anew in a moment';
        end if;
        select p.schema_name, p.role_name, p.epoch, p.closed into admit.schema_name, admit.role_name, admit.epoch, admit.closed
            from node.placements p where p.tenant_id = p_tenant;
        -- A transaction that only reads may write no sequence.
        sealed := case when current_setting('transaction_read_only') = 'on' then 'no'
            when setval('app.seal', uuid_hash_extended(p_tenant, setval('app.salt', uuid_hash_extended(gen_random_uuid(), 0)) # timestamp_hash_extended(now() at time zone 'UTC', 0))) is not null then 'yes' end;
        return;
    end loop;
    raise exception 'tenant context is not proven' using errcode = 'TN002', detail = 'TN002', hint = format('the key of the %s is not one of the database''s', p_audience);
end
$$;
comment on function app.admit(uuid, text, text) is 'proof, fence and place of a tenant, for whoever may enter: raises TN002 without a proof and TN004 while the tenant is handed over';

-- No SET clause here: it would undo the local settings at the end of the function. So every name is qualified.
create or replace function app.enter_tenant(p_tenant uuid, p_epoch integer, p_proof text) returns void
    language plpgsql
    as $$
declare
    place record;
begin
    place := app.admit(p_tenant, p_proof, 'portal');
    if place.epoch is distinct from p_epoch then
        raise exception 'the tenant is not at this epoch on this node' using errcode = 'TN001';
    end if;
    if place.closed and pg_catalog.split_part(p_proof, '.', 3) operator(pg_catalog.<>) 'true' then
        raise exception 'the tenant is closed' using errcode = 'TN003';
    end if;
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(place.schema_name) operator(pg_catalog.||) ', pg_temp', true),
        pg_catalog.set_config('app.tenant_id', p_tenant::text, true),
        pg_catalog.set_config('app.proof', p_proof, true),
        pg_catalog.set_config('app.sealed', place.sealed, true);
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
    place := app.admit(p_tenant, p_proof, 'application');
    if place.schema_name is null then
        raise exception 'the tenant is not on this node' using errcode = 'TN001', detail = 'TN001';
    end if;
    if place.closed then
        raise exception 'the tenant is closed' using errcode = 'TN003', detail = 'TN003';
    end if;
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(place.schema_name) operator(pg_catalog.||) ', pg_temp', true),
        pg_catalog.set_config('app.tenant_id', p_tenant::text, true),
        pg_catalog.set_config('app.proof', p_proof, true),
        pg_catalog.set_config('app.sealed', place.sealed, true);
    -- Last, and alone. This role may not enter: another tenant needs another transaction.
    perform pg_catalog.set_config('role', 'tnt_vendor', true);
end
$$;

revoke all on sequence app.seal, app.salt from public;
revoke all on function app.tenant_by_proof(), app.admit(uuid, text, text) from public;
-- To read what their own session was left, and not to write it.
grant select on sequence app.seal, app.salt to tnt_tenant, tnt_vendor;
grant execute on function app.tenant_by_proof() to tnt_tenant, tnt_vendor;
grant execute on function app.admit(uuid, text, text) to tnt_app, tnt_vendor_app;
