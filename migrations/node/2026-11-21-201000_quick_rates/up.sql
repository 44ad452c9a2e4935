-- Every call of the API takes from up to three buckets. They are locked and read in one statement and written in one;
-- without an index on what is written, the new row lies beside the old one and no index is touched.

drop index rates_full_at;

create or replace function app.take_rates(p_buckets text[], p_limits integer[], p_seconds integer[],
        out refused integer, out remaining integer, out reset_ms bigint, out retry_ms bigint)
    language plpgsql volatile security definer set search_path = pg_catalog
    as $$
declare
    moment timestamptz;
    place integer;
    step interval;
    span interval;
    held timestamptz[];
    left_over integer;
begin
    -- In one order, whoever asks.
    for turn in 1 .. 2 loop
        select array_agg(b.full_at order by b.place) into held from (
            select r.full_at, a.place from unnest(p_buckets) with ordinality a (bucket, place)
                join node.rates r on r.bucket = a.bucket order by r.bucket for update of r
        ) b;
        exit when cardinality(held) = cardinality(p_buckets);
        insert into node.rates (bucket, full_at)
            select b, '-infinity' from unnest(p_buckets) b order by b on conflict do nothing;
    end loop;
    moment := clock_timestamp();
    for place in 1 .. cardinality(p_buckets) loop
        span := make_interval(secs => p_seconds[place]);
        step := span / p_limits[place];
        held[place] := greatest(held[place], moment);
        left_over := floor(extract(epoch from span - (held[place] - moment)) / extract(epoch from step) + 0.000001)::integer - 1;
        if left_over < 0 then
            refused := place;
            remaining := 0;
            reset_ms := ceil(extract(epoch from held[place] - moment) * 1000)::bigint;
            retry_ms := greatest(1, ceil(extract(epoch from held[place] + step - moment - span) * 1000)::bigint);
            return;
        end if;
        held[place] := held[place] + step;
        if remaining is null or left_over < remaining then
            remaining := left_over;
            reset_ms := ceil(extract(epoch from held[place] - moment) * 1000)::bigint;
        end if;
    end loop;
    update node.rates r set full_at = b.full_at from unnest(p_buckets, held) b (bucket, full_at) where r.bucket = b.bucket;
end
$$;
