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
