-- What tenants use, measured: by the hour and by the day, and who used it. Runs as tnt_owner with search_path = catalogue.

create table usage_processes (
    id uuid primary key,
    began_at timestamptz not null,
    flushed_at timestamptz not null,
    flushes bigint not null,
    lost bigint not null default 0 check (lost >= 0),
    ended_at timestamptz
);
comment on table usage_processes is 'placement=local; each process that measures, and what it has written down: a flush counts once, by its number';
comment on column usage_processes.flushes is 'how many flushes it wrote down; the next one carries the next number';
comment on column usage_processes.flushed_at is 'when it last wrote, or said that there was nothing to write; where it never ended, something may be missing behind this';
comment on column usage_processes.lost is 'how much it measured and had no room to keep while the database was away';
create index usage_processes_time on usage_processes (flushed_at);

create table usage_hours (
    tenant_id uuid not null,
    meter text not null,
    hour timestamptz not null,
    part smallint not null default 0,
    amount bigint not null,
    primary key (tenant_id, meter, hour, part)
) partition by range (hour);
comment on table usage_hours is 'placement=local; what each tenant used in each hour that begins with a full hour of UTC: sums, and of what goes up and down the most';
comment on column usage_hours.meter is 'what was measured: a word with a point in it is Tenantry''s own, one without is the key of a resource';
comment on column usage_hours.part is 'the piece of a histogram; 0 for everything else';

create table usage_days (
    tenant_id uuid not null,
    meter text not null,
    day date not null,
    part smallint not null default 0,
    amount bigint not null,
    primary key (tenant_id, meter, day, part)
) partition by range (day);
comment on table usage_days is 'placement=local; the same by the day of the tenant''s own clock';

create table usage_shares (
    tenant_id uuid not null,
    day date not null,
    meter text not null,
    kind text not null check (kind in ('user', 'key', 'endpoint')),
    who text not null,
    amount bigint not null,
    primary key (tenant_id, day, meter, kind, who)
) partition by range (day);
comment on table usage_shares is 'placement=local; whose part of it was how much: a person or a key by its id, an endpoint by its pattern';

create table usage_recent (
    tenant_id uuid not null references tenants (id) on delete cascade,
    meter text not null,
    amount bigint not null,
    before bigint not null,
    peak bigint not null,
    primary key (meter, tenant_id)
);
comment on table usage_recent is 'placement=local; the last 30 days of each tenant in one row a meter, and the 30 before: what all tenants are compared by';
comment on column usage_recent.peak is 'the most of one day';
create index usage_recent_most on usage_recent (meter, amount desc);
create index usage_recent_tenant on usage_recent (tenant_id);

grant select, insert, update, delete on usage_processes, usage_hours, usage_days, usage_shares, usage_recent to tnt_platform;

-- Partitions are tables of their owner's: who measures asks for them, and names only months.
create function keep_usage(since date, until date) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    month date := date_trunc('month', since);
    family text;
    made integer := 0;
begin
    if until - since > 400 then
        raise exception 'more than a year at once' using errcode = '22023';
    end if;
    while month <= until loop
        foreach family in array array['usage_hours', 'usage_days', 'usage_shares'] loop
            if to_regclass(format('catalogue.%I', family || to_char(month, '_YYYY_MM'))) is null then
                perform pg_advisory_xact_lock(hashtext('catalogue.keep_usage'));
                -- Somebody else may have made it meanwhile. What an hour of UTC is, no setting of the session changes.
                if to_regclass(format('catalogue.%I', family || to_char(month, '_YYYY_MM'))) is null then
                    execute format('create table catalogue.%I partition of catalogue.%I for values from (%L) to (%L)',
                        family || to_char(month, '_YYYY_MM'), family,
                        to_char(month, 'YYYY-MM-DD') || case when family = 'usage_hours' then ' 00:00:00+00' else '' end,
                        to_char(month + interval '1 month', 'YYYY-MM-DD') || case when family = 'usage_hours' then ' 00:00:00+00' else '' end);
                    execute format('grant select, insert, update, delete on catalogue.%I to tnt_platform', family || to_char(month, '_YYYY_MM'));
                    execute format('comment on table catalogue.%I is %L', family || to_char(month, '_YYYY_MM'), 'placement=local; a month of ' || family);
                    made := made + 1;
                end if;
            end if;
        end loop;
        month := month + interval '1 month';
    end loop;
    return made;
end $$;
comment on function keep_usage(date, date) is 'makes the months from the one of the first day to the one of the last, where they are not there';
revoke all on function keep_usage(date, date) from public;
grant execute on function keep_usage(date, date) to tnt_platform;

-- A month goes whole, once all of it is older than what is kept.
create function drop_usage(hours_before date, days_before date, shares_before date) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    part record;
    gone integer := 0;
begin
    for part in
        select c.relname, p.relname as family, to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' as ends
            from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
            where p.relnamespace = 'catalogue'::regnamespace and p.relname in ('usage_hours', 'usage_days', 'usage_shares')
            order by c.relname
    loop
        if part.ends <= (case part.family when 'usage_hours' then hours_before when 'usage_days' then days_before else shares_before end) then
            execute format('drop table catalogue.%I', part.relname);
            gone := gone + 1;
        end if;
    end loop;
    return gone;
end $$;
comment on function drop_usage(date, date, date) is 'drops the months that end before these days';
revoke all on function drop_usage(date, date, date) from public;
grant execute on function drop_usage(date, date, date) to tnt_platform;

select keep_usage(current_date, current_date + 31);
