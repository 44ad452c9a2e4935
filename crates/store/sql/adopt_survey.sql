-- What the tables are like that somebody wants to adopt: one row of JSON. $1: their numbers; the search_path is pg_catalog, so that every
-- name and type is written whole.
with asked as (select c.*, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = any ($1::bigint[]::oid[])),
bypassing as (select oid from pg_roles where rolsuper or rolbypassrls),
-- Views over views too.
recursive_readers as (
    with recursive reads (view, depth) as (
        select w.ev_class, 1 from pg_depend d join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
        where d.refclassid = 'pg_class'::regclass and d.refobjid in (select oid from asked) and w.ev_class not in (select oid from asked)
        union
        select w.ev_class, r.depth + 1 from reads r
        join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = r.view
        join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid and w.ev_class <> r.view
        where r.depth < 20
    )
    select distinct view from reads
)
select jsonb_build_object(
    'server', current_setting('server_version_num')::int,
    'may_create', has_database_privilege(current_database(), 'create'),
    'login', current_user,
    'bypasses', exists (select from bypassing b where b.oid = current_user::regrole),
    'name_taken', exists (select from pg_namespace n where n.nspname in ('tenantry', 'tenantry_adoption')
        and obj_description(n.oid, 'pg_namespace') is distinct from 'made by tenantry adopt'),
    'readers', (select coalesce(jsonb_agg(jsonb_build_object(
        'schema', n.nspname, 'name', c.relname, 'materialized', c.relkind = 'm',
        'as_invoker', coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false),
        'bypasses', c.relowner in (select oid from bypassing),
        'owned', pg_has_role(c.relowner, 'usage')) order by n.nspname, c.relname), '[]')
        from recursive_readers r join pg_class c on c.oid = r.view join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('v', 'm')),
    'definers', (select coalesce(jsonb_agg(f.oid::regprocedure::text order by f.oid::regprocedure::text), '[]')
        from pg_proc f join pg_namespace n on n.oid = f.pronamespace
        where f.prosecdef and f.proowner in (select oid from bypassing) and n.nspname !~ '^(pg_|information_schema$|tenantry)'
          and exists (select from asked a where position(lower(a.relname) in lower(f.prosrc)) > 0)),
    'tables', (select coalesce(jsonb_agg(jsonb_build_object(
        'oid', a.oid::bigint, 'schema', a.nspname, 'name', a.relname, 'kind', a.relkind, 'temporary', a.relpersistence = 't',
        'foreign_to_you', case
            when a.nspname in ('pg_catalog', 'information_schema', 'pg_toast') then 'PostgreSQL'
            when a.nspname in ('tenantry', 'tenantry_adoption') then 'the adoption itself'
            else (select 'the extension ' || e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
                  where d.classid = 'pg_class'::regclass and d.objid = a.oid and d.deptype = 'e' limit 1) end,
        'inherits', a.relispartition or exists (select from pg_inherits i where a.oid in (i.inhrelid, i.inhparent)),
        'typed', a.reloftype <> 0,
        'owner', case when not pg_has_role(a.relowner, 'usage') then a.relowner::regrole::text end,
        'secured', a.relrowsecurity or a.relforcerowsecurity or exists (select from pg_policy p where p.polrelid = a.oid),
        'rules', (select coalesce(jsonb_agg(w.rulename order by w.rulename), '[]') from pg_rewrite w where w.ev_class = a.oid and w.rulename <> '_RETURN'),
        'identity', case when a.relreplident = 'i' then (select i.indexrelid::regclass::text from pg_index i where i.indrelid = a.oid and i.indisreplident) end,
        'tenant_type', (select format_type(t.atttypid, t.atttypmod) from pg_attribute t where t.attrelid = a.oid and t.attname = 'tenant_id' and not t.attisdropped),
        'rows', greatest(a.reltuples, 0)::bigint,
        'bytes', case when a.relkind in ('r', 'm') then pg_relation_size(a.oid) else 0 end,
        'columns', (select coalesce(jsonb_agg(jsonb_build_object('name', t.attname, 'kind', format_type(t.atttypid, t.atttypmod)) order by t.attnum), '[]')
            from pg_attribute t where t.attrelid = a.oid and t.attnum > 0 and not t.attisdropped),
        'key', (select coalesce(jsonb_agg(jsonb_build_object('name', t.attname, 'kind', format_type(t.atttypid, t.atttypmod)) order by k.place), '[]')
            from pg_constraint x cross join unnest(x.conkey) with ordinality k (number, place)
            join pg_attribute t on t.attrelid = a.oid and t.attnum = k.number where x.conrelid = a.oid and x.contype = 'p'),
        'indexes', (select coalesce(jsonb_agg(jsonb_build_object(
            'name', c.relname, 'method', m.amname, 'unique', i.indisunique, 'constraint', x.contype, 'deferrable', coalesce(x.condeferrable, false),
            'valid', i.indisvalid and i.indisready,
            'comment', coalesce(obj_description(x.oid, 'pg_constraint'), obj_description(c.oid, 'pg_class')),
            'rest', case when starts_with(d.whole, d.head) then substr(d.whole, length(d.head) + 1) end) order by x.contype is distinct from 'p', c.relname), '[]')
            from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
            left join pg_constraint x on x.conindid = i.indexrelid and x.conrelid = a.oid and x.contype in ('p', 'u', 'x')
            cross join lateral (select pg_get_indexdef(i.indexrelid) as whole,
                format('CREATE %sINDEX %I ON %I.%I USING %s (', case when i.indisunique then 'UNIQUE ' else '' end, c.relname, a.nspname, a.relname, m.amname) as head) d
            where i.indrelid = a.oid),
        'foreign', (select coalesce(jsonb_agg(jsonb_build_object(
            'name', x.conname, 'target', x.confrelid::bigint, 'target_schema', n.nspname, 'target_name', c.relname,
            'columns', (select jsonb_agg(t.attname order by k.place) from unnest(x.conkey) with ordinality k (number, place)
                join pg_attribute t on t.attrelid = x.conrelid and t.attnum = k.number),
            'target_columns', (select jsonb_agg(t.attname order by k.place) from unnest(x.confkey) with ordinality k (number, place)
                join pg_attribute t on t.attrelid = x.confrelid and t.attnum = k.number),
            'matching', x.confmatchtype, 'on_delete', x.confdeltype, 'on_update', x.confupdtype,
            'set_columns', (select coalesce(jsonb_agg(t.attname order by t.attnum), '[]')
                from jsonb_array_elements_text(case jsonb_typeof(to_jsonb(x) -> 'confdelsetcols') when 'array' then to_jsonb(x) -> 'confdelsetcols' else '[]' end) s (number)
                join pg_attribute t on t.attrelid = x.conrelid and t.attnum = s.number::int),
            'deferrable', x.condeferrable, 'deferred', x.condeferred, 'validated', x.convalidated,
            'comment', obj_description(x.oid, 'pg_constraint')) order by x.conname), '[]')
            from pg_constraint x join pg_class c on c.oid = x.confrelid join pg_namespace n on n.oid = c.relnamespace
            where x.conrelid = a.oid and x.contype = 'f'),
        'leading_here', (select coalesce(jsonb_agg(distinct x.conrelid::regclass::text), '[]') from pg_constraint x
            where x.confrelid = a.oid and x.contype = 'f' and x.conrelid not in (select oid from asked)),
        'grouping', (select coalesce(jsonb_agg(distinct w.ev_class::regclass::text), '[]') from pg_constraint x
            join pg_depend d on d.refclassid = 'pg_constraint'::regclass and d.refobjid = x.oid and d.classid = 'pg_rewrite'::regclass
            join pg_rewrite w on w.oid = d.objid where x.conrelid = a.oid and x.contype in ('p', 'u')),
        -- Those that fire for any update, whatever columns it is of.
        'triggers', (select coalesce(jsonb_agg(t.tgname order by t.tgname), '[]') from pg_trigger t
            where t.tgrelid = a.oid and not t.tgisinternal and t.tgenabled <> 'D' and t.tgtype & 16 <> 0 and cardinality(t.tgattr::int2[]) = 0),
        'published', (select coalesce(jsonb_agg(p.pubname order by p.pubname), '[]') from pg_publication_tables p
            where p.schemaname = a.nspname and p.tablename = a.relname),
        'emptied_by', (select coalesce(jsonb_agg(distinct case g.grantee when 0 then 'everybody' else g.grantee::regrole::text end), '[]')
            from aclexplode(a.relacl) g where g.privilege_type = 'TRUNCATE' and g.grantee <> a.relowner)
        ) order by a.nspname, a.relname), '[]') from asked a)
) as facts
