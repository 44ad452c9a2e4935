-- Every policy asks for the tenant. The body is taken into the statement itself, which costs nothing; a call
-- with a search_path of its own cost a tenth of a page. Its names are bound when it is made.

create function app.no_tenant() returns uuid
    language plpgsql stable parallel safe
    as $$
begin
    raise exception 'tenant context is not set'
        using errcode = 'TN002', hint = 'enter through app.enter_tenant';
end
$$;
comment on function app.no_tenant() is 'what app.tenant_id() does outside a tenant: raises TN002';
revoke all on function app.no_tenant() from public;
grant execute on function app.no_tenant() to tnt_tenant;

-- A function that keeps a SET clause is not taken in, and `create or replace` keeps none.
create or replace function app.tenant_id() returns uuid
    language sql stable parallel safe
    -- After a transaction that set it, the setting is '' and not null: both must be loud.
    return case
        when coalesce(pg_catalog.current_setting('app.tenant_id', true), '') = '' then app.no_tenant()
        else pg_catalog.current_setting('app.tenant_id', true)::uuid
    end;
