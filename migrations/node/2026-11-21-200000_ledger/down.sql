drop index placements_own;
drop view own_seats;
drop function app.own_seats();
drop function app.behind(text[]);
-- As Diesel has it; whoever goes back further finds in it what ran.
create table shared.__diesel_schema_migrations (
    version varchar(50) primary key,
    run_on timestamp not null default current_timestamp
);
insert into shared.__diesel_schema_migrations (version, run_on) select version, ran_at from ledger where schema_name = 'shared';
create or replace function app.ledger() returns table (version text)
    language plpgsql stable security definer set search_path = pg_catalog
    as $$
begin
    return query
        select 'node/' || l.version from node.__diesel_schema_migrations l
        union all select 'catalogue/' || l.version from catalogue.__diesel_schema_migrations l
        union all select 'shared/' || l.version from shared.__diesel_schema_migrations l;
end
$$;
drop table ledger;
