-- People, their roles and their seats. Runs as tnt_owner with search_path = the placement's schema,
-- unchanged in every placement: every key starts with tenant_id.

create table brands (
    tenant_id uuid primary key,
    primary_color text not null check (primary_color ~ '^#[0-9a-f]{6}$'),
    secondary_color text check (secondary_color ~ '^#[0-9a-f]{6}$'),
    updated_at timestamptz not null
);
comment on table brands is 'placement=tenant; how the portal looks for a tenant';
call app.place('brands', 'tenant');
call app.protect('brands');

create table limits (
    tenant_id uuid not null,
    resource text not null,
    used bigint not null default 0 check (used >= 0),
    hard bigint not null check (hard >= 0),
    primary key (tenant_id, resource)
);
comment on table limits is 'placement=tenant; a counter and its limit a resource; reserved by one statement, so that it holds under concurrency';
call app.place('limits', 'tenant');
call app.protect('limits');

create table roles (
    tenant_id uuid not null,
    id uuid not null,
    name text not null,
    name_folded text not null,
    description text not null default '',
    permissions text[] not null,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, name_folded)
);
comment on table roles is 'placement=tenant; custom roles as sets of permission keys; the six built-in ones are code';
call app.place('roles', 'tenant');
call app.protect('roles');

create table users (
    tenant_id uuid not null,
    id uuid not null,
    email text not null,
    email_folded text not null,
    name text not null,
    name_folded text not null,
    status text not null check (status in ('invited', 'active', 'suspended', 'inactive', 'removed')),
    role text not null check (role in ('owner', 'admin', 'manager', 'analyst', 'member', 'viewer', 'custom')),
    role_id uuid,
    department text,
    department_folded text,
    location text,
    phone text,
    fields jsonb not null default '{}',
    locale text,
    timezone text,
    notify_email boolean not null default true,
    notify_in_app boolean not null default true,
    invited_by uuid,
    invited_at timestamptz,
    last_sign_in_at timestamptz,
    removed_at timestamptz,
    status_before text,
    status_reason text,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, role_id) references roles (tenant_id, id) on delete restrict,
    check ((role = 'custom') = (role_id is not null))
);
comment on table users is 'placement=tenant; people; a removed one keeps the row so that it can be undone and so that the audit log''s names stay true';
comment on column users.email_folded is 'the address in lower case: what is unique and what is searched, because a policy keeps lower() from an index';
comment on column users.name_folded is 'the name in lower case without accents, for sorting and search';
comment on column users.fields is 'free fields of the tenant''s own: text by text';
comment on column users.version is 'raised by every change; a form that carries an older one is answered with both versions';
comment on column users.status_before is 'what a removed or suspended person returns to';
comment on column users.status_reason is 'why a person is suspended, in the words of whoever did it; shown to those who manage people';
create unique index users_email on users (tenant_id, email_folded) where status <> 'removed';
create index users_name on users (tenant_id, name_folded, id) where status <> 'removed';
create index users_status_name on users (tenant_id, status, name_folded, id);
create index users_created on users (tenant_id, created_at, id) where status <> 'removed';
create index users_last_sign_in on users (tenant_id, last_sign_in_at desc nulls last, id) where status <> 'removed';
create index users_role_name on users (tenant_id, role, name_folded, id) include (status) where status <> 'removed';
create index users_role_id on users (tenant_id, role_id, name_folded, id) include (status) where role_id is not null;
create index users_department on users (tenant_id, department_folded, name_folded, id) include (status, department) where status <> 'removed';
call app.place('users', 'tenant');
call app.protect('users');

create table user_words (
    tenant_id uuid not null,
    user_id uuid not null,
    word text not null,
    status text not null,
    primary key (tenant_id, user_id, word),
    foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
);
comment on table user_words is 'placement=tenant; the words of a name and of an address, folded: found by their beginning with ^@, which is leakproof and so reaches the index under a policy';
comment on column user_words.status is 'the person''s own, kept beside the word so that a search is counted by status without a look at the people';
create index user_words_prefix on user_words (tenant_id, word text_pattern_ops, user_id) include (status);
call app.place('user_words', 'tenant');
call app.protect('user_words');

create table user_counts (
    tenant_id uuid primary key,
    invited bigint not null default 0 check (invited >= 0),
    active bigint not null default 0 check (active >= 0),
    suspended bigint not null default 0 check (suspended >= 0),
    inactive bigint not null default 0 check (inactive >= 0)
);
comment on table user_counts is 'placement=tenant; how many people there are by status, moved by whatever changes a status: counting 100,000 rows for every page would cost more than the page';
call app.place('user_counts', 'tenant');
call app.protect('user_counts');

create table imports (
    tenant_id uuid not null,
    id uuid not null,
    created_by uuid not null,
    file_name text not null,
    content text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id)
);
comment on table imports is 'placement=tenant; an uploaded list of people between its dry run and its confirmation; emptied by confirming, and after a day';
create index imports_created on imports (tenant_id, created_at);
call app.place('imports', 'tenant');
call app.protect('imports', '{select,insert,delete}');
