-- The audit log: a hash chain a tenant, written by one function in the transaction of the change.

create table audit_heads (
    tenant_id uuid primary key,
    seq bigint not null,
    hash bytea not null
);
comment on table audit_heads is 'placement=tenant; the end of each chain: a cut tail shows; locked by the writer, so that a chain has one order';

create table audit_entries (
    tenant_id uuid not null,
    seq bigint not null,
    id uuid not null,
    at timestamptz not null,
    actor_kind text not null check (actor_kind in ('user', 'key', 'visitor', 'system', 'anonymous')),
    actor_id uuid,
    actor_name text not null,
    action text not null,
    outcome text not null check (outcome in ('done', 'refused')),
    target_kind text not null,
    target_id uuid,
    target_name text not null,
    before jsonb,
    after jsonb,
    address inet,
    device text not null,
    request_id uuid not null,
    previous_hash bytea not null,
    hash bytea not null,
    primary key (tenant_id, seq),
    unique (tenant_id, id)
);
comment on table audit_entries is 'placement=tenant; who did what, on what, when and from where; insert-only, and only through append_audit';
comment on column audit_entries.hash is 'SHA-256 over the previous hash and this row; see audit_hash';
create index audit_at on audit_entries (tenant_id, at desc, seq desc);
create index audit_action on audit_entries (tenant_id, action, at desc, seq desc);
create index audit_actor on audit_entries (tenant_id, actor_id, at desc, seq desc);
create index audit_target on audit_entries (tenant_id, target_id, at desc, seq desc);

call app.place('audit_heads', 'tenant');
call app.place('audit_entries', 'tenant');
call app.protect('audit_heads', '{}');
call app.protect('audit_entries', '{select}');
-- Forced row-level security binds the owner too, as whom append_audit runs: within the context's tenant.
create policy owner_rows on audit_heads for all to tnt_owner using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id());
create policy owner_rows on audit_entries for all to tnt_owner using (tenant_id = app.tenant_id()) with check (tenant_id = app.tenant_id());

-- jsonb_build_array is an unambiguous encoding: two different rows never give the same bytes.
create function audit_hash(e audit_entries) returns bytea
    language sql immutable parallel safe set search_path = pg_catalog
    as $$
    select sha256(e.previous_hash || convert_to(jsonb_build_array(
        e.tenant_id, e.seq, e.id, (extract(epoch from e.at) * 1000000)::bigint, e.actor_kind, e.actor_id, e.actor_name,
        e.action, e.outcome, e.target_kind, e.target_id, e.target_name, e.before, e.after, host(e.address), e.device, e.request_id
    )::text, 'UTF8'))
$$;
comment on function audit_hash(audit_entries) is 'the hash of an entry over all its columns but its own';

-- Made by format(), because a definer function must name its search_path and the placement's schema differs.
do $make$
begin
    execute format($function$
create function append_audit(
    p_id uuid, p_at timestamptz, p_actor_kind text, p_actor_id uuid, p_actor_name text, p_action text, p_outcome text,
    p_target_kind text, p_target_id uuid, p_target_name text, p_before jsonb, p_after jsonb,
    p_address inet, p_device text, p_request_id uuid) returns bigint
    language plpgsql security definer set search_path = %1$I, pg_temp
    as $$
declare
    head audit_heads;
    entry audit_entries;
begin
    insert into audit_heads (tenant_id, seq, hash)
        values (app.tenant_id(), 0, sha256(convert_to('genesis:' || app.tenant_id()::text, 'UTF8')))
        on conflict do nothing;
    select * into strict head from audit_heads where tenant_id = app.tenant_id() for update;
    entry := row(head.tenant_id, head.seq + 1, p_id, p_at, p_actor_kind, p_actor_id, p_actor_name, p_action, p_outcome,
        p_target_kind, p_target_id, p_target_name, p_before, p_after, p_address, p_device, p_request_id, head.hash, ''::bytea);
    entry.hash := audit_hash(entry);
    insert into audit_entries select (entry).*;
    update audit_heads set seq = entry.seq, hash = entry.hash where tenant_id = app.tenant_id();
    return entry.seq;
end
$$
$function$, current_schema());
    execute format($function$
create function append_audits(
    p_at timestamptz, p_actor_kind text, p_actor_id uuid, p_actor_name text, p_action text, p_outcome text, p_target_kind text,
    p_entries jsonb, p_address inet, p_device text, p_request_id uuid) returns bigint
    language plpgsql security definer set search_path = %1$I, pg_temp
    as $$
declare
    head audit_heads;
    entry audit_entries;
    item jsonb;
begin
    insert into audit_heads (tenant_id, seq, hash)
        values (app.tenant_id(), 0, sha256(convert_to('genesis:' || app.tenant_id()::text, 'UTF8')))
        on conflict do nothing;
    select * into strict head from audit_heads where tenant_id = app.tenant_id() for update;
    for item in select value from jsonb_array_elements(p_entries) with ordinality order by ordinality loop
        entry := row(head.tenant_id, head.seq + 1, (item->>'id')::uuid, p_at, p_actor_kind, p_actor_id, p_actor_name, p_action, p_outcome,
            p_target_kind, (item->>'target_id')::uuid, item->>'target_name', nullif(item->'before', 'null'), nullif(item->'after', 'null'),
            p_address, p_device, p_request_id, head.hash, ''::bytea);
        entry.hash := audit_hash(entry);
        insert into audit_entries select (entry).*;
        head.seq := entry.seq;
        head.hash := entry.hash;
    end loop;
    update audit_heads set seq = head.seq, hash = head.hash where tenant_id = app.tenant_id();
    return head.seq;
end
$$
$function$, current_schema());
    execute format($function$
create function verify_audit(out entries bigint, out bad_seq bigint, out reason text)
    language plpgsql stable security definer set search_path = %1$I, pg_temp
    as $$
declare
    entry audit_entries;
    head audit_heads;
    expected bytea := sha256(convert_to('genesis:' || app.tenant_id()::text, 'UTF8'));
begin
    entries := 0;
    for entry in select * from audit_entries where tenant_id = app.tenant_id() order by seq loop
        entries := entries + 1;
        if entry.seq <> entries then bad_seq := entries; reason := 'missing entry'; return; end if;
        if entry.previous_hash <> expected then bad_seq := entries; reason := 'broken link'; return; end if;
        expected := audit_hash(entry);
        if entry.hash <> expected then bad_seq := entries; reason := 'altered entry'; return; end if;
    end loop;
    select * into head from audit_heads where tenant_id = app.tenant_id();
    if coalesce(head.seq, 0) <> entries or (entries > 0 and head.hash <> expected) then
        bad_seq := entries + 1; reason := 'missing end';
    end if;
end
$$
$function$, current_schema());
end
$make$;
comment on function append_audit(uuid, timestamptz, text, uuid, text, text, text, text, uuid, text, jsonb, jsonb, inet, text, uuid) is 'the only way to write the log; the tenant comes from the context';
comment on function append_audits(timestamptz, text, uuid, text, text, text, text, jsonb, inet, text, uuid) is 'the same for one deed done to many: the head of the chain is moved once';
comment on function verify_audit() is 'reads the chain from its start; bad_seq and reason are null when it holds';
grant execute on function append_audit(uuid, timestamptz, text, uuid, text, text, text, text, uuid, text, jsonb, jsonb, inet, text, uuid),
    append_audits(timestamptz, text, uuid, text, text, text, text, jsonb, inet, text, uuid),
    verify_audit() to tnt_tenant;
