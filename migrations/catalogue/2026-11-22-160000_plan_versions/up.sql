-- What a plan gives and costs is kept in versions: changing it makes a new one, and tenants stay on theirs until they are moved.
-- Runs as tnt_owner with search_path = catalogue.

create table plan_versions (
    plan text not null references plans (key),
    version integer not null check (version >= 1),
    name text not null,
    limits jsonb not null,
    features jsonb not null,
    trial_days integer not null check (trial_days between 0 and 365),
    price_cents bigint check (price_cents >= 0),
    currency text not null,
    extras jsonb not null default '{}',
    made_at timestamptz not null,
    made_by text not null,
    note text,
    primary key (plan, version)
);
comment on table plan_versions is 'placement=local; the terms of each plan, once for each time that they changed; never changed themselves';
comment on column plan_versions.limits is 'by resource: users, storage_gb, transactions_per_month, api_calls_per_day, custom_integrations, database_connections';
comment on column plan_versions.price_cents is 'a month, in hundredths of the currency; null where it is agreed on';
comment on column plan_versions.extras is 'what more of a resource costs a month: {"users": {"per": 1, "price_cents": 500}}';
comment on column plan_versions.made_by is 'who made it, by name as it was then';
insert into plan_versions (plan, version, name, limits, features, trial_days, price_cents, currency, extras, made_at, made_by)
select key, 1, name, limits, features, trial_days, price_cents, currency,
       -- Only where the prices are still those that came with the product.
       case when currency <> 'USD' then '{}'::jsonb
            when key = 'starter' and price_cents = 2900 then
                '{"users": {"per": 1, "price_cents": 500}, "storage_gb": {"per": 10, "price_cents": 200}, "api_calls_per_day": {"per": 10000, "price_cents": 500}}'
            when key = 'professional' and price_cents = 19900 then
                '{"users": {"per": 1, "price_cents": 400}, "storage_gb": {"per": 100, "price_cents": 1500}, "api_calls_per_day": {"per": 100000, "price_cents": 3000}, "transactions_per_month": {"per": 100000, "price_cents": 1500}, "custom_integrations": {"per": 1, "price_cents": 2500}, "database_connections": {"per": 5, "price_cents": 1000}}'
            else '{}' end,
       now(), 'Tenantry'
from plans;
grant select, insert, update, delete on plan_versions to tnt_platform;

alter table plans add column version integer not null default 1, add column retired_at timestamptz;
alter table plans alter column version drop default;
-- The plan and its first version are written in one transaction.
alter table plans
    add constraint plans_version foreign key (key, version) references plan_versions (plan, version) deferrable initially deferred,
    add constraint plans_retired check (retired_at is null or not offered),
    drop column name, drop column limits, drop column features, drop column trial_days, drop column price_cents, drop column currency;
comment on table plans is 'placement=local; what can be bought; the terms of each are in its versions';
comment on column plans.version is 'the version that whoever comes gets';
comment on column plans.retired_at is 'since when nobody can be put on it; who is on it stays';

-- The default is for rows that are written by hand: each plan has a first version.
alter table tenants add column plan_version integer not null default 1;
alter table tenants add constraint tenants_plan_version foreign key (plan, plan_version) references plan_versions (plan, version);
comment on column tenants.plan_version is 'the version of the plan that it came to, or was moved to';
drop index tenants_plan_of;
create index tenants_plan_of on tenants (plan, plan_version);
alter table tenant_life add column version_before integer;
update tenant_life set version_before = 1 where plan_before is not null;
alter table tenant_life add constraint tenant_life_version_before foreign key (plan_before, version_before) references plan_versions (plan, version);
comment on column tenant_life.version_before is 'the version of that plan';

-- What is read once in a tenant's life stands beside it, and not in the row that is read all the time.
alter table tenant_life add column reason_before text;
insert into tenant_life (tenant_id, reason_before) select id, reason_before from tenants where reason_before is not null
on conflict (tenant_id) do update set reason_before = excluded.reason_before;
alter table tenants drop column reason_before;
comment on column tenants.status_before is 'where maintenance, a move or an undone deletion leads back to; its reason is tenant_life.reason_before';
comment on column tenant_life.reason_before is 'the reason of the state that maintenance, a move or an undone deletion leads back to';

create or replace function resolve_host(p_host text, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz, out date_format text, out time_format text, out delete_at timestamptz, out closed_by uuid, out connections integer, out database_name text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, coalesce(p.epoch, 0), t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           coalesce((select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), d.host), t.plan, t.trial_ends_at, t.date_format, t.time_format, t.delete_at, (select l.closed_by from catalogue.tenant_life l where l.tenant_id = t.id),
           (select coalesce(t.limits ->> 'database_connections', b.limits ->> 'database_connections')::integer from catalogue.plan_versions b where b.plan = t.plan and b.version = t.plan_version),
           p.database_name
    from catalogue.domains d join catalogue.tenants t on t.id = d.tenant_id left join catalogue.placements p on p.tenant_id = t.id
    where d.host = p_host and t.status <> 'deleted'
$$;
create or replace function resolve_tenant(p_tenant uuid, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz, out date_format text, out time_format text, out delete_at timestamptz, out closed_by uuid, out connections integer, out database_name text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, coalesce(p.epoch, 0), t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           (select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), t.plan, t.trial_ends_at, t.date_format, t.time_format, t.delete_at, (select l.closed_by from catalogue.tenant_life l where l.tenant_id = t.id),
           (select coalesce(t.limits ->> 'database_connections', b.limits ->> 'database_connections')::integer from catalogue.plan_versions b where b.plan = t.plan and b.version = t.plan_version),
           p.database_name
    from catalogue.tenants t left join catalogue.placements p on p.tenant_id = t.id
    where t.id = p_tenant and t.status <> 'deleted'
$$;

create function features_of(p_tenant uuid) returns jsonb
    language sql stable security definer set search_path = pg_catalog
    as $$
    select v.features || t.features
    from catalogue.tenants t join catalogue.plan_versions v on v.plan = t.plan and v.version = t.plan_version
    where t.id = p_tenant
$$;
comment on function features_of(uuid) is 'what is switched on for the tenant, by its plan and by itself; asked together with resolve_host and resolve_tenant';
revoke all on function features_of(uuid) from public;
grant execute on function features_of(uuid) to tnt_app, tnt_platform;
