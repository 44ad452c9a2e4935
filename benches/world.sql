-- Tenants 1 to :tenants have 1,000 people, the one after them 100,000; person 1 of each is its owner.
insert into catalogue.nodes (id, name, kind, created_at) values (gen_random_uuid(), 'main', 'postgres', now());
create temporary table t as
    select n, md5('tenant' || n)::uuid as id, case when n <= :tenants then 1000 else 100000 end as people
    from generate_series(1, :tenants + 1) n;
insert into catalogue.tenants (id, slug, name, status, created_at, updated_at)
    select id, 't' || n, 'Tenant ' || n, 'active', now(), now() from t;
insert into catalogue.placements (tenant_id, node_id, kind) select t.id, nodes.id, 'shared' from t, catalogue.nodes;
insert into catalogue.domains (host, tenant_id, canonical, created_at) select 't' || n || '.localhost', id, true, now() from t;
insert into node.placements (tenant_id, schema_name, role_name, created_at) select id, 'shared', 'tnt_tenant', now() from t;
set search_path = shared;
insert into brands (tenant_id, primary_color, updated_at) select id, '#3558e6', now() from t;
insert into limits (tenant_id, resource, used, hard) select id, 'users', people, people * 2 from t;
create temporary table names as
    select n, (array['Amara','Jane','Tom','Mia','John','Ravi','Lucía','Kenji','Hannah','Omar','Chloé','Nils','Wei','Ana','Piotr'])[1 + n % 15]
        || ' ' || (array['Nwosu','Smith','Okafor','Lindqvist','Doe','Patel','Fernández','Watanabe','Weiss','Haddad','Martin'])[1 + n % 11]
        || ' ' || to_hex(n) as name
    from generate_series(1, 100000) n;
insert into users (tenant_id, id, email, email_folded, name, name_folded, status, role, department, department_folded,
        last_sign_in_at, created_at, updated_at)
    select t.id, md5(t.n || 'user' || p.n)::uuid,
        case when p.n = 1 then 'owner' else 'person' || p.n end || '@t' || t.n || '.example',
        case when p.n = 1 then 'owner' else 'person' || p.n end || '@t' || t.n || '.example',
        p.name, lower(translate(p.name, 'íéá', 'iea')),
        case when p.n % 20 = 7 then 'invited' when p.n % 50 = 3 then 'suspended' else 'active' end,
        case when p.n = 1 then 'owner' when p.n % 40 = 2 then 'admin' when p.n % 5 = 4 then 'viewer' else 'member' end,
        d.department, lower(d.department),
        now() - make_interval(mins => (p.n * 7919) % 80000), now() - make_interval(hours => p.n % 9000), now()
    from t join names p on p.n <= t.people,
        lateral (select (array['Engineering','Sales','Support','Finance'])[1 + p.n % 4] as department) d;
insert into user_counts (tenant_id, invited, active, suspended, inactive)
    select tenant_id, count(*) filter (where status = 'invited'), count(*) filter (where status = 'active'),
        count(*) filter (where status = 'suspended'), 0
    from users group by tenant_id;
insert into user_words (tenant_id, user_id, word, status)
    select distinct u.tenant_id, u.id, w, u.status
    from users u join t on t.id = u.tenant_id and t.n > :tenants,
        lateral unnest(string_to_array(u.name_folded, ' ') || u.email_folded) w;
insert into credentials (tenant_id, user_id, password_hash, changed_at)
    select t.id, md5(t.n || 'user1')::uuid, :hash, now() from t;
