-- A plan says how often one key of a tenant may ask. Runs as tnt_owner with search_path = catalogue.

alter table plan_versions add column rates jsonb not null default '{}';
comment on column plan_versions.rates is 'how often one key may ask in a minute: queries_per_minute, usage_per_minute, schema_per_minute; what is not there is as the installation has it';

create function rates_of(p_tenant uuid) returns jsonb
    language sql stable security definer set search_path = pg_catalog
    as $$
    select v.rates
    from catalogue.tenants t join catalogue.plan_versions v on v.plan = t.plan and v.version = t.plan_version
    where t.id = p_tenant
$$;
comment on function rates_of(uuid) is 'how often a key of the tenant may ask, by its plan; asked together with resolve_host and resolve_tenant';
revoke all on function rates_of(uuid) from public;
grant execute on function rates_of(uuid) to tnt_app, tnt_platform;
