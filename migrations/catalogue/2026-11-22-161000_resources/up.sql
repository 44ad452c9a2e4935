-- What is limited is data. Runs as tnt_owner with search_path = catalogue.

create table resources (
    key text primary key check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    name text not null,
    unit text not null,
    kind text not null check (kind in ('counter', 'level', 'gauge')),
    every text check (every in ('hour', 'day', 'month')),
    grace_percent integer not null default 0 check (grace_percent between 0 and 100),
    grace_days integer not null default 0 check (grace_days between 0 and 90),
    default_limit bigint check (default_limit >= 0),
    built_in boolean not null default false,
    place integer not null,
    created_at timestamptz not null,
    retired_at timestamptz,
    check ((kind = 'counter') = (every is not null))
);
comment on table resources is 'placement=local; what tenants use and what is limited: six that come with the product, and those that a vendor registers';
comment on column resources.every is 'after what span of the tenant''s own clock a counter begins anew';
comment on column resources.grace_percent is 'what may be used beyond the limit for grace_days, in hundredths of it';
comment on column resources.default_limit is 'what a tenant may have whose plan says nothing; null where nothing is limited then';
comment on column resources.retired_at is 'from when on it is not counted any more; its key stays taken';
grant select, insert, update on resources to tnt_platform;
insert into resources (key, name, unit, kind, every, built_in, place, created_at) values
    ('users', 'People', 'people', 'level', null, true, 1, now()),
    ('storage_gb', 'Storage', 'GB', 'gauge', null, true, 2, now()),
    ('api_calls_per_day', 'API calls a day', 'calls', 'counter', 'day', true, 3, now()),
    ('transactions_per_month', 'Transactions a month', 'transactions', 'counter', 'month', true, 4, now()),
    ('database_connections', 'Database connections', 'connections', 'gauge', null, true, 5, now()),
    ('custom_integrations', 'Integrations of its own', 'integrations', 'level', null, true, 6, now());
