drop function app.held_locks(text);
drop function app.made_outside(text);
drop function app.print(text);
drop function app.backfill(regclass, text, text);
drop function app.run_script(text, text, text, boolean);
drop function app.run_text(text, text);
create or replace function app.behind(p_versions text[]) returns text
    language sql stable security definer set search_path = pg_catalog
    as $$
    select min(b.schema_name) from (
        select l.schema_name from node.ledger l group by l.schema_name
        having count(*) filter (where l.version = any (p_versions)) < cardinality(p_versions)
    ) b
$$;
create or replace function app.ledger() returns table (version text)
    language plpgsql stable security definer set search_path = pg_catalog
    as $$
begin
    return query
        select 'node/' || l.version from node.__diesel_schema_migrations l
        union all select 'catalogue/' || l.version from catalogue.__diesel_schema_migrations l
        union all select 'shared/' || l.version from node.ledger l where l.schema_name = 'shared';
end
$$;
revoke select on ledger from tnt_platform;
delete from ledger where family = 'vendor';
alter table ledger drop constraint ledger_pkey;
alter table ledger add primary key (schema_name, version);
alter table ledger drop column took_microseconds, drop column family;
comment on table ledger is 'placement=local; which migration of the tenants'' tables ran in which schema of this node, and when';
