-- Keys by which programs work in a tenant. Only their hashes are here.

create table api_keys (
    tenant_id uuid not null,
    id uuid not null,
    name text not null,
    prefix text not null,
    token_hash bytea not null,
    permissions text[] not null,
    created_by uuid,
    created_by_name text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    exposed_at timestamptz,
    replaced_by uuid,
    primary key (tenant_id, id),
    unique (tenant_id, token_hash)
);
comment on table api_keys is 'placement=tenant; secret; keys of the API: what each may do, who made it, until when it opens';
comment on column api_keys.prefix is 'the beginning of the key, to be recognised by; the rest is known to whoever keeps it';
comment on column api_keys.token_hash is 'SHA-256 of the key; the key itself was shown once';
comment on column api_keys.created_by is 'the key never does more than this person may; null when the platform''s command line made it';
comment on column api_keys.last_used_at is 'to the minute';
comment on column api_keys.exposed_at is 'when it was first seen in the address of a request, where logs keep it';
comment on column api_keys.replaced_by is 'the key that a rotation put in its place; it opens until expires_at';
create index api_keys_created on api_keys (tenant_id, created_at desc, id desc);
call app.place('api_keys', 'tenant');
call app.protect('api_keys', '{select,insert,update}');
