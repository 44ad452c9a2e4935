-- What an adoption keeps in the database that it adopts, until it is finished or taken back.
create schema if not exists tenantry_adoption;
comment on schema tenantry_adoption is 'made by tenantry adopt';
create table if not exists tenantry_adoption.adoptions (
    number integer primary key,
    tenant_id uuid not null,
    tenant text not null,
    state text not null,
    tables jsonb not null,
    finish jsonb not null,
    undo jsonb not null,
    begun_at timestamptz not null default now(),
    finished_at timestamptz
);
comment on table tenantry_adoption.adoptions is 'what is adopted, for which tenant, how it ends and how it is taken back';
create table if not exists tenantry_adoption.steps (
    adoption integer not null references tenantry_adoption.adoptions on delete cascade,
    place integer not null,
    step jsonb not null,
    done_at timestamptz,
    last_key jsonb,
    rows_done bigint not null default 0,
    outcome jsonb,
    primary key (adoption, place)
);
comment on table tenantry_adoption.steps is 'each step with the statement that it is; last_key is the last row of the last batch';
