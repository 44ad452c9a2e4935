-- The guard: the one entry into a tenant's rows, and what every policy asks.
-- Runs as tnt_owner with search_path = node. The roles and the schemas app and node stand already.

create table placements (
    tenant_id uuid primary key,
    schema_name text not null,
    role_name text not null,
    epoch integer not null default 1,
    created_at timestamptz not null
);
comment on table placements is 'placement=local; which schema of this node holds a tenant, and at which epoch: a move raises it, so that a process with an old map is refused';
comment on column placements.role_name is 'what a transaction becomes on entry; tnt_tenant in the shared placement';

-- A definer function, because the login that calls it may read no table.
create function app.placement_of(p_tenant uuid, out schema_name text, out role_name text, out epoch integer)
    language sql stable security definer set search_path = pg_catalog
    as $$ select p.schema_name, p.role_name, p.epoch from node.placements p where p.tenant_id = p_tenant $$;
comment on function app.placement_of(uuid) is 'where this node keeps a tenant; nulls when it does not';

-- No SET clause here: it would undo the SET LOCALs at the end of the function. So every name is qualified.
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
    execute pg_catalog.format('set local search_path = %I, pg_temp', place.schema_name);
    execute pg_catalog.format('set local app.tenant_id = %L', p_tenant);
    execute pg_catalog.format('set local role %I', place.role_name);
end
$$;
comment on function app.enter_tenant(uuid, integer) is 'the first statement of every tenant transaction: fence, epoch, search_path, tenant, role; all local to the transaction';

create function app.tenant_id() returns uuid
    language plpgsql stable parallel safe set search_path = pg_catalog
    as $$
declare
    setting text := current_setting('app.tenant_id', true);
begin
    -- After a transaction that set it, the setting is '' and not null: both must be loud.
    if setting is null or setting = '' then
        raise exception 'tenant context is not set'
            using errcode = 'TN002', hint = 'enter through app.enter_tenant';
    end if;
    return setting::uuid;
end
$$;
comment on function app.tenant_id() is 'the tenant of this transaction; raises TN002 outside one, so that a forgotten context is an error and not an empty list';

create procedure app.protect(p_table regclass, p_verbs text[] default '{select,insert,update,delete}')
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
comment on procedure app.protect(regclass, text[]) is 'what every tenant table gets in its migration: forced row-level security, the policy and its wall, grants by verb';

create procedure app.place(p_table regclass, p_kind text)
    language plpgsql set search_path = pg_catalog
    as $$
begin
    if p_kind not in ('tenant', 'reference', 'local') then
        raise exception 'unknown kind of table: %', p_kind;
    end if;
    if not exists (select from pg_extension where extname = 'citus') then
        return;
    end if;
    perform set_config('citus.multi_shard_modify_mode', 'sequential', true);
    if p_kind = 'tenant' then
        execute format('select create_distributed_table(%L, ''tenant_id'', colocate_with => ''default'')', p_table::text);
    elsif p_kind = 'reference' then
        execute format('select create_reference_table(%L)', p_table::text);
    end if;
end
$$;
comment on procedure app.place(regclass, text) is 'does nothing on PostgreSQL; distributes the table where the node is a Citus cluster';

-- Not checked when it is made (plpgsql): the two other ledgers come after this one.
create function app.ledger() returns table (version text)
    language plpgsql stable security definer set search_path = pg_catalog
    as $$
begin
    return query
        select 'node/' || l.version from node.__diesel_schema_migrations l
        union all select 'catalogue/' || l.version from catalogue.__diesel_schema_migrations l
        union all select 'shared/' || l.version from shared.__diesel_schema_migrations l;
end
$$;
comment on function app.ledger() is 'which migrations ran, for the check at every start: the logins may read no ledger';

grant execute on function app.enter_tenant(uuid, integer), app.placement_of(uuid), app.ledger() to tnt_app;
grant execute on function app.tenant_id() to tnt_tenant;
grant select, insert, update, delete on placements to tnt_platform;
