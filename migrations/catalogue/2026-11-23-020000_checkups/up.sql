-- How each tenant was found when it was looked at last. Runs as tnt_owner with search_path = catalogue.

create table checkups (
    tenant_id uuid primary key references tenants (id) on delete cascade,
    health text not null check (health in ('healthy', 'degraded', 'unhealthy')),
    since timestamptz not null,
    checked_at timestamptz not null,
    milliseconds bigint check (milliseconds >= 0),
    people bigint,
    parts jsonb not null,
    trouble text
);
comment on table checkups is 'placement=local; how each tenant was found when it was looked at last: one row a tenant';
comment on column checkups.since is 'since when it has been so';
comment on column checkups.milliseconds is 'how long the look at its rows took; null where they could not be read';
comment on column checkups.people is 'how many people took a seat then; null where that could not be read';
comment on column checkups.parts is 'each part with its state, a sentence and what it was told from';
comment on column checkups.trouble is 'why its rows could not be read, in the database''s words: for the platform alone';
create index checkups_checked on checkups (checked_at);
create index checkups_health on checkups (health);
grant select, insert, update, delete on checkups to tnt_platform;
