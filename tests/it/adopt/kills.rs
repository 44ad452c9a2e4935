//! The process that adopts is killed in the middle: whoever comes next goes on, and nothing is done twice or left half.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::theirs::{TENANT, Theirs};
use super::{BANK, BANK_TABLES};
use crate::support::app::SECRET;
use crate::support::postgres::count;
use crate::tenant_processes::until;

/// The real binary at work, and what it says.
struct Adopting {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStderr>>,
}

impl Adopting {
    fn begins(theirs: &Theirs) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tenantry"))
            .args(["adopt", "--url", &theirs.url(), "--tables", BANK_TABLES])
            .args(["--tenant", "acme", "--tenant-id", TENANT, "--batch", "500"])
            .env_clear()
            .env("TENANTRY_SECRET", SECRET)
            .env("TENANTRY_DATA", env!("CARGO_TARGET_TMPDIR"))
            .env("TENANTRY_PUBLIC_PORT", "80")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Reads until it says this.
    fn says(&mut self, word: &str) {
        let mut all = Vec::new();
        for line in self.lines.by_ref() {
            let line = line.unwrap();
            if line.contains(word) {
                return;
            }
            all.push(line);
        }
        panic!("it never said {word}:\n{}", all.join("\n"));
    }

    fn is_killed(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Adopting {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn goes_on(theirs: &Theirs) {
    let status = theirs.adopt(&["status", "--json"]).ends(0).json();
    assert_eq!(status["status"], "running");
    assert!(!status["next"].is_null());
    theirs.adopts(BANK_TABLES).ends(0);
    let status = theirs.adopt(&["status", "--json"]).ends(0).json();
    assert_eq!(status["status"], "ready");
    assert_eq!(
        status["rows_filled"],
        5000 + 400 + 3000,
        "each row was filled once"
    );
    assert_eq!(theirs.count("pg_index where not indisvalid"), 0);
    assert_eq!(theirs.count("pg_constraint where not convalidated"), 0);
}

/// Killed wherever it waits for what this holds, and let go on.
fn killed_while(holding: &str, waits: impl Fn(&mut PgConnection) -> bool, word: &str) {
    let theirs = Theirs::new(BANK);
    let before = theirs.dump();
    let mut gate = theirs.superuser();
    gate.batch_execute(holding).unwrap();
    let mut adopting = Adopting::begins(&theirs);
    adopting.says(word);
    let mut watch = theirs.superuser();
    until("it waits", Duration::from_secs(20), || waits(&mut watch));
    adopting.is_killed();
    gate.batch_execute("rollback").unwrap();
    goes_on(&theirs);
    theirs.adopt(&["undo", "--yes"]).ends(0);
    assert_eq!(theirs.dump(), before);
}

#[test]
fn a_killed_filling_goes_on_with_the_batch_that_it_was_at() {
    killed_while(
        "begin; select 1 from transactions where id = 2600 for update",
        |sql| {
            count(
                sql,
                "select coalesce(sum(rows_done), 0)::bigint as count from tenantry_adoption.steps where step ->> 'table' = 'public.transactions'",
            ) == 2500
        },
        "public.transactions: fill in the tenant",
    );
}

#[test]
fn a_killed_index_is_made_anew() {
    killed_while(
        "begin isolation level repeatable read; select 1 from pg_class limit 1",
        |sql| {
            count(
                sql,
                "select count(*) as count from pg_index where not indisvalid",
            ) == 1
        },
        "make an index",
    );
}

#[test]
fn a_table_that_the_application_holds_is_waited_for_in_short_tries() {
    killed_while(
        "begin; lock table accounts in access share mode",
        |sql| {
            count(
                sql,
                "select count(*) as count from tenantry_adoption.steps where done_at is not null",
            ) > 0
        },
        "the application is at it; trying again",
    );
}

#[test]
fn two_processes_never_adopt_at_once() {
    let theirs = Theirs::new(BANK);
    let mut gate = theirs.superuser();
    gate.batch_execute("begin; select 1 from transactions where id = 2600 for update")
        .unwrap();
    let mut adopting = Adopting::begins(&theirs);
    adopting.says("public.transactions: fill in the tenant");
    let said = theirs.adopts(BANK_TABLES).ends(75);
    assert!(
        said.err.contains("another process is adopting"),
        "{}",
        said.err
    );
    theirs.adopt(&["undo", "--yes"]).ends(75);
    gate.batch_execute("rollback").unwrap();
    adopting.says("All steps are done");
    let other = [
        "--tables",
        "accounts",
        "--tenant",
        "acme",
        "--tenant-id",
        TENANT,
    ];
    until("the first one is gone", Duration::from_secs(20), || {
        adopting.child.try_wait().unwrap().is_some()
    });
    let said = theirs.adopt(&other).ends(73);
    assert!(
        said.err.contains("another adoption is under way"),
        "{}",
        said.err
    );
}

#[test]
fn what_changes_rows_behind_a_filling_is_noticed() {
    let theirs = Theirs::new(BANK);
    let mut gate = theirs.superuser();
    gate.batch_execute("begin; select 1 from fraud_alerts where id = 1 for update")
        .unwrap();
    let mut adopting = Adopting::begins(&theirs);
    adopting.says("public.fraud_alerts: fill in the tenant");
    adopting.is_killed();
    gate.batch_execute("rollback").unwrap();
    theirs
        .owner()
        .batch_execute(
            "create function meddle() returns trigger language plpgsql as $$ begin new.words = 'meddled'; return new; end $$; \
             create trigger meddle before update on fraud_alerts for each row execute function meddle()",
        )
        .unwrap();
    let said = theirs.adopts(BANK_TABLES).ends(1);
    assert!(said.err.contains("public.fraud_alerts"), "{}", said.err);
    assert_eq!(theirs.count("fraud_alerts where words = 'meddled'"), 0);
    theirs
        .owner()
        .batch_execute("drop trigger meddle on fraud_alerts")
        .unwrap();
    theirs.adopts(BANK_TABLES).ends(0);
}
