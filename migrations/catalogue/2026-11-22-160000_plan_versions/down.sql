-- Every tenant is on its plan as it is now, whatever version it was on.

drop function features_of(uuid);
alter table tenants add column reason_before text;
update tenants t set reason_before = l.reason_before from tenant_life l where l.tenant_id = t.id and l.reason_before is not null;
comment on column tenants.status_before is 'where maintenance, a move or an undone deletion leads back to; its reason is reason_before';
alter table tenant_life drop column reason_before;
alter table tenant_life drop constraint tenant_life_version_before, drop column version_before;
drop index tenants_plan_of;
alter table tenants drop constraint tenants_plan_version, drop column plan_version;
create index tenants_plan_of on tenants (plan);
alter table plans
    add column name text, add column limits jsonb, add column features jsonb,
    add column trial_days integer check (trial_days between 0 and 365),
    add column price_cents bigint check (price_cents >= 0),
    add column currency text;
update plans p
set name = v.name, limits = v.limits, features = v.features, trial_days = v.trial_days, price_cents = v.price_cents, currency = v.currency
from plan_versions v where v.plan = p.key and v.version = p.version;
-- What is deferred is settled before the table is changed again.
set constraints all immediate;
alter table plans
    alter column name set not null, alter column limits set not null, alter column features set not null,
    alter column trial_days set not null, alter column currency set not null,
    drop constraint plans_version, drop constraint plans_retired,
    drop column version, drop column retired_at;
drop table plan_versions;
comment on table plans is 'placement=local; what can be bought: limits, features, trial and price as data';
comment on column plans.limits is 'by resource: users, storage_gb, transactions_per_month, api_calls_per_day, custom_integrations, database_connections';
comment on column plans.price_cents is 'a month, in hundredths of the currency; null where it is agreed on';
create or replace function resolve_host(p_host text, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz, out date_format text, out time_format text, out delete_at timestamptz, out closed_by uuid, out connections integer, out database_name text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, coalesce(p.epoch, 0), t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           coalesce((select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), d.host), t.plan, t.trial_ends_at, t.date_format, t.time_format, t.delete_at, (select l.closed_by from catalogue.tenant_life l where l.tenant_id = t.id),
           (select coalesce(t.limits ->> 'database_connections', b.limits ->> 'database_connections')::integer from catalogue.plans b where b.key = t.plan),
           p.database_name
    from catalogue.domains d join catalogue.tenants t on t.id = d.tenant_id left join catalogue.placements p on p.tenant_id = t.id
    where d.host = p_host and t.status <> 'deleted'
$$;
create or replace function resolve_tenant(p_tenant uuid, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz, out date_format text, out time_format text, out delete_at timestamptz, out closed_by uuid, out connections integer, out database_name text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, coalesce(p.epoch, 0), t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           (select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), t.plan, t.trial_ends_at, t.date_format, t.time_format, t.delete_at, (select l.closed_by from catalogue.tenant_life l where l.tenant_id = t.id),
           (select coalesce(t.limits ->> 'database_connections', b.limits ->> 'database_connections')::integer from catalogue.plans b where b.key = t.plan),
           p.database_name
    from catalogue.tenants t left join catalogue.placements p on p.tenant_id = t.id
    where t.id = p_tenant and t.status <> 'deleted'
$$;
