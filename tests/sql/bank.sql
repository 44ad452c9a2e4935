-- A bank's own database as it was before it knew tenants: accounts, transactions, alerts, logs.
create function touch() returns trigger language plpgsql as $$ begin new.updated_at = clock_timestamp(); return new; end $$;
create table accounts (
    id serial primary key,
    email varchar(255) not null unique,
    balance numeric(14, 2) not null default 0 check (balance > -1000000),
    updated_at timestamptz not null default now()
);
comment on constraint accounts_email_key on accounts is 'one account an address';
create trigger accounts_touch before update on accounts for each row execute function touch();
create table transactions (
    id bigint generated always as identity primary key,
    account_id integer not null references accounts on delete cascade,
    reference text not null,
    amount numeric(14, 2) not null,
    in_cents bigint generated always as ((amount * 100)::bigint) stored,
    txn_time timestamptz not null default now(),
    unique (account_id, reference)
);
create index transactions_by_time on transactions (txn_time desc) include (amount);
create index transactions_large on transactions (account_id) where amount > 900;
create table fraud_alerts (
    id serial primary key,
    transaction_id bigint references transactions on delete set null deferrable initially deferred,
    handled boolean not null default false,
    words text
);
create index alerts_by_words on fraud_alerts (lower(words));
create table "System Logs" (
    "Day" date not null,
    "No ""1""" integer not null,
    words text,
    primary key ("Day", "No ""1""")
);
create view balances as select a.email, a.balance, count(t.id) as transactions
    from accounts a left join transactions t on t.account_id = a.id group by a.email, a.balance;
insert into accounts (email, balance) select 'a' || n || '@bank.example', n from generate_series(1, 300) n;
insert into transactions (account_id, reference, amount) select 1 + n % 300, 'r' || n, n % 1000 from generate_series(1, 5000) n;
insert into fraud_alerts (transaction_id, words) select case when n % 7 > 0 then n * 10 end, 'alert ' || n from generate_series(1, 400) n;
insert into "System Logs" select date '2026-01-01' + n % 40, n, 'it''s \line ' || n from generate_series(1, 3000) n;
analyze;
