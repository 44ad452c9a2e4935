-- Everybody lives where the catalogue is.

drop view own_places;
drop view own_seats;
drop function resolve_host(text);
drop function resolve_tenant(uuid);
alter table placements drop column seats, drop column people, drop constraint placements_database, drop column database_name;
drop table databases;
create function resolve_host(p_host text, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz, out date_format text, out time_format text, out delete_at timestamptz, out closed_by uuid, out connections integer)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, coalesce(p.epoch, 0), t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           coalesce((select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), d.host), t.plan, t.trial_ends_at, t.date_format, t.time_format, t.delete_at, (select l.closed_by from catalogue.tenant_life l where l.tenant_id = t.id),
           (select coalesce(t.limits ->> 'database_connections', b.limits ->> 'database_connections')::integer from catalogue.plans b where b.key = t.plan)
    from catalogue.domains d join catalogue.tenants t on t.id = d.tenant_id left join catalogue.placements p on p.tenant_id = t.id
    where d.host = p_host and t.status <> 'deleted'
$$;
comment on function resolve_host(text) is 'the tenant that a host names; nulls when it names none';
create function resolve_tenant(p_tenant uuid, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz, out date_format text, out time_format text, out delete_at timestamptz, out closed_by uuid, out connections integer)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, coalesce(p.epoch, 0), t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           (select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), t.plan, t.trial_ends_at, t.date_format, t.time_format, t.delete_at, (select l.closed_by from catalogue.tenant_life l where l.tenant_id = t.id),
           (select coalesce(t.limits ->> 'database_connections', b.limits ->> 'database_connections')::integer from catalogue.plans b where b.key = t.plan)
    from catalogue.tenants t left join catalogue.placements p on p.tenant_id = t.id
    where t.id = p_tenant and t.status <> 'deleted'
$$;
comment on function resolve_tenant(uuid) is 'the same, for a worker that has the tenant''s id from a row of its own';
revoke all on function resolve_host(text), resolve_tenant(uuid) from public;
grant execute on function resolve_host(text), resolve_tenant(uuid) to tnt_app, tnt_platform;
