-- What leaves the tenant: letters, and events for those who subscribe. Both are rows of the same transaction.

create table letters (
    tenant_id uuid not null,
    id uuid not null,
    recipient text not null,
    recipient_name text not null,
    template text not null,
    subject text not null,
    body_text text,
    body_html text,
    state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
    created_at timestamptz not null,
    sent_at timestamptz,
    last_error text,
    primary key (tenant_id, id)
);
comment on table letters is 'placement=tenant; secret; the outbox; the bodies hold single-use links and are emptied when the letter is sent or given up';
create index letters_created on letters (tenant_id, created_at desc, id);
call app.place('letters', 'tenant');
call app.protect('letters');

create table events (
    tenant_id uuid not null,
    id uuid not null,
    kind text not null,
    subject_id uuid,
    data jsonb not null,
    created_at timestamptz not null,
    primary key (tenant_id, id)
);
comment on table events is 'placement=tenant; what happened, in order, for delivery to those who subscribe; never changed';
create index events_created on events (tenant_id, created_at, id);
call app.place('events', 'tenant');
call app.protect('events', '{select,insert,delete}');
