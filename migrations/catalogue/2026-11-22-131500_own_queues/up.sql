-- The queue of a tenant's own database is counted here each minute: figures, the overview and the list of jobs ask this
-- before they ask a database, and most need not be asked at all.
-- Runs as tnt_owner with search_path = catalogue.

create table own_queues (
    database_name text not null references databases (name) on delete cascade,
    kind text not null,
    state text not null check (state in ('due', 'scheduled', 'running', 'dead')),
    jobs bigint not null check (jobs > 0),
    oldest timestamptz,
    primary key (database_name, kind, state)
);
comment on table own_queues is 'placement=local; how many jobs stood where in the queue of a tenant''s own database when they were counted last; numbers only';
comment on column own_queues.oldest is 'since when the first of them was due';
grant select, insert, update, delete on own_queues to tnt_platform;

alter table databases add column silent_since timestamptz;
comment on column databases.silent_since is 'since when it does not answer the look of each minute; null for one that does';
