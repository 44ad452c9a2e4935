-- What applications say was used, known again by its own name. Runs as tnt_owner with search_path = catalogue.

create table usage_events (
    tenant_id uuid not null,
    name text not null check (length(name) between 1 and 100),
    written_at timestamptz not null,
    primary key (tenant_id, name)
);
comment on table usage_events is 'placement=local; what an application said was used and what is in the hours and days already: said again it is written down no more';
comment on column usage_events.name is 'the application''s own name for it';
create index usage_events_old on usage_events (written_at);
grant select, insert, delete on usage_events to tnt_platform;
