-- Runs as tnt_owner with search_path = catalogue.

drop table usage_compared;
delete from usage_recent where days <> 30;
update usage_recent set before = 0 where before is null;
drop index usage_recent_most;
alter table usage_recent drop constraint usage_recent_pkey;
alter table usage_recent alter column before set not null;
alter table usage_recent drop column days;
alter table usage_recent add primary key (meter, tenant_id);
create index usage_recent_most on usage_recent (meter, amount desc);
comment on table usage_recent is 'placement=local; the last 30 days of each tenant in one row a meter, and the 30 before: what all tenants are compared by';
comment on column usage_recent.before is null;
