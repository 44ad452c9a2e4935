drop function resolve_tenant(uuid);
drop function resolve_host(text);
drop table domains;
drop table placements;
drop table tenants;
drop table nodes;
