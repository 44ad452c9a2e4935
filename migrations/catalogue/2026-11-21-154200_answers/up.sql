-- What the platform's API answered to writes that carried an Idempotency-Key.

create table api_answers (
    key_id uuid not null,
    route text not null,
    idempotency_key text not null,
    request_hash bytea not null,
    status smallint not null,
    body jsonb not null,
    created_at timestamptz not null,
    primary key (key_id, route, idempotency_key)
);
comment on table api_answers is 'placement=local; the answer of a write, kept in the transaction of its effect: the same request gets it again for a day; secrets are not kept';
create index api_answers_created on api_answers (created_at);
grant select, insert, delete on api_answers to tnt_platform;
