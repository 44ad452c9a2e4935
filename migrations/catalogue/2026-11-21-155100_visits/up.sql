-- Where staff have asked to enter, so that taking somebody off the staff ends their visits everywhere. What
-- was asked and decided is the tenant's own and not here.

create table visits (
    id uuid primary key,
    staff_id uuid not null references staff (id) on delete cascade,
    tenant_id uuid not null references tenants (id) on delete cascade,
    asked_at timestamptz not null
);
comment on table visits is 'placement=local; which tenants each of the staff asked to enter; the visit itself is a row of the tenant';
create index visits_staff on visits (staff_id, asked_at desc);
create index visits_tenant on visits (tenant_id, asked_at desc);
grant select, insert, delete on visits to tnt_platform;
