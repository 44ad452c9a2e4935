-- Visits: somebody of the platform in this tenant, for support. Asked for, decided, begun, ended; each page
-- that was read. Staff are no people of the tenant, so nothing here leads to users.

create table visits (
    tenant_id uuid not null,
    id uuid not null,
    staff_id uuid not null,
    staff_name text not null,
    staff_email text not null,
    staff_role text not null,
    reason text not null,
    hours integer not null check (hours between 1 and 72),
    reach text not null check (reach in ('read', 'write')),
    state text not null check (state in ('asked', 'approved', 'declined', 'running', 'ended', 'expired')),
    asked_at timestamptz not null,
    decided_at timestamptz,
    decided_by uuid,
    decided_name text,
    ticket_hash bytea,
    ticket_expires_at timestamptz,
    token_hash bytea,
    begins_at timestamptz,
    expires_at timestamptz not null,
    ended_at timestamptz,
    ended_by uuid,
    ended_name text,
    primary key (tenant_id, id),
    unique (tenant_id, ticket_hash),
    unique (tenant_id, token_hash)
);
comment on table visits is 'placement=tenant; secret; who of the platform asked to enter, who let them in, until when; ending one takes its token';
comment on column visits.expires_at is 'of one that waits: when the asking lapses; of one that was decided: its end';
comment on column visits.decided_by is 'who of the tenant; null where its policy decided';
comment on column visits.ended_by is 'who of the tenant; null where the visitor left';
create index visits_asked on visits (tenant_id, asked_at desc, id desc);
create index visits_open on visits (tenant_id, state, expires_at);
call app.place('visits', 'tenant');
call app.protect('visits');

create table visit_pages (
    tenant_id uuid not null,
    visit_id uuid not null,
    request_id uuid not null,
    at timestamptz not null,
    method text not null,
    route text not null,
    path text not null,
    primary key (tenant_id, visit_id, request_id),
    foreign key (tenant_id, visit_id) references visits (tenant_id, id)
);
comment on table visit_pages is 'placement=tenant; what a visitor read or sent, one row a request, written in the transaction that read it; never changed';
create index visit_pages_at on visit_pages (tenant_id, visit_id, at desc, request_id desc);
call app.place('visit_pages', 'tenant');
call app.protect('visit_pages', '{select,insert}');

create table visit_policies (
    tenant_id uuid primary key,
    policy text not null check (policy in ('ask_first', 'allow')),
    version integer not null default 1,
    changed_at timestamptz not null
);
comment on table visit_policies is 'placement=tenant; what the tenant says to those who ask to enter; without a row it is asked first';
call app.place('visit_policies', 'tenant');
call app.protect('visit_policies', '{select,insert,update}');
