-- Databases of tenants' own may be on other servers than the catalogue's: which there are, how they are reached, and how they were found last.
-- Runs as tnt_owner with search_path = catalogue.

alter table nodes add column state text not null default 'open' check (state in ('new', 'open', 'cordoned', 'draining'));
alter table nodes add column address text, add column sealed_owner bytea, add column sealed_reach bytea;
alter table nodes add column room integer check (room between 0 and 10000);
alter table nodes add constraint nodes_address check ((address is null) = (sealed_owner is null) and (address is null) = (sealed_reach is null));
comment on table nodes is 'placement=local; servers that hold databases of tenants'' own; the one without an address is the one that holds this catalogue, which holds what is shared too';
comment on column nodes.state is 'whether more databases are led there';
comment on column nodes.address is 'where it is, as it may be shown: without a login or a password';
comment on column nodes.sealed_owner is 'the address of whoever makes databases there, sealed by a key that no database holds';
comment on column nodes.sealed_reach is 'the addresses of the two logins that serve, sealed alike';
comment on column nodes.room is 'how many databases it may hold; as many as come where it is null';

create table node_looks (
    node_id uuid primary key references nodes (id) on delete cascade,
    looked_at timestamptz not null,
    trouble text,
    server_version text,
    encrypted boolean,
    answer_microseconds bigint,
    clock_apart_milliseconds bigint,
    connections integer,
    connections_most integer,
    bytes bigint
);
comment on table node_looks is 'placement=local; how a server was found when it was looked at last';
comment on column node_looks.trouble is 'why it could not be used then; null where it could';
comment on column node_looks.clock_apart_milliseconds is 'how far its clock is from that of the process that looked';
comment on column node_looks.bytes is 'what the databases of tenants there take, where that may be asked';
grant select, insert, update, delete on node_looks to tnt_platform;

-- By its drawn name, for whoever serves: sealed, so that only a process with the secret learns where it is.
create function reach_of(p_database text, out node_id uuid, out sealed_reach bytea)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select n.id, n.sealed_reach from catalogue.databases d join catalogue.nodes n on n.id = d.node_id where d.name = p_database
$$;
comment on function reach_of(text) is 'how the server of a database of a tenant''s own is reached; nulls for one that is not written down';
revoke all on function reach_of(text) from public;
grant execute on function reach_of(text) to tnt_app, tnt_platform;

alter table provisionings add column node_id uuid references nodes (id) on delete set null;
comment on column provisionings.node_id is 'the server that was chosen for its own database; null where none was';
create index provisionings_node on provisionings (node_id) where node_id is not null;
alter table moves add column from_node uuid references nodes (id) on delete set null, add column to_node uuid references nodes (id) on delete set null;
update moves set from_node = (select n.id from nodes n where n.address is null order by n.created_at limit 1);
comment on column moves.from_node is 'the server that the tenant leaves';
comment on column moves.to_node is 'the server that it is led to; null until one is chosen';
create index moves_from_node on moves (from_node) where from_node is not null;
create index moves_to_node on moves (to_node) where to_node is not null;
