-- Papers of an order: what the file is called and how large it is; the file itself lies elsewhere.

create table documents (
    tenant_id uuid not null,
    id uuid not null,
    order_id uuid not null,
    kind text not null check (kind in ('invoice', 'delivery_note', 'return')),
    file_name text not null,
    size_bytes bigint not null check (size_bytes >= 0),
    created_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, order_id) references orders (tenant_id, id) on delete cascade
);
comment on table documents is 'placement=tenant; papers of an order';
create index documents_order on documents (tenant_id, order_id, created_at desc);
call app.place('documents', 'tenant');
call app.protect('documents');
