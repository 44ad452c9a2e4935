-- The console: a login a tenant, which owns nothing and reads what `tnt_console` may read, of its own tenant alone. Which
-- tenant that is, the policies take from the login, which no statement changes, and from no setting.

create table console_logins (
    tenant_id uuid primary key,
    role_name text not null unique,
    schema_name text not null,
    epoch integer not null,
    key_mark text not null,
    made_at timestamptz not null default now()
);
comment on table console_logins is 'placement=local; the login by which a tenant''s console asks, and the schema that it may name';
comment on column console_logins.role_name is 'drawn, so that a role''s name tells nobody whose it is';
comment on column console_logins.epoch is 'raised with every new password, which is made of the operator''s key, the tenant and this number and kept nowhere';
comment on column console_logins.key_mark is 'of which key the password was made: another one makes it anew';

create table console_lockdown (
    whole boolean primary key default true check (whole),
    functions text not null,
    locked_at timestamptz not null default now()
);
comment on table console_lockdown is 'placement=local; which built-in functions the console''s logins were left with, as a digest: any other set keeps the console off';

create function app.login_tenant() returns uuid
    language sql stable security definer set search_path = pg_catalog
    as $$ select l.tenant_id from node.console_logins l where l.role_name = session_user $$;
comment on function app.login_tenant() is 'whose login this is; null for every other login';

create procedure app.console_reads(p_table regclass)
    language plpgsql set search_path = pg_catalog
    as $$
declare
    columns text;
begin
    execute format('revoke all on %s from tnt_console', p_table);
    execute format('drop policy if exists console_rows on %s', p_table);
    execute format('drop policy if exists console_wall on %s', p_table);
    if obj_description(p_table, 'pg_class') ~ '^placement=\w+; (secret|private);' then
        return;
    end if;
    -- Asked once a statement and not once a row.
    execute format('create policy console_rows on %s for select to tnt_console using (tenant_id = (select app.login_tenant()))', p_table);
    execute format('create policy console_wall on %s as restrictive for select to tnt_console using (tenant_id = (select app.login_tenant()))', p_table);
    -- By column: the system's own (where a row lies, who wrote it) tell of other tenants' rows in a shared table.
    select string_agg(quote_ident(attname), ', ') into columns
        from pg_attribute where attrelid = p_table and attnum > 0 and not attisdropped;
    execute format('grant select (%s) on %s to tnt_console', columns, p_table);
end
$$;
comment on procedure app.console_reads(regclass) is 'what the console may read of a tenant table: nothing where its comment says secret or private, else every column; run again after a column was added';

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

create function app.console_functions() returns text
    language sql stable security definer set search_path = pg_catalog
    as $$
    select md5(string_agg(f.oid::text, ',' order by f.oid)) from pg_proc f
    where f.pronamespace = 'pg_catalog'::regnamespace and has_function_privilege('tnt_console', f.oid, 'execute')
$$;
comment on function app.console_functions() is 'a digest of the built-in functions that the console''s logins may run';

-- Asked before each run: what is not as the lockdown left it keeps the console off.
create function app.console_gap() returns text
    language sql stable security definer set search_path = pg_catalog
    as $$
    select case
        when not exists (select from node.console_lockdown) then 'the built-in functions were never closed'
        when (select l.functions from node.console_lockdown l) is distinct from app.console_functions() then 'other built-in functions are open than were left open'
        when exists (select from pg_class c where c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
                         and c.relkind in ('r', 'v') and has_any_column_privilege('tnt_console', c.oid, 'select')) then 'the catalog can be read'
        when exists (select from pg_language l where l.lanpltrusted and has_language_privilege('tnt_console', l.oid, 'usage')) then 'a language can be used'
        when exists (select from pg_namespace n where n.nspname not in ('pg_catalog', 'pg_toast')
                         and has_schema_privilege('tnt_console', n.oid, 'usage')) then 'a schema is open to everybody'
        when has_database_privilege('tnt_console', current_database(), 'create, temp') then 'the database lets everybody make tables'
    end
$$;
comment on function app.console_gap() is 'what stands open to the console''s logins that should not; null when nothing does';

create function app.console_place(out schema_name text, out role_name text, out open_schema text, out epoch integer, out key_mark text, out server_version integer, out gap text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select p.schema_name, l.role_name, l.schema_name, l.epoch, l.key_mark, current_setting('server_version_num')::integer, app.console_gap()
    from node.placements p left join node.console_logins l on l.tenant_id = p.tenant_id
    where p.tenant_id = app.tenant_id()
$$;
comment on function app.console_place() is 'where the tenant of the context lives, its console''s login, and whether the console is safe to use';

revoke all on function app.login_tenant(), app.console_functions(), app.console_gap(), app.console_place() from public;
revoke all on procedure app.console_reads(regclass) from public;
grant execute on function app.login_tenant() to tnt_console;
grant execute on function app.console_place() to tnt_tenant;
