-- The catalogue: which tenants there are, where they live, and which host names which.
-- Runs as tnt_owner with search_path = catalogue. Nothing here belongs to a tenant; no foreign key leaves it.

create table nodes (
    id uuid primary key,
    name text not null unique,
    kind text not null check (kind in ('postgres', 'citus')),
    created_at timestamptz not null
);
comment on table nodes is 'placement=local; databases that hold placements; the first is the one that holds the catalogue too';

create table tenants (
    id uuid primary key,
    slug text not null unique,
    name text not null,
    status text not null check (status in ('provisioning', 'trial', 'active', 'suspended', 'maintenance', 'moving', 'deletion_scheduled', 'deleted', 'failed')),
    status_reason text,
    plan text not null default 'starter',
    locale text not null default 'en-US',
    timezone text not null default 'UTC',
    demo boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
comment on table tenants is 'placement=local; one row a tenant: its name and state, nothing of its people';
comment on column tenants.slug is 'a DNS label; host names come from it';
comment on column tenants.demo is 'made up to look around in: its people''s password is public';
comment on column tenants.status_reason is 'shown to those who meet a suspended or resting tenant';

create table placements (
    tenant_id uuid primary key references tenants (id),
    node_id uuid not null references nodes (id),
    kind text not null check (kind in ('shared', 'schema', 'database')),
    epoch integer not null default 1
);
comment on table placements is 'placement=local; where a tenant lives; the node knows the schema';

create table domains (
    host text primary key,
    tenant_id uuid not null references tenants (id),
    canonical boolean not null,
    created_at timestamptz not null
);
comment on table domains is 'placement=local; host names, in lower case and whole: a host is matched exactly or not at all';
comment on column domains.canonical is 'the one that links are built with';
create unique index domains_canonical on domains (tenant_id) where canonical;
create index domains_tenant on domains (tenant_id);

-- The app's login may read no table: it asks for one host or one tenant and gets one row.
create function resolve_host(p_host text, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, p.epoch, t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           coalesce((select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), d.host)
    from catalogue.domains d join catalogue.tenants t on t.id = d.tenant_id join catalogue.placements p on p.tenant_id = t.id
    where d.host = p_host and t.status <> 'deleted'
$$;
comment on function resolve_host(text) is 'the tenant that a host names; nulls when it names none';

create function resolve_tenant(p_tenant uuid, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, p.epoch, t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           (select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical)
    from catalogue.tenants t join catalogue.placements p on p.tenant_id = t.id
    where t.id = p_tenant and t.status <> 'deleted'
$$;
comment on function resolve_tenant(uuid) is 'the same, for a worker that has the tenant''s id from a row of its own';

grant execute on function resolve_host(text), resolve_tenant(uuid) to tnt_app, tnt_platform;
grant select, insert, update, delete on nodes, tenants, placements, domains to tnt_platform;
