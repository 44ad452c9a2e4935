-- Who buys. Their addresses are unique within a tenant and nowhere else.

create table customers (
    tenant_id uuid not null,
    id uuid not null,
    email text not null,
    name text not null check (length(name) between 1 and 200),
    city text,
    country text not null check (country ~ '^[A-Z]{2}$'),
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, email)
);
comment on table customers is 'placement=tenant; who buys in the shop; folded addresses, unique within the tenant';
create index customers_created on customers (tenant_id, created_at desc, id desc);
call app.place('customers', 'tenant');
call app.protect('customers');
