create or replace procedure app.protect(p_table regclass, p_verbs text[] default '{select,insert,update,delete}')
    language plpgsql set search_path = pg_catalog
    as $$
declare
    columns text;
    verb text;
begin
    execute format('alter table %s enable row level security', p_table);
    execute format('alter table %s force row level security', p_table);
    execute format('create policy tenant_rows on %s for all to tnt_tenant using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id())', p_table);
    execute format('create policy tenant_wall on %s as restrictive for all to tnt_tenant using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id())', p_table);
    execute format('create policy owner_moves on %s for all to tnt_owner using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id())', p_table);
    foreach verb in array p_verbs loop
        if verb = 'update' then
            select string_agg(quote_ident(attname), ', ') into columns
                from pg_attribute where attrelid = p_table and attnum > 0 and not attisdropped and attname <> 'tenant_id';
            execute format('grant update (%s) on %s to tnt_tenant', columns, p_table);
        else
            execute format('grant %s on %s to tnt_tenant', verb, p_table);
        end if;
    end loop;
end
$$;
drop function app.console_place();
drop function app.console_gap();
drop function app.console_functions();
drop procedure app.console_reads(regclass);
drop function app.login_tenant();
drop table console_lockdown;
drop table console_logins;
