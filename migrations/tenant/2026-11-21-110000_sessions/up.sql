-- Signing in: secrets apart from people, so that a grant on one is never a grant on the other.

create table credentials (
    tenant_id uuid not null,
    user_id uuid not null,
    password_hash text not null,
    changed_at timestamptz not null,
    primary key (tenant_id, user_id),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
comment on table credentials is 'placement=tenant; secret; Argon2id hashes in PHC form';
call app.place('credentials', 'tenant');
call app.protect('credentials');

create table sessions (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    token_hash bytea not null,
    device text not null,
    address inet,
    keep boolean not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    idle_expires_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
comment on table sessions is 'placement=tenant; secret; signed-in devices: ending one deletes its row';
comment on column sessions.token_hash is 'SHA-256 of the token; the token itself is only in the cookie';
create index sessions_user on sessions (tenant_id, user_id, last_seen_at);
create index sessions_expiry on sessions (tenant_id, expires_at);
call app.place('sessions', 'tenant');
call app.protect('sessions');

create table links (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    purpose text not null check (purpose in ('invitation', 'password_reset')),
    token_hash bytea not null,
    email_folded text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
comment on table links is 'placement=tenant; secret; single-use links that were mailed, bound to their purpose and to the address they went to';
create index links_user on links (tenant_id, user_id, purpose);
call app.place('links', 'tenant');
call app.protect('links');

create table throttles (
    tenant_id uuid not null,
    key text not null,
    hits integer not null,
    window_ends_at timestamptz not null,
    primary key (tenant_id, key)
);
comment on table throttles is 'placement=tenant; secret; how often something was tried in the current window: by account, by network, by address';
create index throttles_expiry on throttles (tenant_id, window_ends_at);
call app.place('throttles', 'tenant');
call app.protect('throttles');

create table known_devices (
    tenant_id uuid not null,
    user_id uuid not null,
    token_hash bytea not null,
    last_used_at timestamptz not null,
    primary key (tenant_id, user_id, token_hash),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
comment on table known_devices is 'placement=tenant; secret; browsers that a person signed in with: they are not locked out by strangers who guess';
call app.place('known_devices', 'tenant');
call app.protect('known_devices');
