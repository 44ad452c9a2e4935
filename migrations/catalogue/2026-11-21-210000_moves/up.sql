-- Moves of tenants from one place to another, step by step, and the copies that lie where a tenant does not live.

create table moves (
    id uuid primary key,
    tenant_id uuid not null references tenants (id),
    from_kind text not null check (from_kind in ('shared', 'schema', 'database')),
    from_schema text not null,
    to_kind text not null check (to_kind in ('shared', 'schema', 'database')),
    to_schema text,
    state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
    keep_days integer not null check (keep_days between 0 and 90),
    asked_at timestamptz not null,
    asked_by text not null,
    rows_copied bigint,
    tables_done integer,
    tables_all integer,
    compared jsonb,
    pause_microseconds bigint,
    finished_at timestamptz,
    check (from_schema <> to_schema)
);
comment on table moves is 'placement=local; each move of a tenant between schemas: from where, to where, how far and what came of it';
comment on column moves.to_schema is 'null until the place is made';
comment on column moves.compared is 'rows and digest of each table, as they were found alike in both places';
comment on column moves.pause_microseconds is 'how long the tenant''s requests waited while it was handed over';
create unique index moves_open on moves (tenant_id) where state in ('waiting', 'running');
create index moves_tenant on moves (tenant_id, asked_at desc, id desc);
create index moves_done on moves (finished_at desc) where state = 'done';

create table move_steps (
    move_id uuid not null references moves (id),
    step text not null check (step in ('prepare', 'copy', 'compare', 'hand_over')),
    place integer not null,
    state text not null check (state in ('waiting', 'running', 'done', 'failed')),
    attempts integer not null default 0,
    started_at timestamptz,
    finished_at timestamptz,
    error text,
    primary key (move_id, step)
);
comment on table move_steps is 'placement=local; how far a move has come; each step is done again after an interruption';

create table copies (
    tenant_id uuid not null references tenants (id),
    schema_name text not null,
    kind text not null check (kind in ('shared', 'schema', 'database')),
    seen bigint,
    keep_until timestamptz not null,
    primary key (tenant_id, schema_name)
);
comment on table copies is 'placement=local; rows of a tenant where it does not live: being made by a move, or kept after one so that it can be undone';
comment on column copies.seen is 'the copy has all that transactions before this one wrote; null while it is not whole';
comment on column copies.keep_until is 'when it is deleted';
create index copies_end on copies (keep_until);

grant select, insert, update on moves, move_steps to tnt_platform;
grant select, update on copies to tnt_platform;
