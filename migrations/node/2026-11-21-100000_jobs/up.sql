-- The queue: a job is written in the transaction of the change that wants it.

create table jobs (
    id uuid primary key,
    tenant_id uuid,
    kind text not null,
    payload jsonb not null default '{}',
    state text not null default 'queued' check (state in ('queued', 'running', 'done', 'dead')),
    run_at timestamptz not null,
    attempts integer not null default 0,
    max_attempts integer not null default 8,
    lease_token uuid,
    lease_until timestamptz,
    last_error text,
    created_at timestamptz not null,
    finished_at timestamptz
);
comment on table jobs is 'placement=local; work to do, claimed with skip locked under a lease; the worker takes the tenant from tenant_id and never from payload';
comment on column jobs.tenant_id is 'null for the platform''s own work';
comment on column jobs.lease_token is 'the fence: whoever lost it can neither finish nor fail the job';
comment on column jobs.last_error is 'why the last attempt failed, without secrets';
create index jobs_ready on jobs (run_at) where state = 'queued';
create index jobs_ready_by_tenant on jobs (tenant_id, run_at) where state = 'queued';
create index jobs_leased on jobs (lease_until) where state = 'running';
create index jobs_finished on jobs (finished_at) where state in ('done', 'dead');

alter table jobs enable row level security;
alter table jobs force row level security;
create policy tenant_rows on jobs for all to tnt_tenant using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id());
create policy tenant_wall on jobs as restrictive for all to tnt_tenant using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id());
create policy platform_work on jobs for all to tnt_platform using (true) with check (true);
-- A tenant may ask for work and look at its own; only the worker moves a job on.
grant select, insert on jobs to tnt_tenant;
grant select, insert, delete on jobs to tnt_platform;
-- By column: nobody gives a job to another tenant.
grant update (kind, payload, state, run_at, attempts, max_attempts, lease_token, lease_until, last_error, finished_at) on jobs to tnt_platform;

-- Forced row-level security binds the owner too, as whom end_job runs: within the context's tenant.
create policy owner_rows on jobs for all to tnt_owner using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id());

create function app.end_job(p_id uuid, p_token uuid, p_state text, p_error text, p_at timestamptz) returns boolean
    language sql volatile security definer set search_path = pg_catalog
    as $$
    with ended as (
        update node.jobs j
        set state = p_state, last_error = p_error, finished_at = p_at, lease_token = null, lease_until = null
        where j.tenant_id = app.tenant_id() and j.id = p_id and j.state = 'running' and j.lease_token = p_token
            and p_state in ('done', 'dead')
        returning 1
    )
    select exists (select from ended)
$$;
comment on function app.end_job(uuid, uuid, text, text, timestamptz) is 'ends a job in the transaction of its effect; false for whoever lost the lease, who must roll back: so an effect happens once';
grant execute on function app.end_job(uuid, uuid, text, text, timestamptz) to tnt_tenant;

create table schedules (
    name text primary key,
    last_slot timestamptz not null
);
comment on table schedules is 'placement=local; the last slot of each cron schedule that was enqueued: one row a schedule, so that a slot runs once over all processes';
grant select, insert, update on schedules to tnt_platform;
