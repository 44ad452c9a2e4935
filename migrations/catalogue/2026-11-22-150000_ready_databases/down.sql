-- Every database is somebody's. Those that were made in advance stay on their servers, and nobody knows of them.

delete from node.ledger where schema_name in (select d.name from databases d where d.tenant_id is null);
delete from databases where tenant_id is null;
drop index databases_in_advance;
alter table databases drop constraint databases_ready, drop column ready_at;
alter table databases alter column tenant_id set not null;
comment on table databases is 'placement=local; databases beside the one that holds this catalogue, each for one tenant: where it lives, or a copy that a move made or left. Drawn names: they tell nobody whose they are';
