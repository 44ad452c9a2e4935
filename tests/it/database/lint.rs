//! ISO-13: the rules of the tables hold after all migrations, and each way to break one is caught.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use crate::support::postgres::{Database, query};

#[derive(Debug, QueryableByName)]
struct Breach {
    #[diesel(sql_type = Text)]
    rule: String,
    #[diesel(sql_type = Text)]
    object: String,
    #[diesel(sql_type = Nullable<Text>)]
    #[allow(dead_code, reason = "for whoever reads a failed test")]
    detail: Option<String>,
}

fn lint(connection: &mut PgConnection) -> Vec<Breach> {
    query(include_str!("../../../crates/store/sql/lint.sql"))
        .load(connection)
        .unwrap()
}

/// What somebody may do to the schema one day, and the rule that must catch it.
const MUTANTS: &[(&str, &str)] = &[
    ("drop policy tenant_rows on shared.users", "policy"),
    ("drop policy tenant_wall on shared.users", "policy-wall"),
    ("drop policy tenant_wall on node.jobs", "policy-wall"),
    (
        "alter table shared.users no force row level security",
        "row-security",
    ),
    (
        "alter table shared.sessions disable row level security",
        "row-security",
    ),
    (
        "create policy wide on shared.users for select to tnt_tenant using (true)",
        "policy-wider",
    ),
    (
        "create policy wide on shared.users for select using (tenant_id is not null)",
        "policy-public",
    ),
    (
        "alter policy tenant_wall on shared.users using (tenant_id = app.tenant_id() or role = 'owner')",
        "policy-wall",
    ),
    (
        "alter policy tenant_rows on shared.users using (tenant_id = (select app.tenant_id()))",
        "policy-subquery",
    ),
    (
        "alter policy tenant_wall on shared.roles to tnt_tenant, tnt_app",
        "policy-wall",
    ),
    (
        "create view shared.people as select id, name from shared.users",
        "view",
    ),
    (
        "create materialized view shared.counted as select count(*) from shared.users; grant select on shared.counted to tnt_tenant",
        "materialized-view",
    ),
    (
        "alter table shared.user_words add foreign key (word) references catalogue.tenants (slug)",
        "foreign-key-across",
    ),
    (
        "create table shared.notes (tenant_id uuid not null, id uuid, user_tenant uuid, user_id uuid, primary key (tenant_id, id), foreign key (user_tenant, user_id) references shared.users (tenant_id, id))",
        "table-kind",
    ),
    (
        "create table shared.notes (tenant_id uuid not null, id uuid, user_tenant uuid, user_id uuid, primary key (tenant_id, id), foreign key (user_tenant, user_id) references shared.users (tenant_id, id)); comment on table shared.notes is 'placement=tenant'",
        "foreign-key",
    ),
    (
        "alter table shared.users add constraint gone foreign key (tenant_id, invited_by) references shared.users (tenant_id, id) on delete set null",
        "foreign-key-action",
    ),
    (
        "create table shared.plain (id uuid primary key); comment on table shared.plain is 'placement=tenant'",
        "tenant-column",
    ),
    (
        "create table shared.plain (id uuid primary key); comment on table shared.plain is 'placement=local'",
        "tenant-place",
    ),
    (
        "alter table shared.users drop constraint users_pkey cascade; alter table shared.users add primary key (id)",
        "primary-key",
    ),
    (
        "create unique index everywhere on shared.users (email_folded)",
        "unique",
    ),
    ("create index slow on shared.users (email_folded)", "index"),
    (
        "alter table shared.events add column number bigint generated always as identity",
        "sequence",
    ),
    (
        "alter table shared.events add column happened timestamp",
        "column-type",
    ),
    (
        "alter table shared.limits add column price double precision",
        "column-type",
    ),
    (
        "create function app.nothing() returns trigger language plpgsql as 'begin return new; end'; revoke all on function app.nothing() from public; create trigger t before insert on shared.users for each row execute function app.nothing()",
        "trigger",
    ),
    ("grant select on shared.users to public", "public-table"),
    (
        "grant select (email) on shared.users to public",
        "public-table",
    ),
    (
        "grant update (tenant_id) on shared.users to tnt_tenant",
        "grant-tenant-id",
    ),
    (
        "grant update on node.jobs to tnt_platform",
        "grant-tenant-id",
    ),
    (
        "grant truncate on shared.users to tnt_tenant",
        "grant-table",
    ),
    (
        "grant select on shared.users to tnt_platform",
        "grant-platform",
    ),
    (
        "grant update (hard) on shared.limits to tnt_platform",
        "grant-platform",
    ),
    (
        "alter table shared.limits add column note text; grant select (note) on shared.limits to tnt_platform",
        "grant-platform",
    ),
    ("grant select on shared.users to tnt_app", "grant-login"),
    (
        "grant select on catalogue.tenants to tnt_tenant",
        "grant-catalogue",
    ),
    ("grant usage on schema shared to public", "public-schema"),
    ("grant create on schema shared to tnt_tenant", "may-create"),
    (
        "grant execute on function app.tenant_id() to public",
        "public-function",
    ),
    (
        "create function app.peek() returns bigint language sql security definer as 'select count(*) from shared.users'; revoke all on function app.peek() from public",
        "definer-path",
    ),
    ("alter table shared.users owner to postgres", "owner"),
    ("alter role tnt_tenant bypassrls", "role-power"),
    ("grant tnt_platform to tnt_app", "role-reach"),
    ("grant tnt_owner to tnt_platform_app", "role-reach"),
    ("alter role tnt_app inherit", "role-inherit"),
    ("grant tnt_tenant to tnt_vendor_app", "role-reach"),
    (
        "grant select on shared.users to tnt_vendor_app",
        "grant-login",
    ),
    (
        "grant select on node.placements to tnt_vendor",
        "vendor-beyond",
    ),
    (
        "grant usage on sequence app.seal to tnt_tenant",
        "grant-sequence",
    ),
    (
        "grant select (id) on shared.sessions to tnt_vendor",
        "vendor-wall",
    ),
    ("drop policy vendor_wall on shared.users", "vendor-wall"),
    (
        "alter policy vendor_reads on shared.users using (tenant_id is not null)",
        "vendor-wall",
    ),
];

#[test]
fn iso_13_every_rule_of_the_tables_holds() {
    let database = Database::unaudited();
    let breaches = lint(&mut database.superuser());
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn iso_13_every_mutant_of_the_schema_is_caught() {
    let database = Database::unaudited();
    let mut connection = database.superuser();
    let superuser = whoami(&mut connection);
    for (mutant, rule) in MUTANTS {
        let mutant = mutant.replace("owner to postgres", &format!("owner to {superuser}"));
        connection.batch_execute("begin").unwrap();
        connection
            .batch_execute(&mutant)
            .unwrap_or_else(|error| panic!("{mutant}: {error}"));
        let breaches = lint(&mut connection);
        connection.batch_execute("rollback").unwrap();
        assert!(
            breaches.iter().any(|breach| breach.rule == *rule),
            "{rule} did not catch: {mutant}\n{breaches:#?}"
        );
    }
    assert!(
        lint(&mut connection).is_empty(),
        "a rollback left something"
    );
}

fn whoami(connection: &mut PgConnection) -> String {
    #[derive(QueryableByName)]
    struct Me {
        #[diesel(sql_type = Text)]
        name: String,
    }
    query("select current_user::text as name")
        .get_result::<Me>(connection)
        .unwrap()
        .name
}

impl std::fmt::Display for Breach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.rule, self.object)
    }
}
