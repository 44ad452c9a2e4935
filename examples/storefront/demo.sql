-- Two years of a shop for one tenant, made up and the same at each run for the same tenant: run within the tenant, whose id
-- each row takes from there.
with seed as (select app.tenant_id() as tenant)
insert into products (tenant_id, id, sku, name, category, price_cents, stock, active, created_at)
select s.tenant, md5(s.tenant::text || 'product' || n)::uuid,
    upper(left((array['Chair', 'Desk', 'Lamp', 'Shelf', 'Bench', 'Stool', 'Table', 'Rug'])[1 + n % 8], 3)) || '-' || (1000 + n),
    (array['Oak', 'Walnut', 'Steel', 'Linen', 'Birch', 'Cork', 'Glass'])[1 + n % 7] || ' '
        || lower((array['Chair', 'Desk', 'Lamp', 'Shelf', 'Bench', 'Stool', 'Table', 'Rug'])[1 + n % 8]) || ' No. ' || n,
    (array['Seating', 'Tables', 'Light', 'Storage', 'Seating', 'Seating', 'Tables', 'Textiles'])[1 + n % 8],
    1900 + (hashtextextended(s.tenant::text || n, 1) & 32767) * 3,
    (hashtextextended(s.tenant::text || n, 2) & 255), n % 17 <> 0,
    now() - interval '2 years' + n * interval '5 days'
from seed s, generate_series(1, 64) n;

insert into customers (tenant_id, id, email, name, city, country, created_at)
select app.tenant_id(), md5(app.tenant_id()::text || 'customer' || n)::uuid,
    lower(p.first || '.' || p.last || n || '@mail.example'), p.first || ' ' || p.last,
    (array['Lisbon', 'Leeds', 'Graz', 'Turku', 'Lyon', 'Ghent', 'Kraków', 'Bergen', 'Porto'])[1 + n % 9],
    (array['PT', 'GB', 'AT', 'FI', 'FR', 'BE', 'PL', 'NO', 'PT'])[1 + n % 9],
    now() - interval '2 years' + n * interval '40 hours'
from generate_series(1, 420) n,
    lateral (select (array['Ada', 'Bruno', 'Chloe', 'Dario', 'Elin', 'Farid', 'Greta', 'Hugo', 'Iris', 'Jonas', 'Kaia', 'Lior', 'Mona'])[1 + n % 13] as first,
        (array['Almeida', 'Bauer', 'Costa', 'Dubois', 'Eriksen', 'Fischer', 'Garcia', 'Hansen', 'Ivanov', 'Jensen', 'Kowalski'])[1 + n % 11] as last) p;

insert into orders (tenant_id, id, number, customer_id, status, total_cents, channel, ordered_at)
select app.tenant_id(), md5(app.tenant_id()::text || 'order' || n)::uuid, 20000 + n,
    md5(app.tenant_id()::text || 'customer' || (1 + (hashtextextended(app.tenant_id()::text || n, 3) & 1023) % 420))::uuid,
    case when n > 2380 then 'open' when n > 2320 then 'paid' when n % 31 = 0 then 'cancelled' else 'shipped' end,
    0, (array['web', 'web', 'web', 'phone', 'market'])[1 + n % 5], now() - (2400 - n) * interval '6 hours'
from generate_series(1, 2400) n;

insert into order_lines (tenant_id, order_id, place, product_id, quantity, price_cents)
select o.tenant_id, o.id, l, p.id, 1 + (o.number + l) % 4, p.price_cents
from orders o, generate_series(1, 4) l, lateral (
    select p.id, p.price_cents from products p
    where p.tenant_id = o.tenant_id and p.id = md5(o.tenant_id::text || 'product' || (1 + (o.number * 7 + l * 13) % 64))::uuid
) p
where o.tenant_id = app.tenant_id() and l <= 1 + o.number % 4;

update orders o set total_cents = l.total
from (select order_id, sum(quantity * price_cents)::bigint as total from order_lines where tenant_id = app.tenant_id() group by order_id) l
where o.tenant_id = app.tenant_id() and l.order_id = o.id;

insert into documents (tenant_id, id, order_id, kind, file_name, size_bytes, created_at)
select o.tenant_id, md5(o.id::text || k)::uuid, o.id, k, replace(k, '_', '-') || '-' || o.number || '.pdf',
    40000 + (hashtextextended(o.id::text || k, 4) & 65535), o.ordered_at + interval '1 day'
from orders o, unnest(array['invoice', 'delivery_note']) k
where o.tenant_id = app.tenant_id() and o.status = 'shipped' and o.number % 6 = 0;
