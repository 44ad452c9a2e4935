-- What tenants ask for beyond what they have, what it costs, and what became of it. Runs as tnt_owner with search_path = catalogue.

create table scalings (
    id uuid primary key,
    tenant_id uuid not null references tenants (id),
    asked_kind text not null check (asked_kind in ('person', 'key', 'platform')),
    asked_id uuid,
    asked_name text not null,
    asked_at timestamptz not null,
    from_limits jsonb not null,
    target jsonb not null,
    plan text not null,
    plan_version integer not null,
    strategy text not null check (strategy in ('immediate', 'next_billing_date')),
    note text,
    billing jsonb not null,
    state text not null check (state in ('asked', 'approved', 'in_progress', 'completed', 'declined', 'withdrawn', 'superseded')),
    decided_by text,
    decided_at timestamptz,
    reason text,
    due_at timestamptz,
    begun_at timestamptz,
    steps jsonb not null default '[]',
    ended_at timestamptz,
    foreign key (plan, plan_version) references plan_versions (plan, version),
    check (state <> 'approved' or due_at is not null),
    check ((state in ('asked', 'approved', 'in_progress')) = (ended_at is null))
);
comment on table scalings is 'placement=local; what tenants asked for beyond what they have, with the price of that moment and what became of it';
comment on column scalings.asked_name is 'who asked, by name as it was then';
comment on column scalings.from_limits is 'by resource, what the tenant might have when it asked';
comment on column scalings.target is 'by resource, what it is to have';
comment on column scalings.plan_version is 'the version of the plan whose prices were taken';
comment on column scalings.billing is 'what it costs more a month and for the rest of this one, in hundredths of the currency; null where it is agreed on';
comment on column scalings.due_at is 'when it is carried out, once it is approved';
comment on column scalings.steps is 'one for each resource: its name, and when the tenant had the new number';
-- One asking at a time: whoever wants something else takes the first one back.
create unique index scalings_open on scalings (tenant_id) where state in ('asked', 'approved', 'in_progress');
create index scalings_of on scalings (tenant_id, asked_at desc);
create index scalings_due on scalings (due_at) where state = 'approved';
create index scalings_undecided on scalings (asked_at) where state = 'asked';
create index scalings_under_way on scalings (begun_at) where state = 'in_progress';
grant select, insert, update on scalings to tnt_platform;
