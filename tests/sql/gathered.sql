-- Tests look at tenants' rows as the superuser, in `shared`. Where a tenant has a schema of its own, its tables become
-- children of those of the same name, so that what is read or changed in `shared` is so in each; and what is written
-- into `shared` goes to where its tenant lives.
create function public.gather() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
declare
    place text;
begin
    select p.schema_name into place from node.placements p where p.tenant_id = new.tenant_id and p.schema_name <> 'shared';
    if place is null then
        return new;
    end if;
    execute format('insert into %I.%I select ($1).*', place, tg_table_name) using new;
    return null;
end
$$;

do $$
declare
    child record;
begin
    for child in select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and exists (select from node.placements p where p.schema_name = n.nspname and p.schema_name <> 'shared')
    loop
        execute format('alter table %I.%I inherit shared.%I', child.nspname, child.relname, child.relname);
        execute format('create or replace trigger gather before insert on shared.%I for each row execute function public.gather()', child.relname);
    end loop;
end
$$;
