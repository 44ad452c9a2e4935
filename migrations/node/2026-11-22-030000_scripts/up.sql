-- A vendor's own migrations stand beside ours in the schemas of tenants. One ledger has both, told apart by family; the
-- functions run a script in one schema as the owner of all tables, and say what a schema is made of.

alter table ledger add column family text not null default 'tenantry' check (family in ('tenantry', 'vendor'));
alter table ledger add column took_microseconds bigint;
alter table ledger drop constraint ledger_pkey;
alter table ledger add primary key (schema_name, family, version);
comment on table ledger is 'placement=local; which migration of the tenants'' tables, ours and the vendor''s, ran in which schema of this node, and when';
comment on column ledger.took_microseconds is 'how long a script of the vendor''s took';
grant select on ledger to tnt_platform;

create or replace function app.ledger() returns table (version text)
    language plpgsql stable security definer set search_path = pg_catalog
    as $$
begin
    return query
        select 'node/' || l.version from node.__diesel_schema_migrations l
        union all select 'catalogue/' || l.version from catalogue.__diesel_schema_migrations l
        union all select 'shared/' || l.version from node.ledger l where l.schema_name = 'shared' and l.family = 'tenantry';
end
$$;

create or replace function app.behind(p_versions text[]) returns text
    language sql stable security definer set search_path = pg_catalog
    as $$
    select min(b.schema_name) from (
        select l.schema_name from node.ledger l group by l.schema_name
        having count(*) filter (where l.family = 'tenantry' and l.version = any (p_versions)) < cardinality(p_versions)
    ) b
$$;

-- No SET clause: a script works in the schema, and what it sets ends with the transaction. EXECUTE refuses COMMIT and its
-- like, so that a script is done whole or not at all.
create function app.run_text(p_schema text, p_script text) returns void
    language plpgsql
    as $$
begin
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(p_schema), true);
    execute p_script;
end
$$;
comment on function app.run_text(text, text) is 'runs a vendor''s script in a schema, as who calls';

create function app.run_script(p_schema text, p_version text, p_script text, p_up boolean) returns bigint
    language plpgsql
    as $$
declare
    began timestamptz := pg_catalog.clock_timestamp();
    took bigint;
begin
    -- Alone: a move of a tenant between two schemas holds both of them shared.
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('tenantry schema ' || p_schema, 0));
    if not exists (select from node.ledger l where l.schema_name = p_schema) then
        raise exception 'there is no schema % of tenants', p_schema using errcode = 'TN005';
    end if;
    if p_up = exists (select from node.ledger l where l.schema_name = p_schema
            and l.family = 'vendor' and l.version = p_version) then
        return null;
    end if;
    perform app.run_text(p_schema, p_script);
    took := pg_catalog.round(extract(epoch from pg_catalog.clock_timestamp() - began) * 1000000);
    if p_up then
        insert into node.ledger (schema_name, family, version, took_microseconds) values (p_schema, 'vendor', p_version, took);
    else
        delete from node.ledger l where l.schema_name = p_schema
            and l.family = 'vendor' and l.version = p_version;
    end if;
    return took;
end
$$;
comment on function app.run_script(text, text, text, boolean) is 'runs a vendor''s migration in a schema of tenants and notes it, whole or not at all; null where it was done before; otherwise the microseconds it took';

-- The owner is held to one tenant by `owner_moves`, and outside a tenant each row is refused aloud. Here it sees all rows of
-- one table for the time of one update, and what was changed is counted against what was to be changed.
create function app.backfill(p_table regclass, p_set text, p_where text default 'true') returns bigint
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
comment on function app.backfill(regclass, text, text) is 'for migrations: updates rows of all tenants in a table of this schema and answers how many; an error when those were not all that were meant';

-- What a schema is made of, in words that do not name it: two schemas of the same migrations have the same lines.
create function app.print(p_schema text) returns table (kind text, object text, definition text)
    language plpgsql
    as $$
declare
    space oid := (select n.oid from pg_catalog.pg_namespace n where n.nspname = p_schema);
begin
    perform pg_catalog.set_config('search_path', pg_catalog.quote_ident(p_schema), true);
    return query
    with rel as (
        select c.oid, c.relname::text as name, c.relkind, c.relacl, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relowner
        from pg_class c where c.relnamespace = space and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    )
    select case r.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' when 'S' then 'sequence' else 'table' end,
        r.name,
        concat_ws('; ', 'owner ' || r.relowner::regrole, case when r.relrowsecurity then 'row security' end, case when r.relforcerowsecurity then 'forced' end,
            array_to_string(r.reloptions, ', '), obj_description(r.oid, 'pg_class'), case when r.relkind in ('v', 'm') then pg_get_viewdef(r.oid) end)
        from rel r
    union all select 'column', r.name || '.' || a.attname,
        concat_ws(' ', format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
            case a.attgenerated when 's' then 'generated' else 'default' end || ' ' || pg_get_expr(d.adbin, d.adrelid), nullif(a.attidentity::text, ''))
        from rel r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where r.relkind in ('r', 'p', 'f')
    union all select 'constraint', r.name || '.' || x.conname, pg_get_constraintdef(x.oid) from rel r join pg_constraint x on x.conrelid = r.oid
    union all select 'index', i.indexrelid::regclass::text, replace(pg_get_indexdef(i.indexrelid), p_schema || '.', '') || case when i.indisvalid then '' else ' invalid' end
        from rel r join pg_index i on i.indrelid = r.oid
    union all select 'policy', r.name || '.' || p.polname,
        concat_ws(' ', case when p.polpermissive then 'permissive' else 'restrictive' end, p.polcmd::text, p.polroles::regrole[]::text,
            'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
        from rel r join pg_policy p on p.polrelid = r.oid
    union all select 'trigger', r.name || '.' || t.tgname, replace(pg_get_triggerdef(t.oid), p_schema || '.', '')
        from rel r join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
    union all select 'right', r.name || ' for ' || case x.grantee when 0 then 'everybody' else x.grantee::regrole::text end,
        string_agg(x.privilege_type, ', ' order by x.privilege_type)
        from rel r, aclexplode(r.relacl) x where x.grantee <> r.relowner group by r.name, x.grantee
    union all select 'right', r.name || '.' || a.attname || ' for ' || case x.grantee when 0 then 'everybody' else x.grantee::regrole::text end,
        string_agg(x.privilege_type, ', ' order by x.privilege_type)
        from rel r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped, aclexplode(a.attacl) x
        group by r.name, a.attname, x.grantee
    -- A body is long: its digest tells whether it is another one.
    union all select 'function', f.oid::regprocedure::text,
        concat_ws(' ', pg_get_function_result(f.oid), f.provolatile::text, case when f.prosecdef then 'as its owner' end,
            replace(array_to_string(f.proconfig, ', '), p_schema, 'its schema'), 'body ' || md5(f.prosrc))
        from pg_proc f where f.pronamespace = space and f.prokind in ('f', 'p')
    union all select 'type', t.typname::text, t.typtype::text from pg_type t
        where t.typnamespace = space and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c')))
    order by 1, 2, 3;
end
$$;
comment on function app.print(text) is 'what a schema is made of, line by line, without its own name';

-- What a transaction made or changed outside one schema, in this database.
create function app.made_outside(p_schema text) returns table (kind text, object text)
    language sql stable set search_path = pg_catalog
    as $$
    with me as (select pg_current_xact_id()::xid as id), space as (select oid from pg_namespace where nspname = p_schema)
    select 'table', n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace, me
        where c.xmin = me.id and n.oid not in (select oid from space) and n.nspname !~ '^pg_(toast|temp)' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
          -- A table that is referred to is touched by whoever refers to it.
          and not exists (select from pg_constraint f where f.confrelid = c.oid and f.xmin = me.id)
    union all select 'column', a.attrelid::regclass || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid, me
        where a.xmin = me.id and c.xmin <> me.id and a.attnum > 0 and c.relnamespace not in (select oid from space) and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and c.relnamespace <> 'pg_toast'::regnamespace
    union all select 'function', p.oid::regprocedure::text from pg_proc p, me where p.xmin = me.id and p.pronamespace not in (select oid from space)
    union all select 'policy', p.polrelid::regclass || '.' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid, me
        where p.xmin = me.id and c.relnamespace not in (select oid from space)
    union all select 'schema', n.nspname::text from pg_namespace n, me where n.xmin = me.id and n.nspname <> p_schema
    union all select 'extension', x.extname::text from pg_extension x, me where x.xmin = me.id
$$;
comment on function app.made_outside(text) is 'what the transaction of the caller made outside one schema: a vendor''s migration makes nothing there';

create function app.held_locks(p_schema text) returns table (table_name text, lock_mode text, file_node bigint)
    language sql volatile set search_path = pg_catalog
    as $$
    select c.relname::text, l.mode, c.relfilenode::bigint
    from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
    where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted and n.nspname = p_schema and c.relkind in ('r', 'p')
      and l.mode not in ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
$$;
comment on function app.held_locks(text) is 'which tables of a schema this transaction keeps others from, and how';

revoke all on function app.run_text(text, text), app.run_script(text, text, text, boolean), app.backfill(regclass, text, text),
    app.print(text), app.made_outside(text), app.held_locks(text) from public;
