-- Staff: who runs the platform, their sessions and links, what they did, and how often something was tried
-- at the platform's door. Read and written by the platform's login alone: the tenants' login sees none of it.

create table staff (
    id uuid primary key,
    email text not null,
    email_folded text not null unique,
    name text not null,
    role text not null check (role in ('owner', 'operator', 'analyst')),
    status text not null check (status in ('invited', 'active', 'suspended')),
    version integer not null default 1,
    last_sign_in_at timestamptz,
    created_at timestamptz not null
);
comment on table staff is 'placement=local; who runs the platform; nobody of a tenant';

create table staff_credentials (
    staff_id uuid primary key references staff (id) on delete cascade,
    password_hash text not null,
    changed_at timestamptz not null
);
comment on table staff_credentials is 'placement=local; secret; Argon2id hashes in PHC form';

create table staff_sessions (
    id uuid primary key,
    staff_id uuid not null references staff (id) on delete cascade,
    token_hash bytea not null unique,
    device text not null,
    address inet,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    idle_expires_at timestamptz not null,
    expires_at timestamptz not null
);
comment on table staff_sessions is 'placement=local; secret; signed-in devices of staff: ending one deletes its row';
create index staff_sessions_staff on staff_sessions (staff_id, last_seen_at);
create index staff_sessions_expiry on staff_sessions (expires_at);

create table staff_links (
    id uuid primary key,
    staff_id uuid not null references staff (id) on delete cascade,
    purpose text not null check (purpose in ('invitation', 'password_reset')),
    token_hash bytea not null unique,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
comment on table staff_links is 'placement=local; secret; single-use links, bound to their purpose';
create index staff_links_staff on staff_links (staff_id, purpose);

create table throttles (
    key text primary key,
    hits integer not null,
    window_ends_at timestamptz not null
);
comment on table throttles is 'placement=local; secret; how often something was tried at the platform''s door in the current window';
create index throttles_expiry on throttles (window_ends_at);

create table audit_heads (
    chain text primary key check (chain = 'platform'),
    seq bigint not null,
    hash bytea not null
);
comment on table audit_heads is 'placement=local; the end of the chain: a cut tail shows';

create table audit_entries (
    seq bigint primary key,
    id uuid not null unique,
    at timestamptz not null,
    actor_kind text not null check (actor_kind in ('staff', 'key', 'system', 'anonymous')),
    actor_id uuid,
    actor_name text not null,
    action text not null,
    outcome text not null check (outcome in ('done', 'refused')),
    tenant_id uuid,
    target_kind text not null,
    target_id uuid,
    target_name text not null,
    before jsonb,
    after jsonb,
    address inet,
    device text not null,
    request_id uuid not null,
    previous_hash bytea not null,
    hash bytea not null
);
comment on table audit_entries is 'placement=local; what was done on the platform, by whom, when and from where; insert-only, and only through append_audit';
comment on column audit_entries.tenant_id is 'the tenant that it was about; a tenant reads its own entries in its own log';
create index audit_entries_at on audit_entries (at desc, seq desc);
create index audit_entries_tenant on audit_entries (tenant_id, at desc, seq desc);
create index audit_entries_actor on audit_entries (actor_id, at desc, seq desc);
create index audit_entries_action on audit_entries (action, at desc, seq desc);

create function audit_hash(e audit_entries) returns bytea
    language sql immutable parallel safe set search_path = pg_catalog
    as $$
    select sha256(e.previous_hash || convert_to(jsonb_build_array(
        e.seq, e.id, (extract(epoch from e.at) * 1000000)::bigint, e.actor_kind, e.actor_id, e.actor_name, e.action, e.outcome,
        e.tenant_id, e.target_kind, e.target_id, e.target_name, e.before, e.after, host(e.address), e.device, e.request_id
    )::text, 'UTF8'))
$$;
comment on function audit_hash(audit_entries) is 'the hash of an entry over all its columns but its own';

create function append_audit(
    p_id uuid, p_at timestamptz, p_actor_kind text, p_actor_id uuid, p_actor_name text, p_action text, p_outcome text, p_tenant uuid,
    p_target_kind text, p_target_id uuid, p_target_name text, p_before jsonb, p_after jsonb,
    p_address inet, p_device text, p_request_id uuid) returns bigint
    language plpgsql security definer set search_path = pg_catalog
    as $$
declare
    head catalogue.audit_heads;
    entry catalogue.audit_entries;
begin
    insert into catalogue.audit_heads (chain, seq, hash) values ('platform', 0, sha256(convert_to('genesis:platform', 'UTF8')))
        on conflict do nothing;
    select * into strict head from catalogue.audit_heads where chain = 'platform' for update;
    entry := row(head.seq + 1, p_id, p_at, p_actor_kind, p_actor_id, p_actor_name, p_action, p_outcome, p_tenant,
        p_target_kind, p_target_id, p_target_name, p_before, p_after, p_address, p_device, p_request_id, head.hash, ''::bytea);
    entry.hash := catalogue.audit_hash(entry);
    insert into catalogue.audit_entries select (entry).*;
    update catalogue.audit_heads set seq = entry.seq, hash = entry.hash where chain = 'platform';
    return entry.seq;
end
$$;
comment on function append_audit(uuid, timestamptz, text, uuid, text, text, text, uuid, text, uuid, text, jsonb, jsonb, inet, text, uuid) is 'the only way to write the platform''s log';

create function verify_audit(out entries bigint, out bad_seq bigint, out reason text)
    language plpgsql stable security definer set search_path = pg_catalog
    as $$
declare
    entry catalogue.audit_entries;
    head catalogue.audit_heads;
    expected bytea := sha256(convert_to('genesis:platform', 'UTF8'));
begin
    entries := 0;
    for entry in select * from catalogue.audit_entries order by seq loop
        entries := entries + 1;
        if entry.seq <> entries then bad_seq := entries; reason := 'missing entry'; return; end if;
        if entry.previous_hash <> expected then bad_seq := entries; reason := 'broken link'; return; end if;
        expected := catalogue.audit_hash(entry);
        if entry.hash <> expected then bad_seq := entries; reason := 'altered entry'; return; end if;
    end loop;
    select * into head from catalogue.audit_heads where chain = 'platform';
    if coalesce(head.seq, 0) <> entries or (entries > 0 and head.hash <> expected) then
        bad_seq := entries + 1; reason := 'missing end';
    end if;
end
$$;
comment on function verify_audit() is 'reads the chain from its start; bad_seq and reason are null when it holds';

grant select, insert, update, delete on staff, staff_credentials, staff_sessions, staff_links, throttles to tnt_platform;
grant select on audit_entries to tnt_platform;
grant execute on function append_audit(uuid, timestamptz, text, uuid, text, text, text, uuid, text, uuid, text, jsonb, jsonb, inet, text, uuid), verify_audit() to tnt_platform;
