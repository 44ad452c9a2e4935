-- Tenants' tables stand in `shared` and in schemas of tenants' own, all made by the same migrations. One ledger says
-- which of them ran where, so that what is behind is known without looking into each schema.

create table ledger (
    schema_name text not null,
    version text not null,
    ran_at timestamptz not null default now(),
    primary key (schema_name, version)
);
comment on table ledger is 'placement=local; which migration of the tenants'' tables ran in which schema of this node, and when';

-- What ran in `shared` before there was this ledger.
do $$
begin
    if to_regclass('shared.__diesel_schema_migrations') is not null then
        insert into node.ledger (schema_name, version, ran_at)
            select 'shared', m.version, m.run_on from shared.__diesel_schema_migrations m;
        drop table shared.__diesel_schema_migrations;
    end if;
end
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

create function app.behind(p_versions text[]) returns text
    language sql stable security definer set search_path = pg_catalog
    as $$
    select min(b.schema_name) from (
        select l.schema_name from node.ledger l group by l.schema_name
        having count(*) filter (where l.version = any (p_versions)) < cardinality(p_versions)
    ) b
$$;
comment on function app.behind(text[]) is 'a schema in which one of these migrations did not run; null when they ran in all';
revoke all on function app.behind(text[]) from public;
grant execute on function app.behind(text[]) to tnt_app;

-- Runs as who asks: what the platform may read of a schema's counters is that schema's own policy.
create function app.own_seats() returns table (tenant_id uuid, used bigint, hard bigint)
    language plpgsql stable set search_path = pg_catalog rows 100
    as $$
declare
    place record;
begin
    for place in select p.tenant_id, p.schema_name from node.placements p where p.schema_name <> 'shared' loop
        return query execute format(
            'select l.tenant_id, l.used, l.hard from %I.limits l where l.tenant_id = $1 and l.resource = ''users''', place.schema_name)
            using place.tenant_id;
    end loop;
end
$$;
comment on function app.own_seats() is 'how many people the tenants in schemas of their own have and may have';
revoke all on function app.own_seats() from public;
grant execute on function app.own_seats() to tnt_platform;

create view own_seats with (security_invoker = true) as select s.tenant_id, s.used, s.hard from app.own_seats() s;
comment on view own_seats is 'placement=local; the counters of tenants in schemas of their own, for the platform''s list of tenants';
grant select on own_seats to tnt_platform;
create index placements_own on placements (tenant_id) where schema_name <> 'shared';
