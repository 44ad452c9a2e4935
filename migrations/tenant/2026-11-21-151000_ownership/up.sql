-- Who is to own the tenant next, until they say yes by the mailed link; and the platform's look at the seats.

create table ownership_offers (
    tenant_id uuid not null,
    id uuid not null,
    from_user uuid not null,
    to_user uuid not null,
    token_hash bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    outcome text check (outcome in ('accepted', 'declined', 'withdrawn', 'replaced')),
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    foreign key (tenant_id, from_user) references users (tenant_id, id),
    foreign key (tenant_id, to_user) references users (tenant_id, id)
);
comment on table ownership_offers is 'placement=tenant; secret; offers of the tenant''s ownership; one at a time';
create unique index ownership_offers_open on ownership_offers (tenant_id) where ended_at is null;
call app.place('ownership_offers', 'tenant');
call app.protect('ownership_offers', '{select,insert,update}');

-- Forced row-level security binds the owner too, as whom app.seats runs: within the context's tenant.
create policy owner_rows on limits for select to tnt_owner using (tenant_id = app.tenant_id());
