-- A shop that lends films: enumerations, composite keys, a tree, text search, views over views, a table in parts.
create schema stock;
create type stock.rating as enum ('G', 'PG', 'R');
create domain stock.year as integer check (value between 1900 and 2200);
create table stock.language (id smallint primary key, name char(20) not null unique);
create table stock.category (id serial primary key, parent_id integer references stock.category, name text not null, unique (parent_id, name));
create table stock.film (
    id serial primary key,
    title text not null,
    release stock.year,
    language_id smallint not null references stock.language,
    rating stock.rating not null default 'G',
    special text[],
    fulltext tsvector,
    last_update timestamptz not null default now()
);
create index film_fulltext on stock.film using gin (fulltext);
create index film_title on stock.film (title text_pattern_ops, release desc nulls last);
create function stock.film_text() returns trigger language plpgsql as
    $$ begin new.fulltext = to_tsvector('simple', new.title); return new; end $$;
create trigger film_text before insert or update of title on stock.film for each row execute function stock.film_text();
create table stock.film_category (
    film_id integer references stock.film on update cascade on delete restrict,
    category_id integer references stock.category on update cascade,
    primary key (film_id, category_id)
);
create table stock.inventory (store char(3), number integer, film_id integer not null references stock.film, primary key (store, number));
create table stock.rental (
    id uuid primary key default gen_random_uuid(),
    store char(3) not null,
    number integer not null,
    customer text not null,
    back boolean not null default false,
    foreign key (store, number) references stock.inventory (store, number) on update cascade
);
create unique index rental_out on stock.rental (store, number) where not back;
create view stock.film_list as select f.id, f.title, f.rating, c.name as category
    from stock.film f join stock.film_category fc on fc.film_id = f.id join stock.category c on c.id = fc.category_id;
create view stock.titles as select title from stock.film_list;
create materialized view stock.rentals_by_store as select store, count(*) from stock.rental group by store;
create table stock.payment (id integer not null, paid_at date not null, amount numeric, primary key (id, paid_at)) partition by range (paid_at);
create table stock.payment_2026 partition of stock.payment for values from ('2026-01-01') to ('2027-01-01');
insert into stock.language select n, 'language ' || n from generate_series(1, 4) n;
insert into stock.category (parent_id, name) select case when n > 4 then n / 4 end, 'category ' || n from generate_series(1, 60) n;
insert into stock.film (title, release, language_id, rating, special) select 'film ' || n, 1950 + n % 70, 1 + n % 4,
    (enum_range(null::stock.rating))[1 + n % 3], array['Trailers', 'part ' || n] from generate_series(1, 1500) n;
insert into stock.film_category select n, 1 + n % 60 from generate_series(1, 1500) n;
insert into stock.inventory select 'S' || n % 5, n, 1 + n % 1500 from generate_series(1, 2500) n;
insert into stock.rental (store, number, customer, back) select 'S' || n % 5, n, 'customer ' || n % 90, n % 3 = 0 from generate_series(1, 2500) n;
refresh materialized view stock.rentals_by_store;
analyze;
