-- Databases may be made in advance, so that a tenant that asks for one does not wait for it.
-- Runs as tnt_owner with search_path = catalogue.

alter table databases alter column tenant_id drop not null;
alter table databases add column ready_at timestamptz;
alter table databases add constraint databases_ready check (ready_at is null or tenant_id is null);
comment on table databases is 'placement=local; databases beside the one that holds this catalogue, each for one tenant: where it lives, a copy that a move made or left, or one that waits for somebody. Drawn names: they tell nobody whose they are';
comment on column databases.tenant_id is 'whose; nobody''s yet where it was made in advance';
comment on column databases.ready_at is 'since when one that was made in advance is whole';
create index databases_in_advance on databases (node_id, ready_at) where tenant_id is null;
