-- The signed context: whoever enters a tenant shows a proof that only a holder of the operator's key can make, and the wall
-- of every table asks for it again, once a statement. SQL that somebody slips into a tenant's transaction can set every
-- setting and come back to the login's role; it cannot make the proof of another tenant.

create table context_keys (
    mark text primary key,
    audience text not null check (audience in ('portal', 'application')),
    inner_pad bytea not null,
    outer_pad bytea not null,
    installed_at timestamptz not null default clock_timestamp()
);
comment on table context_keys is 'placement=local; the keys by which proofs of a tenant''s context are checked: no role that serves reads them, and the two newest of an audience hold';
comment on column context_keys.mark is 'tells keys apart and nothing of them';
comment on column context_keys.audience is 'who makes proofs with it: the portal for each of its transactions, or the vendor''s own application';
comment on column context_keys.inner_pad is 'the key xored with 0x36, as RFC 2104 does before the inner hash';

-- A proof is `v1.<end in seconds since 1970>.<true or false>.<HMAC-SHA256 in hex>` of `v1|<tenant>|<end>|<true or false>`.
-- Called by the functions below, as the owner, and by nobody else.
create function app.proof_holds(p_tenant text, p_proof text, p_audience text) returns boolean
    language plpgsql stable parallel safe
    as $$
declare
    said bytea := convert_to(split_part(p_proof, '.', 1) || '|' || p_tenant || '|' || split_part(p_proof, '.', 2) || '|' || split_part(p_proof, '.', 3), 'UTF8');
    mac text := split_part(p_proof, '.', 4);
    key record;
begin
    -- A loop over all, because a query with parameters would be planned anew each time, which costs twice the rest.
    for key in select k.audience, k.inner_pad, k.outer_pad from node.context_keys k loop
        if encode(sha256(key.outer_pad || sha256(key.inner_pad || said)), 'hex') = mac and (p_audience is null or key.audience = p_audience) then
            return true;
        end if;
    end loop;
    return false;
end
$$;
comment on function app.proof_holds(text, text, text) is 'whether a holder of a key of this audience, or of any, made this proof for this tenant; its end is not looked at';

create function app.opens(p_tenant uuid, p_proof text, p_audience text) returns boolean
    language plpgsql stable security definer set search_path = pg_catalog
    as $$
begin
    if not app.proof_holds(p_tenant::text, p_proof, p_audience) then
        return false;
    end if;
    if split_part(p_proof, '.', 2)::double precision < extract(epoch from now()) then
        raise exception 'the proof of the tenant context has ended' using errcode = 'TN002', hint = 'the clocks of the process and of the database differ';
    end if;
    return true;
end
$$;
comment on function app.opens(uuid, text, text) is 'whether this proof opens this tenant now; raises TN002 where it did and has ended';

create function app.proven_tenant_id() returns uuid
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

create function app.wall() returns text
    language sql stable set search_path = pg_catalog
    -- Tenant and proof are read together and once a statement: none that changes the setting on its way reads on as another
    -- tenant. A sharded node takes no sub-select in a policy, and asks once a shard and index.
    as $$
    select case when exists (select from pg_extension where extname = 'citus')
        then 'tenant_id = app.proven_tenant_id()' else 'tenant_id = (select app.proven_tenant_id())' end
$$;
comment on function app.wall() is 'what the wall of a tenant table asks of each row';

drop function app.enter_tenant(uuid, integer, boolean);
-- No SET clause here: it would undo the local settings at the end of the function. So every name is qualified.
create function app.enter_tenant(p_tenant uuid, p_epoch integer, p_proof text) returns void
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
comment on function app.enter_tenant(uuid, integer, text) is 'the first statement of every tenant transaction: proof, fence, epoch, closed or open, search_path, tenant, role; all local to the transaction. The proof says whether it may enter a closed tenant too';

create or replace procedure app.protect(p_table regclass, p_verbs text[] default '{select,insert,update,delete}')
    language plpgsql set search_path = pg_catalog
    as $$
declare
    columns text;
    verb text;
begin
    execute format('alter table %s enable row level security', p_table);
    execute format('alter table %s force row level security', p_table);
    execute format('create policy tenant_rows on %s for all to tnt_tenant using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id())', p_table);
    -- Permissive policies are joined by OR; this one by AND, so that no later policy widens the wall.
    execute format('create policy tenant_wall on %s as restrictive for all to tnt_tenant using (%s) with check (%2$s)', p_table, app.wall());
    -- A move copies as the owner of the tables, one tenant at a time: the wall holds there too.
    execute format('create policy owner_moves on %s for all to tnt_owner using (%s) with check (%2$s)', p_table, app.wall());
    foreach verb in array p_verbs loop
        if verb = 'update' then
            -- By column and never tenant_id: a row cannot change its tenant.
            select string_agg(quote_ident(attname), ', ') into columns
                from pg_attribute where attrelid = p_table and attnum > 0 and not attisdropped and attname <> 'tenant_id';
            execute format('grant update (%s) on %s to tnt_tenant', columns, p_table);
        else
            execute format('grant %s on %s to tnt_tenant', verb, p_table);
        end if;
    end loop;
    call app.console_reads(p_table);
end
$$;

create procedure app.raise_walls(p_schema regnamespace)
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
call app.raise_walls('node');

create or replace function app.backfill(p_table regclass, p_set text, p_where text default 'true') returns bigint
    language plpgsql
    as $$
declare
    wanted bigint;
    changed bigint;
begin
    execute pg_catalog.format('create policy owner_backfill on %s for all to tnt_owner using (true) with check (true)', p_table);
    -- Permissive policies are asked all of them: the one that raises outside a tenant gives way meanwhile.
    execute pg_catalog.format('drop policy owner_moves on %s', p_table);
    execute pg_catalog.format('select count(*) from %s where %s', p_table, p_where) into wanted;
    execute pg_catalog.format('update %s set %s where %s', p_table, p_set, p_where);
    get diagnostics changed = row_count;
    if changed <> wanted then
        raise exception 'a backfill of % changed % rows of %', p_table, changed, wanted using errcode = 'TN006';
    end if;
    execute pg_catalog.format('create policy owner_moves on %s for all to tnt_owner using (%s) with check (%2$s)', p_table, app.wall());
    execute pg_catalog.format('drop policy owner_backfill on %s', p_table);
    return changed;
end
$$;

-- These read past the policies, as the owner: each asks for the proven tenant by itself.
create or replace function app.own_figures() returns table (table_name text, row_estimate bigint, table_bytes bigint, index_bytes bigint, analyzed_at timestamptz)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select f.table_name, f.row_estimate, f.table_bytes, f.index_bytes, f.analyzed_at
    from node.placements p, app.table_figures(p.schema_name) f
    where p.tenant_id = app.proven_tenant_id() and p.schema_name <> 'shared'
$$;

create or replace function app.console_place(out schema_name text, out role_name text, out open_schema text, out epoch integer, out key_mark text, out server_version integer, out gap text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select p.schema_name, l.role_name, l.schema_name, l.epoch, l.key_mark, current_setting('server_version_num')::integer, app.console_gap()
    from node.placements p left join node.console_logins l on l.tenant_id = p.tenant_id
    where p.tenant_id = app.proven_tenant_id()
$$;

revoke all on function app.proof_holds(text, text, text), app.opens(uuid, text, text), app.proven_tenant_id(), app.wall(), app.enter_tenant(uuid, integer, text) from public;
revoke all on procedure app.raise_walls(regnamespace) from public;
grant execute on function app.enter_tenant(uuid, integer, text), app.opens(uuid, text, text) to tnt_app;
grant execute on function app.proven_tenant_id() to tnt_tenant;
