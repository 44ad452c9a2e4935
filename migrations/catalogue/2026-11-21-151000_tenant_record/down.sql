drop function resolve_tenant(uuid);
drop function resolve_host(text);
drop table sign_ups;
drop table provisioning_steps;
drop table provisionings;
drop table former_slugs;
drop index tenants_status;
drop index tenants_plan_of;
drop index tenants_trial_end;
alter table tenants
    drop constraint tenants_plan,
    drop column alias,
    drop column currency,
    drop column date_format,
    drop column time_format,
    drop column features,
    drop column limits,
    drop column product_config,
    drop column trial_ends_at,
    drop column trial_end_told,
    drop column billing_email,
    drop column contact_name,
    drop column contact_email,
    drop column contact_phone,
    drop column version,
    drop column status_before,
    drop column reason_before,
    drop column delete_at,
    drop column status_changed_at;
drop table plans;
create function resolve_host(p_host text, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, p.epoch, t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           coalesce((select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical), d.host)
    from catalogue.domains d join catalogue.tenants t on t.id = d.tenant_id join catalogue.placements p on p.tenant_id = t.id
    where d.host = p_host and t.status <> 'deleted'
$$;
comment on function resolve_host(text) is 'the tenant that a host names; nulls when it names none';

create function resolve_tenant(p_tenant uuid, out tenant_id uuid, out epoch integer, out slug text, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text)
    language sql stable security definer set search_path = pg_catalog
    as $$
    select t.id, p.epoch, t.slug, t.name, t.status, t.status_reason, t.locale, t.timezone,
           (select c.host from catalogue.domains c where c.tenant_id = t.id and c.canonical)
    from catalogue.tenants t join catalogue.placements p on p.tenant_id = t.id
    where t.id = p_tenant and t.status <> 'deleted'
$$;
comment on function resolve_tenant(uuid) is 'the same, for a worker that has the tenant''s id from a row of its own';

grant execute on function resolve_host(text), resolve_tenant(uuid) to tnt_app, tnt_platform;
