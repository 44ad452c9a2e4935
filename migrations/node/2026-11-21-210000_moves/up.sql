-- Moving a tenant between schemas of this node: who comes while it is handed over is told to wait and holds no
-- connection meanwhile; the copying is done by functions, because the names of schemas and tables vary.

-- No SET clause here: it would undo the local settings at the end of the function. So every name is qualified.
create or replace function app.enter_tenant(p_tenant uuid, p_epoch integer, p_even_closed boolean default false) returns void
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
end
$$;

create function app.tenant_tables(p_schema text) returns table (table_name text, key_columns text[], all_columns text[])
    language plpgsql stable set search_path = pg_catalog
    as $$
declare
    all_tables oid[];
    done oid[] := '{}';
    free oid[];
begin
    select coalesce(array_agg(c.oid), '{}') into all_tables
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = p_schema and c.relkind in ('r', 'p') and not c.relispartition
            and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped);
    while cardinality(done) < cardinality(all_tables) loop
        -- Those that refer only to what is there already, and to themselves.
        select array_agg(t.id order by c.relname) into free
            from unnest(all_tables) t(id) join pg_class c on c.oid = t.id
            where t.id <> all (done) and not exists (
                select from pg_constraint f where f.contype = 'f' and f.conrelid = t.id
                    and f.confrelid <> t.id and f.confrelid = any (all_tables) and f.confrelid <> all (done));
        if free is null then
            raise exception 'tables of % refer to each other in a circle', p_schema;
        end if;
        done := done || free;
    end loop;
    return query
        select c.relname::text,
            (select array_agg(a.attname::text order by k.place) from pg_index i, unnest(i.indkey) with ordinality k(num, place), pg_attribute a
                where i.indrelid = t.id and i.indisprimary and a.attrelid = t.id and a.attnum = k.num),
            (select array_agg(a.attname::text order by a.attname) from pg_attribute a
                where a.attrelid = t.id and a.attnum > 0 and not a.attisdropped and a.attgenerated = '')
        from unnest(done) with ordinality t(id, place) join pg_class c on c.oid = t.id order by t.place;
end
$$;
comment on function app.tenant_tables(text) is 'the tenants'' tables of a schema, with their keys and columns; those that are referred to come before those that refer to them';

create function app.same_key(p_keys text[]) returns text
    language sql immutable set search_path = pg_catalog
    as $$ select string_agg(format('s.%1$I = t.%1$I', k), ' and ') from unnest(p_keys) k $$;
comment on function app.same_key(text[]) is 'the condition that a row s and a row t have one key';

create function app.drop_gone(p_tenant uuid, p_from text, p_to text, p_table text, p_keys text[]) returns bigint
    language plpgsql set search_path = pg_catalog
    as $$
declare
    gone bigint;
begin
    execute format('delete from %1$I.%3$I t where t.tenant_id = $1 and not exists (select from %2$I.%3$I s where s.tenant_id = $1 and %4$s)',
        p_to, p_from, p_table, app.same_key(p_keys)) using p_tenant;
    get diagnostics gone = row_count;
    return gone;
end
$$;
comment on function app.drop_gone(uuid, text, text, text, text[]) is 'takes the rows of a tenant out of a copy that are no longer there where it lives';

create function app.copy_rows(p_tenant uuid, p_from text, p_to text, p_table text, p_keys text[], p_columns text[], p_since bigint) returns bigint
    language plpgsql set search_path = pg_catalog
    as $$
declare
    columns text := (select string_agg(quote_ident(c), ', ') from unnest(p_columns) c);
    changes text := (select string_agg(format('%1$I = excluded.%1$I', c), ', ') from unnest(p_columns) c where c <> all (p_keys));
    written bigint;
begin
    if p_since is null then
        execute format('insert into %1$I.%3$I (%4$s) select %4$s from %2$I.%3$I s where s.tenant_id = $1', p_to, p_from, p_table, columns)
            using p_tenant;
    else
        -- Whoever wrote a row since then has a later number, in the circle in which numbers are counted.
        execute format(
            'insert into %1$I.%3$I (%4$s) select %4$s from %2$I.%3$I s where s.tenant_id = $1 and age(s.xmin) <= age($2)
                on conflict (%5$s) do %6$s',
            p_to, p_from, p_table, columns,
            (select string_agg(quote_ident(k), ', ') from unnest(p_keys) k),
            coalesce('update set ' || changes, 'nothing'))
            using p_tenant, p_since::text::xid8::xid;
    end if;
    get diagnostics written = row_count;
    return written;
end
$$;
comment on function app.copy_rows(uuid, text, text, text, text[], text[], bigint) is 'copies the rows of a tenant that were written since a transaction, or all of them, into another schema';

create function app.copy_missing(p_tenant uuid, p_from text, p_to text, p_table text, p_keys text[], p_columns text[]) returns bigint
    language plpgsql set search_path = pg_catalog
    as $$
declare
    written bigint;
begin
    execute format(
        'insert into %1$I.%3$I (%4$s) select %4$s from %2$I.%3$I s where s.tenant_id = $1
            and not exists (select from %1$I.%3$I t where t.tenant_id = $1 and %5$s)',
        p_to, p_from, p_table, (select string_agg(quote_ident(c), ', ') from unnest(p_columns) c), app.same_key(p_keys))
        using p_tenant;
    get diagnostics written = row_count;
    return written;
end
$$;
comment on function app.copy_missing(uuid, text, text, text, text[], text[]) is 'copies the rows of a tenant that a copy lacks, however old they are';

create function app.row_counts(p_tenant uuid, p_from text, p_to text, p_table text, out here bigint, out there bigint)
    language plpgsql set search_path = pg_catalog
    as $$
begin
    execute format('select (select count(*) from %1$I.%3$I s where s.tenant_id = $1), (select count(*) from %2$I.%3$I t where t.tenant_id = $1)',
        p_from, p_to, p_table) into here, there using p_tenant;
end
$$;
comment on function app.row_counts(uuid, text, text, text) is 'how many rows of a tenant a table has in two schemas';

create function app.analyze_copy(p_schema text, p_table text) returns void
    language plpgsql set search_path = pg_catalog
    as $$ begin execute format('analyze %I.%I', p_schema, p_table); end $$;
comment on function app.analyze_copy(text, text) is 'lets the planner know of a table that was just filled';

create function app.fingerprint(p_tenant uuid, p_schema text, p_table text, p_columns text[], out row_count bigint, out digest text)
    language plpgsql set search_path = pg_catalog
    as $$
begin
    -- A sum does not ask for an order.
    execute format('select count(*), coalesce(sum(hashtextextended(row(%3$s)::text, 0)), 0)::text from %1$I.%2$I s where s.tenant_id = $1',
        p_schema, p_table, (select string_agg(format('s.%I', c), ', ') from unnest(p_columns) c))
        into row_count, digest using p_tenant;
end
$$;
comment on function app.fingerprint(uuid, text, text, text[]) is 'how many rows of a tenant a table has, and a digest of all of them in any order';

create function app.unlike(p_tenant uuid, p_from text, p_to text, p_table text, p_keys text[], p_columns text[], p_since bigint) returns bigint
    language plpgsql set search_path = pg_catalog
    as $$
declare
    counts record;
    changed bigint;
begin
    select c.here, c.there into counts from app.row_counts(p_tenant, p_from, p_to, p_table) c;
    execute format(
        'select count(*) from %1$I.%3$I s left join %2$I.%3$I t on t.tenant_id = $1 and %4$s
            where s.tenant_id = $1 and age(s.xmin) <= age($2) and row(%5$s)::text is distinct from row(%6$s)::text',
        p_from, p_to, p_table, app.same_key(p_keys),
        (select string_agg(format('s.%I', c), ', ') from unnest(p_columns) c),
        (select string_agg(format('t.%I', c), ', ') from unnest(p_columns) c))
        into changed using p_tenant, p_since::text::xid8::xid;
    return changed + abs(counts.here - counts.there);
end
$$;
comment on function app.unlike(uuid, text, text, text, text[], text[], bigint) is 'how many rows of a copy differ, of those written since a transaction; what is older was compared before';

create function app.empty_copy(p_tenant uuid, p_schema text, p_table text) returns bigint
    language plpgsql set search_path = pg_catalog
    as $$
declare
    gone bigint;
begin
    -- Whoever holds the tenant's place does not change it until this ends.
    if exists (select from node.placements p where p.tenant_id = p_tenant and p.schema_name = p_schema for share) then
        raise exception 'the tenant lives in %', p_schema;
    end if;
    execute format('delete from %I.%I where tenant_id = $1', p_schema, p_table) using p_tenant;
    get diagnostics gone = row_count;
    return gone;
end
$$;
comment on function app.empty_copy(uuid, text, text) is 'takes all rows of a tenant out of a schema in which it does not live';

create function app.volume(p_tenant uuid, p_schema text, p_table text, out row_count bigint, out bytes bigint)
    language plpgsql set search_path = pg_catalog
    as $$
begin
    execute format('select count(*), coalesce(sum(pg_column_size(s.*)), 0) from %I.%I s where s.tenant_id = $1', p_schema, p_table)
        into row_count, bytes using p_tenant;
end
$$;
comment on function app.volume(uuid, text, text) is 'how many rows of a tenant a table has, and how many bytes they take';

revoke all on function app.tenant_tables(text), app.same_key(text[]), app.drop_gone(uuid, text, text, text, text[]),
    app.copy_rows(uuid, text, text, text, text[], text[], bigint), app.fingerprint(uuid, text, text, text[]),
    app.copy_missing(uuid, text, text, text, text[], text[]), app.row_counts(uuid, text, text, text), app.analyze_copy(text, text),
    app.unlike(uuid, text, text, text, text[], text[], bigint), app.empty_copy(uuid, text, text), app.volume(uuid, text, text) from public;
