create or replace function app.tenant_id() returns uuid
    language plpgsql stable parallel safe set search_path = pg_catalog
    as $$
declare
    setting text := current_setting('app.tenant_id', true);
begin
    -- After a transaction that set it, the setting is '' and not null: both must be loud.
    if setting is null or setting = '' then
        raise exception 'tenant context is not set'
            using errcode = 'TN002', hint = 'enter through app.enter_tenant';
    end if;
    return setting::uuid;
end
$$;
drop function app.no_tenant();
