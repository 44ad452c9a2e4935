create schema if not exists tenantry;
comment on schema tenantry is 'made by tenantry adopt';
grant usage on schema tenantry to public;
create or replace function tenantry.no_tenant() returns uuid
    language plpgsql stable parallel safe
    as $$
begin
    raise exception 'no tenant is entered'
        using errcode = 'TN002', hint = 'begin the transaction with: select tenantry.enter(id)';
end
$$;
comment on function tenantry.no_tenant() is 'raises TN002, so that a forgotten tenant is an error and not an empty list';
create or replace function tenantry.tenant_id() returns uuid
    language sql stable parallel safe
    as $$
    select case
        when coalesce(pg_catalog.current_setting('tenantry.tenant_id', true), '') = '' then tenantry.no_tenant()
        else pg_catalog.current_setting('tenantry.tenant_id', true)::pg_catalog.uuid
    end
$$;
comment on function tenantry.tenant_id() is 'the tenant of this transaction';
create or replace function tenantry.enter(p_tenant uuid) returns void
    language plpgsql
    as $$
begin
    if p_tenant is null then
        raise exception 'no tenant is named' using errcode = 'TN002';
    end if;
    perform pg_catalog.set_config('tenantry.tenant_id', p_tenant::text, true);
end
$$;
comment on function tenantry.enter(uuid) is 'the first statement of every transaction: which tenant it is of, until it ends';
grant execute on function tenantry.no_tenant(), tenantry.tenant_id(), tenantry.enter(uuid) to public
