-- What the platform's list of tenants is found and sorted by. Runs as tnt_owner with search_path = catalogue.

create function fold(p_text text) returns text
    language sql immutable parallel safe set search_path = pg_catalog
    as $$
    select regexp_replace(translate(replace(replace(replace(replace(replace(lower(p_text), 'æ', 'ae'), 'ǽ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th'),
        'àáâãäåāăąǎȁȃȧǻạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặçćĉċčďđðèéêëēĕėęěȅȇȩẹẺẻẼẽẾếỀềỂểỄễỆệĝğġģǧǵĥħȟḥìíîïĩīĭįıǐȉȋỉịĵķǩĺļľŀłñńņňŉǹòóôõöøōŏőǒȍȏȫȭȯȱǿơọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợŕŗřȑȓśŝşšșţťŧțùúûüũūŭůűųǔǖǘǚǜȕȗưụỦủỨứỪừỬửỮữỰựŵẁẃẅýÿŷỳỴỵỶỷỸỹźżž',
        'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaacccccdddeeeeeeeeeeeeeeeeeeeeeeeeeeegggggghhhhiiiiiiiiiiiiiijkklllllnnnnnnooooooooooooooooooooooooooooooooooooooooorrrrrsssssttttuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuwwwwyyyyyyyyyyzzz'),
        '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff]', '', 'g')
$$;
comment on function fold(text) is 'the text as it is compared in a search, as domain::text::fold has it: lower case, without the accents of Latin letters';
grant execute on function fold(text) to tnt_platform;

create function words_of(p_text text) returns text
    language sql immutable parallel safe set search_path = pg_catalog
    as $$ select concat_ws(' ', p_text, regexp_replace(p_text, '[^[:alnum:]]+', ' ', 'g')) $$;
comment on function words_of(text) is 'a text as it stands, and its words after it';
grant execute on function words_of(text) to tnt_platform;

alter table tenants
    add column hosts text not null default '',
    add column name_folded text not null generated always as (catalogue.fold(name)) stored;
comment on column tenants.hosts is 'its host names, one after the other; kept by a trigger of domains';
comment on column tenants.name_folded is 'the name in lower case without accents, for sorting';

create function list_hosts() returns trigger
    language plpgsql set search_path = pg_catalog
    as $$
begin
    update catalogue.tenants t
    set hosts = coalesce((select string_agg(d.host, ' ' order by d.host) from catalogue.domains d where d.tenant_id = t.id), '')
    where t.id in (new.tenant_id, old.tenant_id);
    return null;
end
$$;
comment on function list_hosts() is 'writes the hosts of a tenant beside its name, so that a search reads one row a tenant';
create trigger domains_listed after insert or update or delete on domains for each row execute function list_hosts();
update tenants t set hosts = coalesce((select string_agg(d.host, ' ' order by d.host) from domains d where d.tenant_id = t.id), '');

alter table tenants add column finding text not null generated always as (
    ' ' || catalogue.words_of(catalogue.fold(name)) || ' ' || catalogue.words_of(slug) || ' ' || catalogue.words_of(hosts)
    || ' ' || coalesce(catalogue.words_of(lower(contact_email)), '') || ' ' || coalesce(catalogue.words_of(lower(billing_email)), '')
) stored;
comment on column tenants.finding is 'what a tenant is found by: name, slug, hosts and addresses, each word after a space, so that " piece" is the beginning of one';

-- Partial as the list asks, so that a page of it reads the index alone.
create index tenants_list_name on tenants (name_folded, id) where status <> 'deleted';
create index tenants_list_created on tenants (created_at, id) where status <> 'deleted';
create index tenants_list_plan on tenants (plan, name_folded, id) where status <> 'deleted';
create index tenants_list_status on tenants (status, name_folded, id);
create index tenants_list_trial_end on tenants (trial_ends_at, id) where status <> 'deleted';
create index tenants_list_trial_end_latest on tenants (trial_ends_at desc nulls last, id desc) where status <> 'deleted';
