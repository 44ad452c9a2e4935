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
        assert!(self.says_either(word, word));
    }

    /// Reads until it says one of both: whether that was the first.
    fn says_either(&mut self, word: &str, other: &str) -> bool {
        let mut all = Vec::new();
        for line in self.lines.by_ref() {
            let line = line.unwrap();
            if line.contains(word) {
                return true;
            }
            if line.contains(other) {
                return false;
            }
            all.push(line);
        }
        panic!("it never said {word}:\n{}", all.join("\n"));
    }

    fn killed(mut self) {
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
    until("it waits", Duration::from_secs(60), || waits(&mut watch));
    adopting.killed();
    gate.batch_execute("rollback").unwrap();
    goes_on(&theirs);
    theirs.adopt(&["undo", "--yes"]).ends(0);
    assert_eq!(theirs.dump(), before);
}

/// A process that is in the middle of a batch of this table, after so many of its rows, and cannot go on.
fn caught_filling(theirs: &Theirs, table: &str, after: i64) -> (Adopting, PgConnection) {
    let (mut door, mut gate) = (theirs.superuser(), theirs.superuser());
    door.batch_execute("begin; lock table accounts in access share mode")
        .unwrap();
    let mut adopting = Adopting::begins(theirs);
    adopting.says("public.accounts: the application is at it");
    gate.batch_execute(&format!(
        "select pg_advisory_lock(4711); create function public.hold() returns trigger language plpgsql security definer as \
         $$ begin perform pg_advisory_xact_lock_shared(4711); return new; end $$; \
         create trigger hold before update on tenantry_adoption.steps for each row \
         when (new.step ->> 'table' = '{table}' and new.step ->> 'kind' = 'fill' and new.rows_done > {after}) execute function public.hold()"
    ))
    .unwrap();
    door.batch_execute("rollback").unwrap();
    adopting.says(&format!("{table}: the application is at it"));
    (adopting, gate)
}

fn let_go(gate: &mut PgConnection) {
    gate.batch_execute(
        "select pg_advisory_unlock(4711); drop trigger hold on tenantry_adoption.steps; drop function public.hold()",
    )
    .unwrap();
}

#[test]
fn a_killed_filling_goes_on_with_the_batch_that_it_was_at() {
    let theirs = Theirs::new(BANK);
    let before = theirs.dump();
    let (adopting, mut gate) = caught_filling(&theirs, "public.transactions", 2000);
    adopting.killed();
    let filled = "transactions where tenant_id is not null";
    assert_eq!(theirs.count(filled), 2000, "whole batches alone");
    until("nobody is at it", Duration::from_secs(60), || {
        theirs.count("pg_stat_activity where application_name = 'tenantry adopt'") == 0
    });
    let_go(&mut gate);
    goes_on(&theirs);
    theirs.adopt(&["undo", "--yes"]).ends(0);
    assert_eq!(theirs.dump(), before);
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
fn killed_after_every_step_it_comes_to_the_same_end_under_an_application_that_writes() {
    let theirs = Theirs::new(BANK);
    let before = theirs.dump();
    let writer = theirs.writes(super::BANK_AT_WORK);
    // The first step that it says it begins is done when it says the second.
    loop {
        let mut adopting = Adopting::begins(&theirs);
        let more = (0..2).all(|_| adopting.says_either("[", "All steps are done"));
        adopting.killed();
        if !more {
            break;
        }
    }
    writer.ended();
    theirs.adopts(BANK_TABLES).ends(0);
    assert_eq!(theirs.count("pg_index where not indisvalid"), 0);
    assert_eq!(theirs.count("pg_constraint where not convalidated"), 0);
    theirs.adopt(&["undo", "--yes"]).ends(0);
    assert_eq!(theirs.dump(), before);
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
    let (mut adopting, mut gate) = caught_filling(&theirs, "public.transactions", 2000);
    let said = theirs.adopts(BANK_TABLES).ends(75);
    assert!(
        said.err.contains("another process is adopting"),
        "{}",
        said.err
    );
    theirs.adopt(&["undo", "--yes"]).ends(75);
    let_go(&mut gate);
    adopting.says("All steps are done");
    until("the first one is gone", Duration::from_secs(60), || {
        adopting.child.try_wait().unwrap().is_some()
    });
    let other = [
        "--tables",
        "accounts",
        "--tenant",
        "acme",
        "--tenant-id",
        TENANT,
    ];
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
    let (adopting, mut gate) = caught_filling(&theirs, "public.fraud_alerts", 0);
    adopting.killed();
    let_go(&mut gate);
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
