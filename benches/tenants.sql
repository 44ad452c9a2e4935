-- 30,000 more tenants, each with its host, contact and seats, as the platform's list shows them.
create temporary table b as
    select n, md5('listed' || n)::uuid as id,
        (array['Aurora','Borealis','Cobalt','Delta','Ember','Falcon','Granite','Harbour','Indigo','Juniper','Kestrel','Lumen','Meridian','Northwind','Onyx','Pioneer','Quartz'])[1 + n % 17]
        || ' ' || (array['Labs','Foods','Logistics','Bank','Energy','Health','Media','Retail','Systems','Travel','Würth','Åkerlund','Señal'])[1 + n % 13]
        || ' ' || to_hex(n) as name,
        case when n % 10 = 3 then 'trial' when n % 25 = 7 then 'suspended' when n % 200 = 9 then 'deletion_scheduled' when n % 500 = 11 then 'failed' else 'active' end as status,
        (array['starter','starter','starter','professional','enterprise'])[1 + n % 5] as plan
    from generate_series(1, 30000) n;
insert into catalogue.tenants (id, slug, name, status, plan, alias, contact_name, contact_email, billing_email, product_config, trial_ends_at, created_at, updated_at)
    select id, 'listed-' || n, name, status, plan, 'listed_' || n, 'Ada Byron', 'ada@listed-' || n || '.example', 'bills@listed-' || n || '.example',
        '{"risk_threshold": 0.7, "auto_block": false, "notification_email": null}',
        case when status = 'trial' then now() + make_interval(hours => n % 700) end,
        now() - make_interval(mins => (n * 7919) % 900000), now()
    from b;
insert into catalogue.placements (tenant_id, node_id, kind)
    select b.id, nodes.id, 'shared' from b, catalogue.nodes where b.status <> 'failed';
insert into catalogue.domains (host, tenant_id, canonical, created_at) select 'listed-' || n || '.localhost', id, true, now() from b;
insert into shared.limits (tenant_id, resource, used, hard)
    select id, 'users', (n * 7919) % 1000, 1000 from b where status <> 'failed';
