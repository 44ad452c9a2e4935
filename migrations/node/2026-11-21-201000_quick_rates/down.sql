create index rates_full_at on rates (full_at);
create or replace function app.take_rates(p_buckets text[], p_limits integer[], p_seconds integer[],
        out refused integer, out remaining integer, out reset_ms bigint, out retry_ms bigint)
    language plpgsql volatile security definer set search_path = pg_catalog
    as $$
declare
    moment timestamptz;
    place integer;
    step interval;
    span interval;
    held timestamptz;
    left_over integer;
begin
    insert into node.rates (bucket, full_at)
        select b, '-infinity' from unnest(p_buckets) b order by b on conflict do nothing;
    perform 1 from node.rates r where r.bucket = any (p_buckets) order by r.bucket for update;
    moment := clock_timestamp();
    for place in 1 .. cardinality(p_buckets) loop
        span := make_interval(secs => p_seconds[place]);
        step := span / p_limits[place];
        select greatest(r.full_at, moment) into held from node.rates r where r.bucket = p_buckets[place];
        left_over := floor(extract(epoch from span - (held - moment)) / extract(epoch from step) + 0.000001)::integer - 1;
        if left_over < 0 then
            refused := place;
            remaining := 0;
            reset_ms := ceil(extract(epoch from held - moment) * 1000)::bigint;
            retry_ms := greatest(1, ceil(extract(epoch from held + step - moment - span) * 1000)::bigint);
            return;
        end if;
        if remaining is null or left_over < remaining then
            remaining := left_over;
            reset_ms := ceil(extract(epoch from held + step - moment) * 1000)::bigint;
        end if;
    end loop;
    update node.rates r set full_at = greatest(r.full_at, moment) + make_interval(secs => b.seconds) / b.most
        from unnest(p_buckets, p_limits, p_seconds) b (bucket, most, seconds) where r.bucket = b.bucket;
end
$$;
