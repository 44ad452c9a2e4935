-- All tenants are compared over 7, 30 and 90 days, and by how many people used pages. Runs as tnt_owner with search_path = catalogue.

alter table usage_recent add column days smallint not null default 30 check (days in (7, 30, 90));
alter table usage_recent alter column days drop default;
alter table usage_recent alter column before drop not null;
alter table usage_recent drop constraint usage_recent_pkey;
alter table usage_recent add primary key (days, meter, tenant_id);
drop index usage_recent_most;
create index usage_recent_most on usage_recent (days, meter, amount desc);
comment on table usage_recent is 'placement=local; the last 7, 30 and 90 days of each tenant in one row a meter, and as many before: what all tenants are compared by';
comment on column usage_recent.days is 'how many days are added up';
comment on column usage_recent.before is 'the same of as many days before; null where nothing was measured then, or it is not kept that long';

create table usage_compared (
    days smallint not null check (days in (7, 30, 90)),
    tenant_id uuid not null references tenants (id) on delete cascade,
    users bigint,
    users_before bigint,
    active bigint,
    active_before bigint,
    bytes bigint,
    calls bigint,
    calls_before bigint,
    calls_peak bigint,
    requests bigint,
    errors bigint,
    micros bigint,
    probes bigint,
    probes_failed bigint,
    primary key (days, tenant_id)
);
comment on table usage_compared is 'placement=local; of usage_recent what tenants are compared by, one row each: so that thousands are read at once. Null where nothing was measured';
comment on column usage_compared.requests is 'calls and pages together';
comment on column usage_compared.errors is 'of these those that failed by our fault';
comment on column usage_compared.micros is 'how long they took together';
create index usage_compared_tenant on usage_compared (tenant_id);
grant select, insert, update, delete on usage_compared to tnt_platform;
