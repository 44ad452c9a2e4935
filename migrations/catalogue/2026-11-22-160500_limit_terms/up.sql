-- Why a tenant has a limit of its own, and until when. Runs as tnt_owner with search_path = catalogue.

create table limit_terms (
    tenant_id uuid not null references tenants (id),
    resource text not null,
    reason text not null,
    ends_at timestamptz,
    set_at timestamptz not null,
    set_by text not null,
    end_told boolean not null default false,
    primary key (tenant_id, resource)
);
comment on table limit_terms is 'placement=local; what is to be known of a limit of a tenant''s own; the number itself is in tenants.limits';
comment on column limit_terms.ends_at is 'when the plan''s number holds again; null where it stays';
comment on column limit_terms.set_by is 'who gave it, by name as it was then';
comment on column limit_terms.end_told is 'whether the tenant was told that it ends soon';
create index limit_terms_end on limit_terms (ends_at) where ends_at is not null;
grant select, insert, update, delete on limit_terms to tnt_platform;
