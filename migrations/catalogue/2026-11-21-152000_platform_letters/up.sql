-- What staff need beside their rows: how the portal speaks to them, devices they signed in from, and the
-- platform's own outbox, for letters to staff and to whoever has no tenant yet.

alter table staff add column locale text, add column timezone text;
comment on column staff.locale is 'how dates and numbers are written for them; null as everybody''s';

create table staff_devices (
    staff_id uuid not null references staff (id) on delete cascade,
    token_hash bytea not null,
    last_used_at timestamptz not null,
    primary key (staff_id, token_hash)
);
comment on table staff_devices is 'placement=local; secret; browsers that staff signed in from: strangers do not use up their tries';
create index staff_devices_used on staff_devices (last_used_at);

create table letters (
    id uuid primary key,
    recipient text not null,
    recipient_name text not null,
    template text not null,
    subject text not null,
    body_text text,
    body_html text,
    state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
    last_error text,
    created_at timestamptz not null,
    sent_at timestamptz
);
comment on table letters is 'placement=local; secret; the platform''s own outbox; the bodies hold single-use links and go as soon as a letter was sent or given up';
create index letters_created on letters (created_at);

grant select, insert, update, delete on staff_devices, letters to tnt_platform;
