-- Any resource is counted as people are: used up in a span of time, there, or measured; set aside before it is used; and let through
-- beyond its limit for a while where that was agreed on. Runs as tnt_owner with search_path = the placement's schema.

alter table limits
    add column kind text not null default 'level' check (kind in ('level', 'gauge', 'counter')),
    add column every text check (every in ('hour', 'day', 'month')),
    add column began_at timestamptz,
    add column held bigint not null default 0 check (held >= 0),
    add column grace bigint not null default 0 check (grace >= 0),
    add column grace_days integer not null default 0 check (grace_days >= 0),
    add column grace_until timestamptz,
    add column told smallint not null default 0,
    add constraint limits_every check (kind <> 'counter' or every is not null);
-- What may be updated was granted by column when the table was made.
grant update (kind, every, began_at, held, grace, grace_days, grace_until, told) on limits to tnt_tenant;
call app.console_reads('limits');
comment on column limits.every is 'after what span of the tenant''s own clock a counter begins anew';
comment on column limits.began_at is 'when the span began that used is of; it never goes back';
comment on column limits.held is 'set aside and not used yet';
comment on column limits.hard is 'what was agreed on; the greatest number where nothing is limited';
comment on column limits.grace is 'what is let through beyond hard until grace_until';
comment on column limits.grace_until is 'until when; set when hard is first passed, null below it';
comment on column limits.told is 'the highest threshold, in hundredths of hard, that the tenant was told of; in this span, or since it was below the first';

create table reservations (
    tenant_id uuid not null,
    id uuid not null,
    resource text not null,
    amount bigint not null check (amount > 0),
    used bigint check (used between 0 and amount),
    state text not null check (state in ('held', 'committed', 'released', 'expired')),
    reference text,
    made_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, reference),
    foreign key (tenant_id, resource) references limits (tenant_id, resource) on delete cascade,
    check ((state = 'held') = (ended_at is null)),
    check ((state = 'committed') = (used is not null))
);
comment on table reservations is 'placement=tenant; what an application set aside of a limit, and what became of it; whatever is held is in limits.held';
comment on column reservations.made_by is 'the name of the key or person, as it was then';
comment on column reservations.reference is 'the application''s own name for it: asked for twice it is reserved once';
create index reservations_held on reservations (tenant_id, expires_at) where state = 'held';
create index reservations_ended on reservations (tenant_id, ended_at) where state <> 'held';
create index reservations_resource on reservations (tenant_id, resource, created_at desc, id desc);
call app.place('reservations', 'tenant');
call app.protect('reservations');
