-- The vendor's own migrations as they were given to us, and rollouts: one of them brings every schema of tenants to a version.

create table vendor_migrations (
    version text primary key check (version ~ '^[0-9][0-9-]{7,39}$'),
    name text not null check (length(name) between 1 and 100),
    up_script text not null,
    down_script text,
    given_at timestamptz not null,
    released_at timestamptz
);
comment on table vendor_migrations is 'placement=local; the scripts of the vendor''s folder of migrations; what ran is never changed';
comment on column vendor_migrations.released_at is 'since when new schemas of tenants get it; null before its first rollout and after it was taken back';

create table rollouts (
    id uuid primary key,
    direction text not null check (direction in ('up', 'down')),
    version text not null,
    tenant_id uuid references tenants (id),
    state text not null check (state in ('waiting', 'running', 'paused', 'done', 'failed', 'cancelled')),
    parallel integer not null check (parallel between 1 and 16),
    wave_percent integer not null check (wave_percent between 1 and 100),
    stop_percent integer not null check (stop_percent between 0 and 100),
    asked_at timestamptz not null,
    asked_by text not null,
    begun_at timestamptz,
    finished_at timestamptz,
    why text
);
comment on table rollouts is 'placement=local; each time the vendor''s migrations went over the schemas of tenants: to which version, how, and what came of it';
comment on column rollouts.version is 'the last version that stands afterwards; empty when none does';
comment on column rollouts.tenant_id is 'whose schema alone it was for; null for all schemas';
comment on column rollouts.why is 'why it is paused or failed';
-- One at a time: what comes second waits until the first is over.
create unique index rollouts_open on rollouts ((true)) where state in ('waiting', 'running', 'paused') and tenant_id is null;
create index rollouts_asked on rollouts (asked_at desc, id desc);
create index rollouts_tenant on rollouts (tenant_id, asked_at desc) where tenant_id is not null;

create table rollout_targets (
    rollout_id uuid not null references rollouts (id),
    schema_name text not null,
    tenant_id uuid references tenants (id),
    wave integer not null,
    state text not null check (state in ('waiting', 'running', 'done', 'failed')),
    attempts integer not null default 0,
    not_before timestamptz,
    began_at timestamptz,
    finished_at timestamptz,
    ran jsonb not null default '[]',
    error text,
    primary key (rollout_id, schema_name)
);
comment on table rollout_targets is 'placement=local; the schemas of a rollout, each with what ran in it or why it did not';
comment on column rollout_targets.tenant_id is 'whose schema; null for the shared one and for copies that are kept';
comment on column rollout_targets.wave is '0 the canaries, then one after the other';
comment on column rollout_targets.ran is 'versions and the microseconds they took';
create index rollout_targets_open on rollout_targets (rollout_id, wave, schema_name) where state = 'waiting';
create index rollout_targets_running on rollout_targets (rollout_id) where state = 'running';
create index rollout_targets_failed on rollout_targets (rollout_id, schema_name) where state = 'failed';
create index rollout_targets_tenant on rollout_targets (tenant_id) where tenant_id is not null;

create table drifts (
    schema_name text not null,
    kind text not null,
    object text not null,
    wanted text,
    found text,
    tenant_id uuid references tenants (id),
    looked_at timestamptz not null,
    primary key (schema_name, kind, object)
);
comment on table drifts is 'placement=local; what the last look found in a schema of tenants that the migrations do not make, or not so';
create index drifts_tenant on drifts (tenant_id) where tenant_id is not null;

grant select, insert, update, delete on vendor_migrations, drifts to tnt_platform;
grant select, insert, update on rollouts, rollout_targets to tnt_platform;
