-- A tenant may have a pool of connections to itself: which ones have, and how large, is known where their host is looked up.
-- Runs as tnt_owner with search_path = catalogue.

create table pools (
    tenant_id uuid primary key references tenants (id),
    connections integer not null check (connections between 1 and 1000),
    given_at timestamptz not null
);
comment on table pools is 'placement=local; tenants that have connections of their own in every process, and how many in each';
grant select, insert, update, delete on pools to tnt_platform;

create function pool_of(p_tenant uuid) returns integer
    language sql stable security definer set search_path = pg_catalog
    as $$ select p.connections from catalogue.pools p where p.tenant_id = p_tenant $$;
comment on function pool_of(uuid) is 'how many connections the tenant has to itself in a process; null where it shares them, asked together with resolve_host and resolve_tenant';
revoke all on function pool_of(uuid) from public;
grant execute on function pool_of(uuid) to tnt_app, tnt_platform;
