-- Every database is on the catalogue's own server.

alter table moves drop column from_node, drop column to_node;
alter table provisionings drop column node_id;
drop function reach_of(text);
drop table node_looks;
delete from nodes n where n.address is not null and not exists (select from databases d where d.node_id = n.id);
alter table nodes drop constraint nodes_address;
alter table nodes drop column room, drop column sealed_reach, drop column sealed_owner, drop column address, drop column state;
comment on table nodes is 'placement=local; databases that hold placements; the first is the one that holds the catalogue too';
