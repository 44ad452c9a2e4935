drop function app.copy_missing(uuid, text, text, text, text[], text[]), app.row_counts(uuid, text, text, text), app.analyze_copy(text, text),
    app.volume(uuid, text, text), app.empty_copy(uuid, text, text), app.unlike(uuid, text, text, text, text[], text[], bigint),
    app.fingerprint(uuid, text, text, text[]), app.copy_rows(uuid, text, text, text, text[], text[], bigint),
    app.drop_gone(uuid, text, text, text, text[]), app.same_key(text[]), app.tenant_tables(text);

-- No SET clause here: it would undo the local settings at the end of the function. So every name is qualified.
create or replace function app.enter_tenant(p_tenant uuid, p_epoch integer, p_even_closed boolean default false) returns void
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
end
$$;
