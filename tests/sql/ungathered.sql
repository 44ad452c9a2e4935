-- Takes back what `gathered.sql` tied together, for tests that move a tenant between places: a move into `shared` writes there.
do $$
declare
    tie record;
begin
    for tie in select i.inhrelid::regclass as child, c.oid::regclass as parent from pg_inherits i
        join pg_class c on c.oid = i.inhparent and c.relkind = 'r' join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'shared'
    loop
        execute format('alter table %s no inherit %s', tie.child, tie.parent);
        execute format('drop trigger if exists gather on %s', tie.parent);
    end loop;
end
$$;
