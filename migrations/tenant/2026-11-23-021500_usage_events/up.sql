-- What applications say was used, known again by its own name. Runs as tnt_owner with search_path = the placement's schema.

create table usage_events (
    tenant_id uuid not null,
    name text not null check (length(name) between 1 and 100),
    counted_at timestamptz not null,
    primary key (tenant_id, name)
);
comment on table usage_events is 'placement=tenant; what an application said was used and what is in the counters already: said again it counts no more';
comment on column usage_events.name is 'the application''s own name for it';
create index usage_events_old on usage_events (tenant_id, counted_at);
call app.place('usage_events', 'tenant');
call app.protect('usage_events');
