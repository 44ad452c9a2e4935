//! Adopting somebody's existing tables, while their application goes on writing: two databases as people have them, killed in the
//! middle, taken back, finished; and every table that is refused.

mod kills;
mod refusals;
mod theirs;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::support::app;
use crate::support::cast::ACME;
use crate::support::command;
use crate::support::postgres::query;
use theirs::{TENANT, Theirs};

pub(crate) const BANK: &str = include_str!("../sql/bank.sql");
pub(crate) const RENTAL: &str = include_str!("../sql/rental.sql");
pub(crate) const BANK_TABLES: &str = r#"accounts, transactions,fraud_alerts,public."System Logs""#;
const RENTAL_TABLES: &str =
    "stock.language,stock.category,stock.film,stock.film_category,stock.inventory,stock.rental";

/// One transaction of the bank's.
pub(crate) const BANK_AT_WORK: &[&str] = &[
    "insert into accounts (email) values ('new$n@bank.example') on conflict (email) do nothing",
    "insert into transactions (account_id, reference, amount) select max(id), 'new', 5 from accounts",
    "update accounts set balance = balance + 1 where id = 1 + $n % 300",
    "insert into fraud_alerts (transaction_id, words) select max(id), 'new' from transactions",
    "update fraud_alerts set handled = not handled where id = 1 + $n % 400",
    "insert into \"System Logs\" values (date '2027-01-01', $n, 'new')",
    "delete from \"System Logs\" where \"Day\" = date '2026-01-01' + $n % 40 and \"No \"\"1\"\"\" % 211 = $n % 211",
];

/// One transaction of the shop's.
const RENTAL_AT_WORK: &[&str] = &[
    "insert into stock.film (title, language_id, rating) values ('new $n', 1 + $n % 4, 'PG')",
    "insert into stock.film_category select max(id), 1 + $n % 60 from stock.film",
    "insert into stock.inventory select 'NEW', $n, max(id) from stock.film",
    "insert into stock.rental (store, number, customer) values ('NEW', $n, 'new') on conflict (store, number) where not back do nothing",
    "update stock.inventory set number = number + 5000000 where store = 'S1' and number = 1 + 5 * ($n % 500)",
    "update stock.film set title = title || '.' where id = 1 + $n % 1500",
];

struct Case {
    script: &'static str,
    tables: &'static str,
    at_work: &'static [&'static str],
    /// Where each transaction of the application's leaves one row, and how that is known.
    written: &'static [(&'static str, &'static str)],
    /// What it leaves alone.
    still: &'static [&'static str],
}

const CASES: [Case; 2] = [
    Case {
        script: BANK,
        tables: BANK_TABLES,
        at_work: BANK_AT_WORK,
        written: &[
            ("accounts", "email like 'new%'"),
            ("transactions", "reference = 'new'"),
            ("fraud_alerts", "words = 'new'"),
            ("\"System Logs\"", "words = 'new'"),
        ],
        still: &[],
    },
    Case {
        script: RENTAL,
        tables: RENTAL_TABLES,
        at_work: RENTAL_AT_WORK,
        written: &[
            ("stock.film", "title like 'new %'"),
            ("stock.inventory", "store = 'NEW'"),
            ("stock.rental", "customer = 'new'"),
        ],
        still: &["stock.language", "stock.category"],
    },
];

/// Every row is of the tenant.
fn all_of_the_tenant(theirs: &Theirs, case: &Case) {
    for table in domain::adoption::table_names(case.tables).unwrap() {
        let name = format!(
            "{}.\"{}\"",
            table.schema.as_deref().unwrap_or("public"),
            table.name
        );
        assert_eq!(
            theirs.count(&format!(
                "{name} where tenant_id is distinct from '{TENANT}'"
            )),
            0,
            "{name}"
        );
    }
}

#[test]
fn tables_are_adopted_under_an_application_that_writes_and_taken_back_to_what_they_were() {
    for case in &CASES {
        let theirs = Theirs::new(case.script);
        let before = theirs.dump();
        let prints = case
            .still
            .iter()
            .map(|table| theirs.print(table))
            .collect::<Vec<_>>();
        let writer = theirs.writes(case.at_work);
        let said = theirs.adopts(case.tables).ends(0);
        assert!(said.out.contains("ready"), "{}", said.out);
        let last = writer.ended();
        all_of_the_tenant(&theirs, case);
        for (table, mark) in case.written {
            let rows = theirs.count(&format!("{table} where {mark}"));
            assert_eq!(
                rows,
                last - 1_000_000,
                "{table}: all that was acknowledged is there"
            );
        }
        // Asked for again, nothing is left to do.
        theirs.adopts(case.tables).ends(0);
        let status = theirs.adopt(&["status", "--json"]).ends(0).json();
        assert_eq!(status["status"], "ready");
        assert_eq!(status["steps_done"], status["steps"]);

        let writer = theirs.writes(&case.at_work[..1]);
        theirs.adopt(&["undo", "--yes"]).ends(0);
        writer.ended();
        assert_eq!(theirs.dump(), before, "every definition is as it was");
        assert_eq!(
            theirs.count("pg_namespace where nspname like 'tenantry%'"),
            0
        );
        for (table, print) in case.still.iter().zip(prints) {
            assert_eq!(theirs.print(table), print, "{table}");
        }
        theirs.adopt(&["undo", "--yes"]).ends(66);
        theirs.adopt(&["status"]).ends(66);
    }
}

#[test]
fn nothing_but_the_tenant_changes_in_any_row() {
    let theirs = Theirs::new(BANK);
    let tables = [
        "accounts",
        "transactions",
        "fraud_alerts",
        "\"System Logs\"",
    ];
    let before = tables.map(|table| theirs.print(table));
    let said = theirs.adopts(BANK_TABLES).ends(0);
    // Its trigger would have touched every account.
    assert!(
        said.err.contains("accounts_touch would fire at every row"),
        "{}",
        said.err
    );
    assert_eq!(tables.map(|table| theirs.print(table)), before);
    let status = theirs.adopt(&["status", "--json"]).ends(0).json();
    assert_eq!(status["rows_filled"], 5000 + 400 + 3000);
    let counted = status["counted"].as_array().unwrap();
    let accounts = counted
        .iter()
        .find(|one| one["what"] == "public.accounts")
        .unwrap();
    assert_eq!(
        (&accounts["rows"], &accounts["wrong"]),
        (&300.into(), &0.into())
    );
}

/// What the application gets within one tenant.
fn within(sql: &mut PgConnection, tenant: &str, question: &str) -> Result<i64, String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    sql.transaction(|sql| {
        sql.batch_execute(&format!("select tenantry.enter('{tenant}')"))?;
        Ok(query(question).get_result::<Row>(sql)?.count)
    })
    .map_err(|error: diesel::result::Error| error.to_string())
}

fn done_within(sql: &mut PgConnection, tenant: &str, statement: &str) -> Result<(), String> {
    sql.transaction(|sql| {
        sql.batch_execute(&format!("select tenantry.enter('{tenant}')"))?;
        sql.batch_execute(statement)
    })
    .map_err(|error: diesel::result::Error| error.to_string())
}

#[test]
fn after_the_end_rows_are_seen_and_touched_by_their_tenant_alone() {
    const OTHER: &str = "0192f3a4-0000-7000-8000-000000000b0b";
    let theirs = Theirs::new(BANK);
    theirs.adopt(&["finish", "--yes"]).ends(66);
    theirs.adopts(BANK_TABLES).ends(0);
    let said = theirs.adopt(&["finish"]).ends(64);
    assert!(said.err.contains("--yes"), "{}", said.err);
    theirs.adopt(&["finish", "--yes"]).ends(0);
    for mut sql in [theirs.application(), theirs.owner()] {
        let sql = &mut sql;
        for statement in [
            "select count(*) from accounts",
            "select count(*) from balances",
            "insert into accounts (email) values ('x')",
            "delete from transactions",
        ] {
            let refused = sql.batch_execute(statement).unwrap_err().to_string();
            assert!(
                refused.contains("no tenant is entered"),
                "{statement}: {refused}"
            );
        }
        let all = "select count(*) as count from accounts";
        assert_eq!(within(sql, TENANT, all), Ok(300));
        assert_eq!(within(sql, OTHER, all), Ok(0));
        assert_eq!(
            within(sql, TENANT, "select count(*) as count from balances"),
            Ok(300)
        );
        assert_eq!(
            within(sql, OTHER, "select count(*) as count from balances"),
            Ok(0)
        );
        assert_eq!(
            within(
                sql,
                OTHER,
                "with gone as (delete from \"System Logs\" returning 1) select count(*) from gone"
            ),
            Ok(0)
        );
        let taken =
            "with w as (update accounts set balance = 0 returning 1) select count(*) from w";
        assert_eq!(within(sql, OTHER, taken), Ok(0));
        // Its context ends with its transaction.
        assert!(sql.batch_execute("select count(*) from accounts").is_err());
    }
    let mut sql = theirs.application();
    let foreign = format!("insert into accounts (tenant_id, email) values ('{TENANT}', 'planted')");
    let refused = done_within(&mut sql, OTHER, &foreign).unwrap_err();
    assert!(refused.contains("row-level security"), "{refused}");
    let moved = format!("update accounts set tenant_id = '{OTHER}' where id = 1");
    assert!(
        done_within(&mut sql, TENANT, &moved)
            .unwrap_err()
            .contains("row-level security")
    );
    // What was one of a kind is that for each tenant.
    done_within(
        &mut sql,
        OTHER,
        "insert into accounts (id, email) values (1, 'a1@bank.example')",
    )
    .unwrap();
    let twice = done_within(
        &mut sql,
        OTHER,
        "insert into accounts (email) values ('a1@bank.example')",
    );
    assert!(twice.unwrap_err().contains("accounts_email_key"));
    // A row of another tenant's is nothing to lead to.
    let across = "insert into transactions (account_id, reference, amount) values (2, 'x', 1)";
    let refused = done_within(&mut sql, OTHER, across).unwrap_err();
    assert!(
        refused.contains("transactions_account_id_fkey"),
        "{refused}"
    );
    done_within(&mut sql, TENANT, across).unwrap();
    done_within(&mut sql, TENANT, "delete from transactions where id = 10").unwrap();
    let set_null = "select count(*) as count from fraud_alerts where words = 'alert 1' and transaction_id is null";
    assert_eq!(
        within(&mut sql, TENANT, set_null),
        Ok(1),
        "the tenant stays, the way is emptied"
    );

    assert_eq!(
        theirs.count("pg_description where description = 'one account an address'"),
        1
    );
    let led = "pg_index i where i.indrelid in ('accounts'::regclass, 'transactions'::regclass, 'fraud_alerts'::regclass, '\"System Logs\"'::regclass)";
    let led_by_tenant = "(select attname from pg_attribute a where a.attrelid = i.indrelid and a.attnum = i.indkey[0]) = 'tenant_id'";
    assert_eq!(theirs.count(&format!("{led} and not ({led_by_tenant})")), 0);
    assert_eq!(theirs.count(led), 9);
    assert_eq!(theirs.count("pg_class where relname like '%\\_tnt\\_%'"), 0);
    theirs.adopt(&["undo", "--yes"]).ends(73);
    theirs.adopt(&["finish", "--yes"]).ends(73);
    let again = theirs.adopts("accounts").ends(73);
    assert!(
        again.err.contains("has a column tenant_id already"),
        "{}",
        again.err
    );
    let status = theirs.adopt(&["status", "--json"]).ends(0).json();
    assert_eq!(status["status"], "finished");
}

#[test]
fn what_shows_rows_of_all_tenants_holds_up_the_end() {
    let theirs = Theirs::new(RENTAL);
    theirs.adopts(RENTAL_TABLES).ends(0);
    let said = theirs.adopt(&["finish", "--yes"]).ends(73);
    assert!(said.err.contains("stock.rentals_by_store"), "{}", said.err);
    let all = "select count(*) as count from stock.titles";
    assert!(
        within(&mut theirs.application(), TENANT, all).is_ok(),
        "the entry is there before the end"
    );
    theirs
        .adopt(&["finish", "--yes", "--despite-leaks"])
        .ends(0);
    assert_eq!(within(&mut theirs.application(), TENANT, all), Ok(1500));
    let nobody = "0192f3a4-0000-7000-8000-000000000b0b";
    assert_eq!(within(&mut theirs.application(), nobody, all), Ok(0));
    // A key that changes takes what leads to it along, within its tenant.
    done_within(
        &mut theirs.application(),
        TENANT,
        "update stock.inventory set number = 77777 where store = 'S1' and number = 1",
    )
    .unwrap();
    assert_eq!(theirs.count("stock.rental where number = 77777"), 1);
}

#[test]
fn a_view_that_no_policy_would_bind_asks_as_its_reader_from_the_end_on() {
    let theirs = Theirs::new("create table t (id integer primary key); insert into t values (1)");
    let mut superuser = theirs.superuser();
    superuser
        .batch_execute(&format!(
            "create view everything as select * from t; grant select on everything to {}",
            theirs.app
        ))
        .unwrap();
    // The owner of the table may not change somebody else's view.
    theirs.adopts("t").ends(0);
    let said = theirs.adopt(&["finish", "--yes"]).ends(73);
    assert!(said.err.contains("public.everything"), "{}", said.err);
    theirs.adopt(&["undo", "--yes"]).ends(0);
    let url = crate::support::keeper::server().superuser_url(&superuser_database(&mut superuser));
    let words = ["adopt", "--url", &url];
    let adopt = |more: &[&str]| command::run(&[&words[..], more].concat(), &[]);
    let said = adopt(&["--tables", "t", "--tenant", "acme", "--tenant-id", TENANT]).ends(0);
    assert!(
        said.err
            .contains("the application must connect as somebody else"),
        "{}",
        said.err
    );
    adopt(&["finish", "--yes"]).ends(0);
    let all = "select count(*) as count from everything";
    assert_eq!(
        within(
            &mut theirs.application(),
            "0192f3a4-0000-7000-8000-000000000b0b",
            all
        ),
        Ok(0)
    );
    assert_eq!(within(&mut theirs.application(), TENANT, all), Ok(1));
}

fn superuser_database(sql: &mut PgConnection) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    query("select current_database()::text as name")
        .get_result::<Row>(sql)
        .unwrap()
        .name
}

/// The strongest lock that this connection has on a table.
fn strongest(sql: &mut PgConnection, table: &str) -> Option<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        mode: String,
    }
    const MODES: [&str; 8] = [
        "AccessShareLock",
        "RowShareLock",
        "RowExclusiveLock",
        "ShareUpdateExclusiveLock",
        "ShareLock",
        "ShareRowExclusiveLock",
        "ExclusiveLock",
        "AccessExclusiveLock",
    ];
    let held: Vec<Row> = query(
        "select l.mode from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace \
         where l.pid = pg_backend_pid() and n.nspname || '.' || c.relname = $1",
    )
    .bind::<Text, _>(table)
    .load(sql)
    .unwrap();
    let place = |row: &Row| MODES.iter().position(|mode| *mode == row.mode).unwrap();
    held.iter()
        .max_by_key(|row| place(row))
        .map(|row| row.mode.clone())
}

#[test]
fn the_plan_is_sql_and_locks_what_it_says() {
    let theirs = Theirs::new(BANK);
    let dry = [
        "--tables",
        BANK_TABLES,
        "--tenant",
        "acme",
        "--tenant-id",
        TENANT,
        "--dry-run",
    ];
    let text = theirs.adopt(&dry).ends(0);
    assert!(
        text.out.contains(
            "-- ACCESS EXCLUSIVE: everybody waits for a moment; no row is read\nalter table"
        ),
        "{}",
        text.out
    );
    assert!(
        text.out
            .contains("every row is written, in batches (about 5000 rows, "),
        "{}",
        text.out
    );
    assert_eq!(
        theirs.count("pg_namespace where nspname like 'tenantry%'"),
        0,
        "nothing was changed"
    );
    let plan = theirs
        .adopt(&[&dry[..], &["--json"]].concat())
        .ends(0)
        .json();
    let files = "select sum(relfilenode::bigint)::bigint as count from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'";
    let before = crate::support::postgres::count(&mut theirs.superuser(), files);
    let mut sql = theirs.owner();
    for step in plan["steps"].as_array().unwrap() {
        let statement = step["sql"].as_str().unwrap();
        if statement.contains("concurrently") {
            sql.batch_execute(statement).unwrap();
            continue;
        }
        // A batch of everything, for that of its bounds.
        let statement = statement.split(" where (\"").next().unwrap();
        sql.batch_execute("begin").unwrap();
        sql.batch_execute(statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
        for (table, lock) in [("table", "lock"), ("other_table", "other_lock")] {
            let (Some(table), Some(lock)) = (step[table].as_str(), step[lock].as_str()) else {
                continue;
            };
            let wanted = format!(
                "{}Lock",
                lock.to_lowercase()
                    .split(' ')
                    .map(capital)
                    .collect::<String>()
            );
            assert_eq!(
                strongest(&mut sql, table),
                Some(wanted),
                "{statement}: {table}"
            );
        }
        sql.batch_execute("commit").unwrap();
    }
    sql.batch_execute("begin").unwrap();
    for step in plan["finish"].as_array().unwrap() {
        let statement = step["sql"].as_str().unwrap();
        sql.batch_execute(statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    sql.batch_execute("commit").unwrap();
    let after = crate::support::postgres::count(&mut theirs.superuser(), files);
    assert_eq!(after, before, "no table was rewritten");
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

#[test]
fn the_tenant_is_one_of_this_installation_or_named_by_its_id() {
    let app = app::start();
    let theirs = Theirs::new("create table t (id integer primary key)");
    let url = theirs.url();
    let dry = [
        "adopt",
        "--url",
        &url,
        "--tables",
        "t",
        "--dry-run",
        "--tenant",
    ];
    let said = app.tenantry(&[&dry[..], &["acme"]].concat()).ends(0);
    assert!(
        said.out.contains(&ACME.id().uuid().to_string()),
        "{}",
        said.out
    );
    app.tenantry(&[&dry[..], &["nobody"]].concat()).ends(66);
    theirs.adopt(&["--tables", "t"]).ends(64);
    theirs
        .adopt(&["--tables", "t,", "--tenant-id", TENANT])
        .ends(64);
    theirs.adopt(&[]).ends(66);
}

#[test]
fn no_password_is_told() {
    for url in [
        "postgresql://someone:hunter2@127.0.0.1:1/x",
        "postgresql://someone:hunter2@/h@127.0.0.1:1/x",
        "postgresql://someone:hunter2/x@127.0.0.1/x",
        "postgresql://someone:1@hunter2@127.0.0.1/x",
        "postgresql://someone@[hunter2/x",
        "postgresql://127.0.0.1:1/x?password=hunter2",
        "postgresql://127.0.0.1:1/x?nonsense=hunter2",
        "host=127.0.0.1 port=1 password=hunter2",
        "password=hunter2 nonsense",
    ] {
        let said = command::run(&["adopt", "--url", url, "status"], &[]).ends(69);
        assert!(
            !format!("{}{}", said.out, said.err).contains("hunter2"),
            "{url}: {}",
            said.err
        );
    }
}
