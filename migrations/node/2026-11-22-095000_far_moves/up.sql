-- Moving a tenant between databases: rows go through the process that moves, as text, a handful at a time. What is read
-- here is written there; both ends have these functions. Every connection that calls them writes dates, intervals and
-- numbers the same way, or what is alike would not look alike.

create function app.row_columns(p_schema text, p_table text) returns text[]
    language sql stable set search_path = pg_catalog
    as $$
    select array_agg(case when a.attgenerated = '' then a.attname::text else '' end order by a.attnum)
    from pg_attribute a where a.attrelid = format('%I.%I', p_schema, p_table)::regclass and a.attnum > 0 and not a.attisdropped
$$;
comment on function app.row_columns(text, text) is 'the columns of a table in the order of its row type; an empty name for each that is generated';

create function app.as_line(p_row text, p_columns text[]) returns text
    language sql immutable set search_path = pg_catalog
    as $$
    select format('row(%s)::text', string_agg(case c.name when '' then 'null' else format('%s.%I', p_row, c.name) end, ', ' order by c.place))
    from unnest(p_columns) with ordinality c(name, place)
$$;
comment on function app.as_line(text, text[]) is 'the expression that makes a line of text of these columns, nulls for those without a name';

create function app.bucket_of(p_line text) returns text
    language sql immutable set search_path = pg_catalog
    as $$ select format('(hashtextextended(%s collate "C", 0) & ($2 - 1))::integer', p_line) $$;
comment on function app.bucket_of(text) is 'the expression that says to which of $2 buckets, a power of two, a line belongs: the same one in every database';

create function app.open_rows(p_tenant uuid, p_schema text, p_table text, p_columns text[], p_since bigint) returns text
    language plpgsql set search_path = pg_catalog
    as $$
declare
    lines refcursor;
begin
    open lines for execute format(
        'select %3$s from %1$I.%2$I s where s.tenant_id = $1 and ($2 is null or age(s.xmin) <= age($2))',
        p_schema, p_table, app.as_line('s', p_columns))
        using p_tenant, p_since::text::xid8::xid;
    return lines::text;
end
$$;
comment on function app.open_rows(uuid, text, text, text[], bigint) is 'begins to read the rows of a tenant that were written since a transaction, or all of them, as lines';

create function app.open_keys(p_tenant uuid, p_schema text, p_table text, p_keys text[], p_buckets integer, p_among integer[]) returns text
    language plpgsql set search_path = pg_catalog
    as $$
declare
    lines refcursor;
begin
    open lines for execute format(
        'select %3$s from %1$I.%2$I s where s.tenant_id = $1 and %4$s = any ($3)',
        p_schema, p_table, app.as_line('s', p_keys), app.bucket_of(app.as_line('s', p_keys)))
        using p_tenant, p_buckets, p_among;
    return lines::text;
end
$$;
comment on function app.open_keys(uuid, text, text, text[], integer, integer[]) is 'begins to read the keys of some buckets, as lines';

create function app.open_missing(p_tenant uuid, p_schema text, p_table text, p_keys text[], p_columns text[], p_buckets integer, p_among integer[]) returns text
    language plpgsql set search_path = pg_catalog
    as $$
declare
    lines refcursor;
begin
    open lines for execute format(
        'select %3$s from %1$I.%2$I s where s.tenant_id = $1 and %5$s = any ($3)
            and not exists (select from pg_temp.tenantry_lines l where l.line = %4$s)',
        p_schema, p_table, app.as_line('s', p_columns), app.as_line('s', p_keys), app.bucket_of(app.as_line('s', p_keys)))
        using p_tenant, p_buckets, p_among;
    return lines::text;
end
$$;
comment on function app.open_missing(uuid, text, text, text[], text[], integer, integer[]) is 'begins to read the rows of some buckets whose keys are not among the lines that were put aside';

create function app.next_lines(p_rows text, p_most integer, p_bytes integer) returns text[]
    language plpgsql set search_path = pg_catalog
    as $$
declare
    rows_left refcursor := p_rows;
    line text;
    lines text[] := '{}';
    bytes bigint := 0;
begin
    loop
        fetch rows_left into line;
        exit when not found;
        lines := lines || line;
        bytes := bytes + octet_length(line);
        exit when cardinality(lines) >= p_most or bytes >= p_bytes;
    end loop;
    if lines = '{}' then
        close rows_left;
    end if;
    return lines;
end
$$;
comment on function app.next_lines(text, integer, integer) is 'the next lines of what was opened, no more than so many and so many bytes with the last; none at the end';

create function app.put_aside(p_lines text[]) returns void
    language plpgsql set search_path = pg_catalog
    as $$
begin
    if to_regclass('pg_temp.tenantry_lines') is null then
        create temporary table tenantry_lines (line text) on commit drop;
    end if;
    insert into pg_temp.tenantry_lines select unnest(p_lines);
end
$$;
comment on function app.put_aside(text[]) is 'keeps lines until the transaction ends, or until they are put away';

create function app.put_away() returns void
    language plpgsql set search_path = pg_catalog
    as $$ begin perform app.put_aside('{}'); delete from pg_temp.tenantry_lines; end $$;
comment on function app.put_away() is 'forgets the lines that were put aside';

create function app.write_lines(p_schema text, p_table text, p_keys text[], p_columns text[], p_from text, p_lines text[]) returns bigint
    language plpgsql set search_path = pg_catalog
    as $$
declare
    written bigint;
begin
    -- The row is made once a line, behind the fence of `offset`.
    execute format(
        'insert into %1$I.%2$I (%3$s) select %4$s from (select l.line::%1$I.%2$I as r from %5$s l(line) offset 0) q on conflict (%6$s) do %7$s',
        p_schema, p_table,
        (select string_agg(quote_ident(c), ', ') from unnest(p_columns) c where c <> ''),
        (select string_agg(format('(q.r).%I', c), ', ') from unnest(p_columns) c where c <> ''),
        p_from,
        (select string_agg(quote_ident(k), ', ') from unnest(p_keys) k),
        coalesce('update set ' || (select string_agg(format('%1$I = excluded.%1$I', c), ', ') from unnest(p_columns) c where c <> '' and c <> all (p_keys)), 'nothing'))
        using p_lines;
    get diagnostics written = row_count;
    return written;
end
$$;
comment on function app.write_lines(text, text, text[], text[], text, text[]) is 'writes lines as rows; called by the functions below, which say from where';

create function app.put_rows(p_schema text, p_table text, p_keys text[], p_columns text[], p_lines text[]) returns bigint
    language plpgsql set search_path = pg_catalog
    as $$
begin
    -- A row that refers to another of its table may come before it: they wait for each other.
    if exists (select from pg_constraint f where f.contype = 'f' and f.conrelid = f.confrelid and f.conrelid = format('%I.%I', p_schema, p_table)::regclass) then
        perform app.put_aside(p_lines);
        return cardinality(p_lines);
    end if;
    return app.write_lines(p_schema, p_table, p_keys, p_columns, 'unnest($1)', p_lines);
end
$$;
comment on function app.put_rows(text, text, text[], text[], text[]) is 'writes rows that were read as lines; those of a table that refers to itself wait for the end';

create function app.end_rows(p_schema text, p_table text, p_keys text[], p_columns text[]) returns void
    language plpgsql set search_path = pg_catalog
    as $$
begin
    if exists (select from pg_constraint f where f.contype = 'f' and f.conrelid = f.confrelid and f.conrelid = format('%I.%I', p_schema, p_table)::regclass) then
        perform app.put_aside('{}');
        perform app.write_lines(p_schema, p_table, p_keys, p_columns, 'pg_temp.tenantry_lines', '{}');
        perform app.put_away();
    end if;
end
$$;
comment on function app.end_rows(text, text, text[], text[]) is 'writes the rows that waited for each other';

create function app.key_buckets(p_tenant uuid, p_schema text, p_table text, p_keys text[], p_buckets integer) returns table (bucket integer, digest text)
    language plpgsql stable set search_path = pg_catalog
    as $$
begin
    return query execute format(
        'select %4$s, format(''%%s %%s'', count(*), sum(hashtextextended(k.line collate "C", 1)))
            from (select %3$s as line from %1$I.%2$I s where s.tenant_id = $1 offset 0) k group by 1',
        p_schema, p_table, app.as_line('s', p_keys), app.bucket_of('k.line'))
        using p_tenant, p_buckets;
end
$$;
comment on function app.key_buckets(uuid, text, text, text[], integer) is 'a digest of the keys in each bucket: where two databases differ in it, one has rows that the other lacks';

create function app.drop_others(p_tenant uuid, p_schema text, p_table text, p_keys text[], p_buckets integer, p_among integer[]) returns bigint
    language plpgsql set search_path = pg_catalog
    as $$
declare
    gone bigint;
begin
    perform app.put_aside('{}');
    analyze pg_temp.tenantry_lines;
    execute format(
        'delete from %1$I.%2$I s where s.tenant_id = $1 and %4$s = any ($3)
            and not exists (select from pg_temp.tenantry_lines l where l.line = %3$s)',
        p_schema, p_table, app.as_line('s', p_keys), app.bucket_of(app.as_line('s', p_keys)))
        using p_tenant, p_buckets, p_among;
    get diagnostics gone = row_count;
    return gone;
end
$$;
comment on function app.drop_others(uuid, text, text, text[], integer, integer[]) is 'takes the rows of some buckets out of a copy whose keys are not among the lines that were put aside';

create function app.row_count(p_tenant uuid, p_schema text, p_table text) returns bigint
    language plpgsql stable set search_path = pg_catalog
    as $$
declare
    counted bigint;
begin
    execute format('select count(*) from %I.%I s where s.tenant_id = $1', p_schema, p_table) into counted using p_tenant;
    return counted;
end
$$;
comment on function app.row_count(uuid, text, text) is 'how many rows of a tenant a table has';

create function app.unlike_lines(p_tenant uuid, p_schema text, p_table text, p_keys text[], p_columns text[], p_lines text[]) returns bigint
    language plpgsql stable set search_path = pg_catalog
    as $$
declare
    unlike bigint;
begin
    execute format(
        'select count(*) from (select l.line, l.line::%1$I.%2$I as r from unnest($1) l(line) offset 0) q
            left join %1$I.%2$I t on t.tenant_id = $2 and %3$s where %4$s is distinct from q.line',
        p_schema, p_table,
        (select string_agg(format('t.%1$I = (q.r).%1$I', k), ' and ') from unnest(p_keys) k),
        app.as_line('t', p_columns))
        into unlike using p_lines, p_tenant;
    return unlike;
end
$$;
comment on function app.unlike_lines(uuid, text, text, text[], text[], text[]) is 'how many of these lines are no rows of the table';

revoke all on function app.row_columns(text, text), app.as_line(text, text[]), app.bucket_of(text),
    app.open_rows(uuid, text, text, text[], bigint), app.open_keys(uuid, text, text, text[], integer, integer[]),
    app.open_missing(uuid, text, text, text[], text[], integer, integer[]), app.next_lines(text, integer, integer),
    app.put_aside(text[]), app.put_away(), app.write_lines(text, text, text[], text[], text, text[]),
    app.put_rows(text, text, text[], text[], text[]), app.end_rows(text, text, text[], text[]),
    app.key_buckets(uuid, text, text, text[], integer), app.drop_others(uuid, text, text, text[], integer, integer[]),
    app.row_count(uuid, text, text), app.unlike_lines(uuid, text, text, text[], text[], text[]) from public;
