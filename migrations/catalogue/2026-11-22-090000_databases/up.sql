-- A tenant may live in a database of its own: which one it is stands here, and is known where its host is looked up.
-- Runs as tnt_owner with search_path = catalogue.

create table databases (
    name text primary key check (name ~ '^d_[0-9a-f]{32}$'),
    node_id uuid not null references nodes (id),
    tenant_id uuid not null references tenants (id),
    created_at timestamptz not null
);
comment on table databases is 'placement=local; databases beside the one that holds this catalogue, each for one tenant: where it lives, or a copy that a move made or left. Drawn names: they tell nobody whose they are';
create index databases_tenant on databases (tenant_id);
create index databases_node on databases (node_id);
grant select, insert, update, delete on databases to tnt_platform;

alter table placements add column database_name text references databases (name);
alter table placements add constraint placements_database check ((kind = 'database') = (database_name is not null));
comment on column placements.database_name is 'the database of a tenant that lives in one of its own';
create unique index placements_database_name on placements (database_name);

-- The list of tenants does not ask every database: it shows what was counted last.
alter table placements add column people bigint, add column seats bigint;
comment on column placements.people is 'how many people a tenant in a database of its own had when they were counted last';
comment on column placements.seats is 'how many it may have, as it was then';
create view own_seats with (security_invoker = true) as
    select s.tenant_id, s.used, s.hard from node.own_seats s
    union all
    select p.tenant_id, p.people, p.seats from placements p where p.people is not null;
comment on view own_seats is 'placement=local; the counters of tenants in schemas and databases of their own, for the platform''s list of tenants';
grant select on own_seats to tnt_platform;
create index placements_counted on placements (tenant_id) where people is not null;

-- A rollout takes a database of a tenant's own for one more schema: its lines in the ledger stand under the database's name.
create view own_places with (security_invoker = true) as
    select p.schema_name, p.tenant_id from node.placements p where p.schema_name <> 'shared'
    union all
    select p.database_name, p.tenant_id from placements p where p.database_name is not null;
comment on view own_places is 'placement=local; the schemas and databases that one tenant lives in alone';
grant select on own_places to tnt_platform;

drop function resolve_host(text);
drop function resolve_tenant(uuid);
create function resolve_host(p_host text, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz, out date_format text, out time_format text, out delete_at timestamptz, out closed_by uuid, out connections integer, out database_name text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, coalesce(p.epoch, 0), t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           coalesce((select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), d.host), t.plan, t.trial_ends_at, t.date_format, t.time_format, t.delete_at, (select l.closed_by from catalogue.tenant_life l where l.tenant_id = t.id),
           (select coalesce(t.limits ->> 'database_connections', b.limits ->> 'database_connections')::integer from catalogue.plans b where b.key = t.plan),
           p.database_name
    from catalogue.domains d join catalogue.tenants t on t.id = d.tenant_id left join catalogue.placements p on p.tenant_id = t.id
    where d.host = p_host and t.status <> 'deleted'
$$;
comment on function resolve_host(text) is 'the tenant that a host names; nulls when it names none';
create function resolve_tenant(p_tenant uuid, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz, out date_format text, out time_format text, out delete_at timestamptz, out closed_by uuid, out connections integer, out database_name text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, coalesce(p.epoch, 0), t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           (select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), t.plan, t.trial_ends_at, t.date_format, t.time_format, t.delete_at, (select l.closed_by from catalogue.tenant_life l where l.tenant_id = t.id),
           (select coalesce(t.limits ->> 'database_connections', b.limits ->> 'database_connections')::integer from catalogue.plans b where b.key = t.plan),
           p.database_name
    from catalogue.tenants t left join catalogue.placements p on p.tenant_id = t.id
    where t.id = p_tenant and t.status <> 'deleted'
$$;
comment on function resolve_tenant(uuid) is 'the same, for a worker that has the tenant''s id from a row of its own';
revoke all on function resolve_host(text), resolve_tenant(uuid) from public;
grant execute on function resolve_host(text), resolve_tenant(uuid) to tnt_app, tnt_platform;
