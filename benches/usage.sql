-- 20 million events of 10,000 tenants over 30 days, as hours, days and the last 30 days hold them.
insert into catalogue.tenants (id, slug, name, status, plan, plan_version, alias, contact_name, contact_email, billing_email, product_config, created_at, updated_at)
    select ('00000000-0000-0000-0000-' || lpad(to_hex(x'be000000'::bigint + n), 12, '0'))::uuid, 'used-' || n, 'Used ' || n, 'active', 'starter', 1, 'used_' || n,
        'Ada Byron', 'ada@used-' || n || '.example', 'bills@used-' || n || '.example', '{"risk_threshold": 0.7, "auto_block": false, "notification_email": null}', now(), now()
    from generate_series(1, 10000) n;
select catalogue.keep_usage(current_date - 31, current_date + 1);
-- Eight hours a day, each with some eight or nine events in four meters: 9,600,000 lines.
insert into catalogue.usage_hours (tenant_id, meter, hour, part, amount)
    select t.id, m.meter, date_trunc('hour', now()) - make_interval(days => d, hours => h), 0, 1 + (n.n * 31 + d * 7 + h) % 4
    from generate_series(1, 10000) n (n)
    cross join lateral (select ('00000000-0000-0000-0000-' || lpad(to_hex(x'be000000'::bigint + n.n), 12, '0'))::uuid as id) t
    cross join (values ('api.calls'), ('page.views'), ('db.runs'), ('bytes.out')) m (meter)
    cross join generate_series(0, 29) d cross join generate_series(0, 7) h;
insert into catalogue.usage_days (tenant_id, meter, day, part, amount)
    select tenant_id, meter, (hour at time zone 'UTC')::date, 0, sum(amount) from catalogue.usage_hours where tenant_id < '00000000-0000-0000-0000-0000ffffffff' group by 1, 2, 3;
