-- By which way an order came. Expand and backfill: the column is there at once, and earlier orders are told apart by their
-- number. `app.backfill` reaches the rows of all tenants, and fails unless it changed as many as it was to change.

alter table orders add column channel text check (channel in ('web', 'phone', 'market'));
select app.backfill('orders', $$channel = case number % 10 when 0 then 'phone' when 1 then 'market' else 'web' end$$, 'channel is null');
alter table orders alter column channel set default 'web', alter column channel set not null;
create index orders_channel on orders (tenant_id, channel, ordered_at desc);
grant update (channel) on orders to tnt_tenant;
