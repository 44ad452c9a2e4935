-- When it was that what was measured found no room. Runs as tnt_owner with search_path = catalogue.

create table usage_losses (
    process uuid not null references usage_processes (id) on delete cascade,
    number bigint not null,
    since timestamptz not null,
    until timestamptz not null check (until >= since),
    amount bigint not null check (amount > 0),
    primary key (process, number)
);
comment on table usage_losses is 'placement=local; when a process had no room for what it measured, because the database was away for long';
comment on column usage_losses.number is 'the flush with which it was told';
comment on column usage_losses.since is 'when the first found no room';
comment on column usage_losses.until is 'and the last';
create index usage_losses_time on usage_losses (until);
grant select, insert, delete on usage_losses to tnt_platform;
