//! Every kind of table that is not adopted, named with its reason; and what is told about those that are.

use diesel::connection::SimpleConnection;

use super::RENTAL;
use super::theirs::{TENANT, Theirs};

/// Tables as they are refused, and a word of the reason.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "create table keyless (id integer)",
        "keyless",
        "has no primary key",
    ),
    (
        "create table parts (id integer primary key) partition by range (id)",
        "parts",
        "is partitioned",
    ),
    (
        "create table part partition of parts for values from (1) to (9)",
        "part",
        "is part of another table",
    ),
    (
        "create table parent (id integer primary key)",
        "parent",
        "is part of another table",
    ),
    (
        "create table child (primary key (id)) inherits (parent)",
        "child",
        "is part of another table",
    ),
    (
        "create view looked as select 1 as id",
        "looked",
        "is a view",
    ),
    (
        "create materialized view kept as select 1 as id",
        "kept",
        "is a materialized view",
    ),
    (
        "create table has_uuid (id integer primary key, tenant_id uuid)",
        "has_uuid",
        "has a column tenant_id already",
    ),
    (
        "create table has_text (id integer primary key, tenant_id text)",
        "has_text",
        "of type text",
    ),
    (
        "create table walled (id integer primary key); alter table walled enable row level security",
        "walled",
        "row-level security or policies",
    ),
    (
        "create table ruled (id integer primary key); create rule nothing as on delete to ruled do instead nothing",
        "ruled",
        "by a rule: nothing",
    ),
    (
        "create table apart (id integer primary key, during int4range, exclude using gist (during with &&))",
        "apart",
        "exclusion constraint apart_during_excl",
    ),
    (
        "create table patient (id integer primary key deferrable)",
        "patient",
        "deferrable key patient_pkey",
    ),
    (
        "create table replicated (id integer primary key); alter table replicated replica identity using index replicated_pkey",
        "replicated",
        "as its replica identity",
    ),
    (
        "create table led_to (id integer primary key); create table leads (id integer primary key, to_id integer references led_to)",
        "led_to",
        "refers to it, name it too: public.leads",
    ),
    (
        "create table grouped (id integer primary key, words text); create view groups as select id, words from grouped group by id",
        "grouped",
        "a view groups by its primary key and needs that as it is: public.groups",
    ),
    (
        "create type kind as (id integer); create table typed of kind (primary key (id))",
        "typed",
        "is made from a type",
    ),
    (
        "create table emptied (id integer primary key, up integer references emptied on update set null)",
        "emptied",
        "would empty tenant_id when a key changes",
    ),
    (
        "create table full_key (a integer, b integer, c integer, d integer, primary key (a, b), foreign key (c, d) references full_key match full)",
        "full_key",
        "MATCH FULL",
    ),
    (
        "create temporary table passing (id integer primary key)",
        "passing",
        "there is no such table",
    ),
    ("select 1", "pg_catalog.pg_class", "belongs to PostgreSQL"),
    ("create sequence numbers", "numbers", "is no table"),
    ("select 1", "nowhere", "there is no such table"),
];

#[test]
fn each_table_that_cannot_be_adopted_is_named_with_its_reason() {
    let scripts: Vec<&str> = REFUSED.iter().map(|(script, ..)| *script).collect();
    let theirs = Theirs::new(&scripts.join("; "));
    theirs
        .superuser()
        .batch_execute(
            "create table somebodys (id integer primary key); create foreign data wrapper away; \
             create server files foreign data wrapper away; create foreign table far (id integer) server files",
        )
        .unwrap();
    let more = [
        ("somebodys", "is owned by postgres"),
        ("far", "is a foreign table"),
    ];
    let all: Vec<(&str, &str)> = REFUSED
        .iter()
        .map(|(_, table, why)| (*table, *why))
        .chain(more)
        .collect();
    let names: Vec<&str> = all.iter().map(|(table, _)| *table).collect();
    let before = theirs.dump();
    for dry in [&["--dry-run"][..], &[]] {
        let said = theirs
            .adopt(
                &[
                    &[
                        "--tables",
                        &names.join(","),
                        "--tenant",
                        "acme",
                        "--tenant-id",
                        TENANT,
                    ],
                    dry,
                ]
                .concat(),
            )
            .ends(73);
        for (table, why) in &all {
            let told = said
                .err
                .lines()
                .any(|line| line.contains(&format!("{table}: ")) && line.contains(why));
            assert!(told, "{table}: {why}\n{}", said.err);
        }
    }
    assert_eq!(theirs.dump(), before);
    let one = theirs.adopts("keyless").ends(73);
    assert!(one.err.contains("nothing was changed"), "{}", one.err);
}

#[test]
fn a_login_that_may_make_no_schema_and_a_schema_of_somebodys_are_refused() {
    let theirs = Theirs::new("create table t (id integer primary key); create schema tenantry");
    let said = theirs.adopts("t").ends(73);
    assert!(
        said.err
            .contains("has a schema \"tenantry\" that is not ours"),
        "{}",
        said.err
    );
    let url = crate::support::keeper::server()
        .login_url(&theirs.app, theirs.url().rsplit('/').next().unwrap());
    let said = crate::support::command::run(
        &[
            "adopt",
            "--url",
            &url,
            "--tables",
            "t",
            "--tenant-id",
            TENANT,
        ],
        &[],
    )
    .ends(73);
    assert!(said.err.contains("may not make schemas"), "{}", said.err);
    assert!(said.err.contains("connect as its owner"), "{}", said.err);
}

#[test]
fn a_partitioned_table_is_refused_and_what_is_common_or_hidden_is_told() {
    let theirs = Theirs::new(RENTAL);
    let said = theirs
        .adopts("stock.rental,stock.inventory,stock.payment")
        .ends(73);
    assert!(
        said.err.contains("stock.payment: is partitioned"),
        "{}",
        said.err
    );
    let dry = [
        "--tables",
        "stock.rental,stock.inventory",
        "--tenant",
        "acme",
        "--tenant-id",
        TENANT,
        "--dry-run",
    ];
    let said = theirs.adopt(&dry).ends(0);
    assert!(
        said.out
            .contains("stock.inventory refers to stock.film, which is not adopted"),
        "{}",
        said.out
    );
    assert!(
        said.out
            .contains("stock.rentals_by_store is a materialized view"),
        "{}",
        said.out
    );
}

#[test]
fn a_trigger_that_would_fire_is_said_before_batches_are_forced() {
    let theirs = Theirs::new(super::BANK);
    let asked = [
        "--tables",
        super::BANK_TABLES,
        "--tenant",
        "acme",
        "--tenant-id",
        TENANT,
    ];
    let said = theirs
        .adopt(&[&asked[..], &["--fill", "batches"]].concat())
        .ends(73);
    assert!(
        said.err
            .contains("would fire a trigger at every row: accounts_touch"),
        "{}",
        said.err
    );
    theirs
        .adopt(&[&asked[..], &["--fill", "default"]].concat())
        .ends(0);
    let status = theirs.adopt(&["status", "--json"]).ends(0).json();
    assert_eq!(status["rows_filled"], 0, "no row was written");
    assert_eq!(theirs.count("transactions where tenant_id is null"), 0);
}
