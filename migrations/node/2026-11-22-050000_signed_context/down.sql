-- No proofs: the setting alone says which tenant it is.

drop procedure app.raise_walls(regnamespace);
alter policy tenant_wall on jobs using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id());
alter policy owner_rows on jobs using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id());
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
    execute format('create policy tenant_wall on %s as restrictive for all to tnt_tenant using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id())', p_table);
    -- A move copies as the owner of the tables, one tenant at a time: the wall holds there too.
    execute format('create policy owner_moves on %s for all to tnt_owner using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id())', p_table);
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
    execute pg_catalog.format('create policy owner_moves on %s for all to tnt_owner using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id())', p_table);
    execute pg_catalog.format('drop policy owner_backfill on %s', p_table);
    return changed;
end
$$;
create or replace function app.own_figures() returns table (table_name text, row_estimate bigint, table_bytes bigint, index_bytes bigint, analyzed_at timestamptz)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select f.table_name, f.row_estimate, f.table_bytes, f.index_bytes, f.analyzed_at
    from node.placements p, app.table_figures(p.schema_name) f
    where p.tenant_id = app.tenant_id() and p.schema_name <> 'shared'
$$;
create or replace function app.console_place(out schema_name text, out role_name text, out open_schema text, out epoch integer, out key_mark text, out server_version integer, out gap text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select p.schema_name, l.role_name, l.schema_name, l.epoch, l.key_mark, current_setting('server_version_num')::integer, app.console_gap()
    from node.placements p left join node.console_logins l on l.tenant_id = p.tenant_id
    where p.tenant_id = app.tenant_id()
$$;
drop function app.enter_tenant(uuid, integer, text);
-- No SET clause here: it would undo the local settings at the end of the function. So every name is qualified.
create function app.enter_tenant(p_tenant uuid, p_epoch integer, p_even_closed boolean default false) returns void
    language plpgsql
    as $$
declare
    place record;
begin
    -- Shared among all who work in the tenant. A move takes it alone: it waits for them, and they come again.
    if not pg_catalog.pg_try_advisory_xact_lock_shared(pg_catalog.hashtextextended(p_tenant::text, 0)) then
        raise exception 'the tenant is handed over' using errcode = 'TN004';
    end if;
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
revoke all on function app.enter_tenant(uuid, integer, boolean) from public;
grant execute on function app.enter_tenant(uuid, integer, boolean) to tnt_app;
drop function app.wall(), app.proven_tenant_id(), app.opens(uuid, text, text), app.proof_holds(text, text, text);
drop table context_keys;
