-- What the server and the database still lack of roles, rights and schemas: one row a statement, in order.
-- Only reads. `boot::roles` runs the first row, asks again, and stops when nothing is left: so whatever
-- a managed server refuses can be run by somebody else, and the next try goes on from there.
with me as (
    select current_user::name as name,
           case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end as become,
           -- From 16 on CREATEROLE reaches no further than the roles that one made or was given to administer.
           case when current_setting('server_version_num')::int >= 160000 then 'a superuser, or whoever made these roles,'
                else 'a role with CREATEROLE' end as giver
),
missing (step, who, role, statement) as (
    select 10, 'a role with CREATEROLE', null, format('create role %I nologin', r)
    from unnest(array['tnt_owner', 'tnt_tenant', 'tnt_platform', 'tnt_console', 'tnt_vendor']) r where to_regrole(r) is null
    union all
    select 11, 'a role with CREATEROLE', null, format('create role %I login noinherit', r)
    from unnest(array['tnt_app', 'tnt_platform_app', 'tnt_vendor_app']) r where to_regrole(r) is null
    union all
    select 12, me.giver, null, format('alter role %I noinherit', rolname)
    from me, pg_roles where rolname in ('tnt_app', 'tnt_platform_app', 'tnt_vendor_app') and rolinherit
    union all
    select 20, me.giver, null, format('grant tnt_owner to %I', me.name)
    from me where pg_has_role(me.name, to_regrole('tnt_owner')::oid, me.become) is false
    union all
    select 21, me.giver, null, format('grant %I to %I', r.executor, r.login)
    from me, (values ('tnt_tenant', 'tnt_app'), ('tnt_platform', 'tnt_platform_app'), ('tnt_vendor', 'tnt_vendor_app')) r (executor, login)
    where pg_has_role(to_regrole(r.login)::oid, to_regrole(r.executor)::oid, 'member') is false
    union all
    -- An operator's own value stands; only what was never set is set.
    select 22, me.giver, null, format('alter role %I set %I = %L', r.login, r.key, r.value)
    from me, (values ('tnt_app', 'statement_timeout', '15s'),
                 ('tnt_app', 'idle_in_transaction_session_timeout', '20s'),
                 ('tnt_app', 'lock_timeout', '5s'),
                 ('tnt_vendor_app', 'statement_timeout', '15s'),
                 ('tnt_vendor_app', 'idle_in_transaction_session_timeout', '20s'),
                 ('tnt_vendor_app', 'lock_timeout', '5s'),
                 ('tnt_platform_app', 'statement_timeout', '60s'),
                 ('tnt_platform_app', 'idle_in_transaction_session_timeout', '60s'),
                 ('tnt_platform_app', 'lock_timeout', '5s')) r (login, key, value)
    where to_regrole(r.login) is not null
      and not exists (select from pg_db_role_setting s, unnest(s.setconfig) c
                      where s.setrole = to_regrole(r.login)::oid and split_part(c, '=', 1) = r.key)
    union all
    -- Passing conflicts are told by the server's words, so these must be English.
    select 23, 'a superuser', null, format('alter role %I set lc_messages = ''C''', r)
    from unnest(array['tnt_app', 'tnt_platform_app']) r
    where current_setting('lc_messages') !~* '^(C|POSIX|en)([._].*)?$' and current_setting('lc_messages') <> ''
      and to_regrole(r) is not null
      and not exists (select from pg_db_role_setting s, unnest(s.setconfig) c
                      where s.setrole = to_regrole(r)::oid and split_part(c, '=', 1) = 'lc_messages')
    union all
    select 30, 'the owner of the database', null, format('revoke all on database %I from public', d.datname)
    from pg_database d
    where d.datname = current_database()
      and exists (select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where a.grantee = 0)
    union all
    select 31, 'the owner of the database', null, format('grant connect on database %I to %I', current_database(), r)
    from unnest(array['tnt_app', 'tnt_platform_app', 'tnt_owner', 'tnt_console', 'tnt_vendor_app']) r
    where has_database_privilege(to_regrole(r)::oid, current_database(), 'connect') is false
    union all
    -- Temporary tables are what a move between databases puts keys aside in.
    select 32, 'the owner of the database', null, format('grant create, temporary on database %I to tnt_owner', current_database())
    where has_database_privilege(to_regrole('tnt_owner')::oid, current_database(), 'create') is false
       or has_database_privilege(to_regrole('tnt_owner')::oid, current_database(), 'temporary') is false
    union all
    select 33, 'the owner of the database', null, 'revoke all on schema public from public'
    where exists (select from pg_namespace n, aclexplode(n.nspacl) a where n.nspname = 'public' and a.grantee = 0)
    union all
    select 40, 'tnt_owner', 'tnt_owner', format('create schema %I', n)
    from unnest(array['app', 'catalogue', 'node', 'shared']) n where to_regnamespace(n) is null
    union all
    -- Nobody runs a function that was not granted.
    select 41, 'tnt_owner', 'tnt_owner', 'alter default privileges for role tnt_owner revoke execute on functions from public'
    where not exists (select from pg_default_acl
                      where defaclrole = to_regrole('tnt_owner')::oid and defaclnamespace = 0 and defaclobjtype = 'f')
    union all
    select 42, 'tnt_owner', 'tnt_owner', format('grant usage on schema %I to %I', g.place, g.grantee)
    from (values ('app', 'tnt_app'), ('app', 'tnt_tenant'), ('app', 'tnt_platform'),
                 ('app', 'tnt_vendor_app'), ('app', 'tnt_vendor'),
                 ('catalogue', 'tnt_app'), ('catalogue', 'tnt_platform'),
                 ('node', 'tnt_tenant'), ('node', 'tnt_platform'),
                 ('shared', 'tnt_tenant'), ('shared', 'tnt_vendor')) g (place, grantee)
    where has_schema_privilege(to_regrole(g.grantee)::oid, to_regnamespace(g.place)::oid, 'usage') is false
)
select who, role, statement from missing order by step, statement limit 1
