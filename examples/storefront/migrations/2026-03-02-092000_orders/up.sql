-- What was bought: an order and its lines. Foreign keys begin with tenant_id on both sides: no order can name another
-- tenant's customer.

create table orders (
    tenant_id uuid not null,
    id uuid not null,
    number bigint not null,
    customer_id uuid not null,
    status text not null check (status in ('open', 'paid', 'shipped', 'cancelled')),
    total_cents bigint not null check (total_cents >= 0),
    ordered_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, number),
    foreign key (tenant_id, customer_id) references customers (tenant_id, id)
);
comment on table orders is 'placement=tenant; orders of the shop, numbered by the shop itself';
create index orders_customer on orders (tenant_id, customer_id, ordered_at desc);
create index orders_ordered on orders (tenant_id, ordered_at desc, id desc);
call app.place('orders', 'tenant');
call app.protect('orders');

create table order_lines (
    tenant_id uuid not null,
    order_id uuid not null,
    place integer not null check (place > 0),
    product_id uuid not null,
    quantity integer not null check (quantity > 0),
    price_cents bigint not null check (price_cents >= 0),
    primary key (tenant_id, order_id, place),
    foreign key (tenant_id, order_id) references orders (tenant_id, id) on delete cascade,
    foreign key (tenant_id, product_id) references products (tenant_id, id)
);
comment on table order_lines is 'placement=tenant; the lines of an order, with the price at the time';
create index order_lines_product on order_lines (tenant_id, product_id);
call app.place('order_lines', 'tenant');
call app.protect('order_lines');
