-- The whole record of a tenant: plan, settings, contact, where its states lead back to; how far its making
-- has come; which slugs rest; who signed up.

create table plans (
    key text primary key,
    name text not null,
    place integer not null unique,
    limits jsonb not null,
    features jsonb not null,
    trial_days integer not null check (trial_days between 0 and 365),
    price_cents bigint check (price_cents >= 0),
    currency text not null,
    offered boolean not null
);
comment on table plans is 'placement=local; what can be bought: limits, features, trial and price as data';
comment on column plans.limits is 'by resource: users, storage_gb, transactions_per_month, api_calls_per_day, custom_integrations, database_connections';
comment on column plans.price_cents is 'a month, in hundredths of the currency; null where it is agreed on';
comment on column plans.offered is 'whether a tenant may choose it by itself';
insert into plans (key, name, place, limits, features, trial_days, price_cents, currency, offered) values
    ('starter', 'Starter', 1,
     '{"users": 5, "storage_gb": 10, "transactions_per_month": 50000, "api_calls_per_day": 10000, "custom_integrations": 1, "database_connections": 5}',
     '{"api_access": true, "gdpr_compliance": true, "custom_branding": false, "advanced_analytics": false, "custom_domains": false, "custom_integrations": false, "priority_support": false}',
     14, 2900, 'USD', true),
    ('professional', 'Professional', 2,
     '{"users": 50, "storage_gb": 100, "transactions_per_month": 500000, "api_calls_per_day": 100000, "custom_integrations": 5, "database_connections": 20}',
     '{"api_access": true, "gdpr_compliance": true, "custom_branding": true, "advanced_analytics": true, "custom_domains": true, "custom_integrations": true, "priority_support": false}',
     14, 19900, 'USD', true),
    ('enterprise', 'Enterprise', 3,
     '{"users": 1000, "storage_gb": 1000, "transactions_per_month": 5000000, "api_calls_per_day": 1000000, "custom_integrations": 50, "database_connections": 50}',
     '{"api_access": true, "gdpr_compliance": true, "custom_branding": true, "advanced_analytics": true, "custom_domains": true, "custom_integrations": true, "priority_support": true}',
     0, null, 'USD', false);

alter table tenants
    -- The default is for rows that were written before this, or by hand: it means nothing.
    add column alias text not null unique default 't_' || replace(gen_random_uuid()::text, '-', ''),
    add column currency text not null default 'USD',
    add column date_format text not null default '%Y-%m-%d',
    add column time_format text not null default '%H:%M',
    add column features jsonb not null default '{}',
    add column limits jsonb not null default '{}',
    add column product_config jsonb not null default '{}',
    add column trial_ends_at timestamptz,
    add column trial_end_told boolean not null default false,
    add column billing_email text,
    add column contact_name text,
    add column contact_email text,
    add column contact_phone text,
    add column version integer not null default 1,
    add column status_before text check (status_before in ('trial', 'active', 'suspended', 'failed')),
    add column reason_before text,
    add column delete_at timestamptz,
    add column status_changed_at timestamptz not null default now(),
    add constraint tenants_plan foreign key (plan) references plans (key);
comment on column tenants.alias is 'what the API calls schema_name: unique, typed by people, and no name of anything in the database';
comment on column tenants.limits is 'where this tenant differs from its plan, by resource';
comment on column tenants.product_config is 'the product''s own settings of this tenant; never read here';
comment on column tenants.status_before is 'where maintenance, a move or an undone deletion leads back to; its reason is reason_before';
comment on column tenants.version is 'raised by each change, so that a stale edit is noticed';
create index tenants_status on tenants (status, created_at);
create index tenants_plan_of on tenants (plan);
create index tenants_trial_end on tenants (trial_ends_at) where status = 'trial' and not trial_end_told;

create table former_slugs (
    slug text primary key,
    tenant_id uuid not null references tenants (id),
    until timestamptz not null
);
comment on table former_slugs is 'placement=local; slugs that a tenant gave up: nobody else gets them for a while, so that old links lead to nobody';
create index former_slugs_tenant on former_slugs (tenant_id);

create table provisionings (
    tenant_id uuid primary key references tenants (id),
    admin_name text not null,
    admin_email text not null,
    admin_password_hash text,
    primary_color text,
    secondary_color text,
    trial_days integer not null,
    created_at timestamptz not null,
    finished_at timestamptz
);
comment on table provisionings is 'placement=local; secret; what a tenant is to be furnished with; the hash of its owner''s password is emptied when they are in';

create table provisioning_steps (
    tenant_id uuid not null references provisionings (tenant_id),
    step text not null check (step in ('record', 'placement', 'defaults', 'admin_user', 'branding', 'welcome_mail')),
    place integer not null,
    state text not null check (state in ('waiting', 'running', 'done', 'failed')),
    attempts integer not null default 0,
    started_at timestamptz,
    finished_at timestamptz,
    error text,
    primary key (tenant_id, step)
);
comment on table provisioning_steps is 'placement=local; how far the making of a tenant has come; each step is done again after an interruption';
create index provisioning_steps_done on provisioning_steps (step, finished_at desc) where state = 'done';

create table sign_ups (
    id uuid primary key,
    token_hash bytea not null unique,
    email text not null,
    email_folded text not null,
    person_name text not null,
    tenant_name text not null,
    slug text not null,
    locale text not null,
    timezone text not null,
    tenant_id uuid references tenants (id),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
comment on table sign_ups is 'placement=local; secret; strangers who want a tenant, until their address is confirmed';
create index sign_ups_expiry on sign_ups (expires_at);
create index sign_ups_email on sign_ups (email_folded, created_at desc);

-- A tenant that is still being made has no placement yet; its epoch 0 opens nothing.
drop function resolve_host(text);
drop function resolve_tenant(uuid);
create function resolve_host(p_host text, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, coalesce(p.epoch, 0), t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           coalesce((select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), d.host), t.plan, t.trial_ends_at
    from catalogue.domains d join catalogue.tenants t on t.id = d.tenant_id left join catalogue.placements p on p.tenant_id = t.id
    where d.host = p_host and t.status <> 'deleted'
$$;
comment on function resolve_host(text) is 'the tenant that a host names; nulls when it names none';
create function resolve_tenant(p_tenant uuid, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, coalesce(p.epoch, 0), t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           (select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), t.plan, t.trial_ends_at
    from catalogue.tenants t left join catalogue.placements p on p.tenant_id = t.id
    where t.id = p_tenant and t.status <> 'deleted'
$$;
comment on function resolve_tenant(uuid) is 'the same, for a worker that has the tenant''s id from a row of its own';
revoke all on function resolve_host(text), resolve_tenant(uuid) from public;
grant execute on function resolve_host(text), resolve_tenant(uuid) to tnt_app, tnt_platform;

grant select, insert, update, delete on plans, former_slugs, provisionings, provisioning_steps, sign_ups to tnt_platform;
