-- The roles and the schemas, made once by whoever may: a superuser, or the owner of the database with CREATEROLE.
-- Repeatable. Logins come without a password; the caller sets one where the server asks for it.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['tnt_owner', 'tnt_tenant', 'tnt_platform'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
        end if;
    end loop;
    foreach role_name in array array['tnt_app', 'tnt_platform_app'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
            execute format('create role %I login noinherit', role_name);
        end if;
    end loop;
    if not pg_has_role(current_user, 'tnt_owner', 'member') then
        execute format('grant tnt_owner to %I', current_user);
    end if;
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to tnt_app, tnt_platform_app', current_database());
    execute format('grant create, connect on database %I to tnt_owner', current_database());
end
$$;
grant tnt_tenant to tnt_app;
grant tnt_platform to tnt_platform_app;
alter role tnt_app set statement_timeout = '15s';
alter role tnt_app set idle_in_transaction_session_timeout = '20s';
alter role tnt_app set lock_timeout = '5s';
alter role tnt_platform_app set statement_timeout = '60s';
alter role tnt_platform_app set idle_in_transaction_session_timeout = '60s';
alter role tnt_platform_app set lock_timeout = '5s';
revoke all on schema public from public;
set role tnt_owner;
create schema if not exists app;
create schema if not exists catalogue;
create schema if not exists node;
create schema if not exists shared;
-- The two executors: nobody runs a function that was not granted.
alter default privileges for role tnt_owner revoke execute on functions from public;
grant usage on schema app to tnt_app, tnt_tenant, tnt_platform;
grant usage on schema catalogue to tnt_app, tnt_platform;
grant usage on schema node to tnt_tenant, tnt_platform;
grant usage on schema shared to tnt_tenant;
reset role;
