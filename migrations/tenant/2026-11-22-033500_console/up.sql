-- What was asked at the console, and what somebody wants to ask again. Runs as tnt_owner with search_path = the placement's schema.

create table console_runs (
    tenant_id uuid not null,
    id uuid not null,
    actor_kind text not null check (actor_kind in ('user', 'key', 'system')),
    actor_id uuid,
    actor_name text not null,
    query text not null,
    state text not null default 'running' check (state in ('running', 'done', 'refused', 'stopped')),
    row_count integer,
    cut boolean,
    execution_ms integer,
    error text,
    created_at timestamptz not null,
    primary key (tenant_id, id)
);
comment on table console_runs is 'placement=tenant; private; what was asked at the console, by whom, and what came of it: written before it runs, kept for 30 days; the log keeps it for longer';
create index console_runs_of on console_runs (tenant_id, actor_id, created_at desc, id desc);
create index console_runs_created on console_runs (tenant_id, created_at);
call app.place('console_runs', 'tenant');
call app.protect('console_runs');

create table console_queries (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    name text not null,
    query text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, user_id, name),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
comment on table console_queries is 'placement=tenant; private; questions that somebody keeps under a name, for themselves';
call app.place('console_queries', 'tenant');
call app.protect('console_queries', '{select,insert,delete}');

-- Answers of the API hold whatever the API says, to whoever held the key.
comment on table api_answers is 'placement=tenant; private; the answer of a write, kept in the transaction of its effect: the same request gets it again for a day; secrets are not kept';

-- Tables that came before `app.protect` knew of the console.
do $$
declare
    tenants_table regclass;
begin
    for tenants_table in
        select c.oid from pg_catalog.pg_class c
        where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
    loop
        call app.console_reads(tenants_table);
    end loop;
end
$$;
