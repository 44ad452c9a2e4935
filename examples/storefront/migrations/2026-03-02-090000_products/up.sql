-- What a shop sells. Runs as the owner of the tables with search_path = the schema of the tenant or of many tenants:
-- every key begins with tenant_id, so that each tenant has products of its own.

create table products (
    tenant_id uuid not null,
    id uuid not null,
    sku text not null check (length(sku) between 1 and 40),
    name text not null check (length(name) between 1 and 200),
    category text not null,
    price_cents bigint not null check (price_cents >= 0),
    stock bigint not null default 0,
    active boolean not null default true,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, sku)
);
comment on table products is 'placement=tenant; what the shop sells, with its price in hundredths of the tenant''s currency';
create index products_category on products (tenant_id, category, name);
call app.place('products', 'tenant');
call app.protect('products');
