-- Keys by which programs run the platform. Only their hashes are here.

create table platform_keys (
    id uuid primary key,
    name text not null,
    prefix text not null,
    token_hash bytea not null unique,
    permissions text[] not null,
    created_by uuid,
    created_by_name text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    exposed_at timestamptz,
    replaced_by uuid
);
comment on table platform_keys is 'placement=local; secret; keys of the platform''s API: what each may do, who made it, until when it opens';
comment on column platform_keys.created_by is 'the key never does more than this member of staff may; null when the command line made it';
comment on column platform_keys.last_used_at is 'to the minute';
comment on column platform_keys.exposed_at is 'when it was first seen in the address of a request, where logs keep it';
comment on column platform_keys.replaced_by is 'the key that a rotation put in its place; it opens until expires_at';
create index platform_keys_created on platform_keys (created_at desc, id desc);
grant select, insert, update on platform_keys to tnt_platform;

create function tenant_of_slug(p_slug text) returns uuid
    language sql stable security definer set search_path = pg_catalog
    as $$ select t.id from catalogue.tenants t where t.slug = p_slug and t.status <> 'deleted' $$;
comment on function tenant_of_slug(text) is 'the tenant that a request of the API names by its slug; null when it names none';
grant execute on function tenant_of_slug(text) to tnt_app, tnt_platform;
