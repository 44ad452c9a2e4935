//! DBF-06: what the server may do to a transaction at any moment, and that the unit of work is done all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::DateTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::permission::{Anyone, System};
use services::audit::{self, Action, Entry, Target, TargetKind};
use services::directory::{Directory, TenantEntry};
use services::rates::Bucket;
use services::{Credential, Request, Store, StoreError, TenantTx, VerbError};

use crate::support::postgres::{Database, count, run};

const TENANT: &str = "00000000-0000-7000-8000-00000000000a";

/// A tenant at `acme.test`, past the product.
fn acme(database: &Database, store: &Store) -> Arc<TenantEntry> {
    run(
        &database.owner_url(),
        &format!(
            "insert into catalogue.nodes values ('{TENANT}', 'main', 'postgres', now()); \
             insert into catalogue.tenants (id, slug, name, status, created_at, updated_at) values ('{TENANT}', 'acme', 'Acme', 'active', now(), now()); \
             insert into catalogue.placements values ('{TENANT}', '{TENANT}', 'shared', 1); \
             insert into catalogue.domains values ('acme.test', '{TENANT}', true, now()); \
             insert into node.placements values ('{TENANT}', 'shared', 'tnt_tenant', 1, now())"
        ),
    );
    Directory::new(store.clone())
        .ask("acme.test")
        .unwrap()
        .unwrap()
}

fn request() -> Request {
    Request {
        now: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        request_id: uuid::Uuid::from_u128(7),
        address: None,
        device: String::new(),
    }
}

/// The unit of work: an audit entry, which takes the lock that the faults are made with.
fn deed(tx: &mut TenantTx<'_, System>) -> Result<(), VerbError> {
    let target = Target::named(TargetKind::ALL[0], "acme");
    Ok(audit::record(tx, Entry::done(Action::ALL[0], target))?)
}

/// Does the deed and says how often it was begun.
fn done(store: &Store, entry: &TenantEntry) -> (Result<(), VerbError>, u32) {
    let begun = AtomicU32::new(0);
    let outcome = store.tenant(&entry.scope, Credential::System("test"), &request(), |tx| {
        begun.fetch_add(1, Ordering::Relaxed);
        deed(tx)
    });
    (outcome, begun.into_inner())
}

fn entries(database: &Database) -> i64 {
    count(
        &mut database.superuser(),
        "select count(*) as count from shared.audit_entries",
    )
}

/// A thread of work that will meet the fault, and the moment in which it waits for a lock.
fn while_it_waits(
    database: &Database,
    store: &Store,
    entry: &Arc<TenantEntry>,
    fault: impl FnOnce(&mut PgConnection),
) -> (Result<(), VerbError>, u32) {
    let mut other = database.superuser();
    other
        .batch_execute(
            "set deadlock_timeout = '20s'; begin; update shared.audit_heads set seq = seq",
        )
        .unwrap();
    let worker = std::thread::spawn({
        let (store, entry) = (store.clone(), Arc::clone(entry));
        move || done(&store, &entry)
    });
    let mut watcher = database.superuser();
    let patience = Instant::now();
    while count(
        &mut watcher,
        "select count(*) as count from pg_stat_activity where usename = 'tnt_app' and datname = current_database() and wait_event_type = 'Lock'",
    ) == 0
    {
        assert!(
            patience.elapsed() < Duration::from_secs(10),
            "the work never waited"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    fault(&mut other);
    let _ = other.batch_execute("rollback");
    worker.join().unwrap()
}

/// A store whose connections have all done something already, as those of a running process have.
fn warm(database: &Database) -> (Store, Arc<TenantEntry>) {
    let store = database.store();
    let entry = acme(database, &store);
    let all: Vec<_> = (0..4)
        .map(|_| {
            let (store, entry) = (store.clone(), Arc::clone(&entry));
            std::thread::spawn(move || {
                store.tenant(
                    &entry.scope,
                    Credential::System("test"),
                    &request(),
                    |_: &mut TenantTx<'_, System>| {
                        std::thread::sleep(Duration::from_millis(150));
                        Ok::<_, VerbError>(())
                    },
                )
            })
        })
        .collect();
    for one in all {
        one.join().unwrap().unwrap();
    }
    assert_eq!(store.state().idle, 4);
    done(&store, &entry).0.unwrap();
    (store, entry)
}

#[test]
fn dbf_06_a_pool_of_dead_connections_fails_no_work() {
    let database = Database::fresh();
    let (store, entry) = warm(&database);
    run(
        &database.owner_url(),
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tnt_app' and datname = current_database()",
    );
    let (outcome, begun) = done(&store, &entry);
    outcome.unwrap();
    assert_eq!(begun, 1, "a dead connection costs no try");
    assert_eq!(entries(&database), 2);
}

#[test]
fn dbf_06_a_pool_of_dead_connections_refuses_no_call_of_the_api() {
    let database = Database::fresh();
    let (store, _) = warm(&database);
    run(
        &database.owner_url(),
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tnt_app' and datname = current_database()",
    );
    let bucket = Bucket {
        name: "test".to_owned(),
        limit: 5,
        seconds: 3_600,
    };
    let taken = store.take_rates(&[bucket]).unwrap();
    assert_eq!((taken.refused, taken.remaining), (None, 4), "taken once");
}

#[test]
fn dbf_06_57p01_a_connection_that_is_ended_in_the_middle() {
    let database = Database::fresh();
    let (store, entry) = warm(&database);
    let (outcome, begun) = while_it_waits(&database, &store, &entry, |other| {
        other.batch_execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tnt_app' and datname = current_database()").unwrap();
    });
    outcome.unwrap();
    assert_eq!(begun, 2);
    assert_eq!(entries(&database), 2, "once, although it was begun twice");
}

#[test]
fn dbf_06_40p01_a_deadlock() {
    let database = Database::fresh();
    let (store, entry) = warm(&database);
    let (outcome, begun) = while_it_waits(&database, &store, &entry, |other| {
        // The work holds its tenant's fence and waits for the chain's head, which we hold: the work's own
        // timer finds the deadlock first.
        other
            .batch_execute(&format!(
                "select pg_advisory_xact_lock(hashtextextended('{TENANT}', 0)); commit"
            ))
            .unwrap();
    });
    outcome.unwrap();
    assert_eq!(begun, 2);
    assert_eq!(entries(&database), 2);
}

#[test]
fn dbf_06_40001_a_serialization_failure() {
    let database = Database::fresh();
    run(
        &database.owner_url(),
        &format!(
            "alter role tnt_app in database {} set default_transaction_isolation = 'repeatable read'",
            database.name
        ),
    );
    let (store, entry) = warm(&database);
    let (outcome, begun) = while_it_waits(&database, &store, &entry, |other| {
        other.batch_execute("commit").unwrap();
    });
    outcome.unwrap();
    assert_eq!(begun, 2);
    assert_eq!(entries(&database), 2);
}

#[test]
fn dbf_06_0a000_a_plan_of_an_older_schema() {
    let database = Database::fresh();
    let (store, entry) = warm(&database);
    // A session that nobody has: the guard asks for it all the same, by a statement that is kept prepared.
    let token = domain::token::Token::<domain::token::SessionKind>::from_random([7; 32]).hash();
    let begun = AtomicU32::new(0);
    let read = || {
        let session = Credential::Session(&token);
        store.tenant(
            &entry.scope,
            session,
            &request(),
            |_: &mut TenantTx<'_, Anyone>| {
                begun.fetch_add(1, Ordering::Relaxed);
                Ok::<_, VerbError>(())
            },
        )
    };
    // r2d2 hands out the connection that came back last: one is enough.
    read().unwrap();
    read().unwrap();
    run(
        &database.owner_url(),
        "alter table shared.users alter column locale type varchar(35)",
    );
    read().unwrap();
    assert_eq!(
        begun.load(Ordering::Relaxed),
        3,
        "the fault comes before the work"
    );
    // Outside any tenant too.
    let directory = Directory::new(store.clone());
    directory.ask("acme.test").unwrap();
    run(
        &database.owner_url(),
        "alter function catalogue.resolve_host(text) rename to resolve_host_before; create function catalogue.resolve_host(p_host text, out tenant_id uuid, out epoch integer, out slug varchar, out name text, out status text, out status_reason text, out locale text, out timezone text, out canonical_host text, out plan text, out trial_ends_at timestamptz, out date_format text, out time_format text, out delete_at timestamptz, out closed_by uuid, out connections integer, out database_name text) language sql stable security definer set search_path = pg_catalog as 'select * from catalogue.resolve_host_before(p_host)'; grant execute on function catalogue.resolve_host(text) to tnt_app",
    );
    assert!(directory.ask("acme.test").unwrap().is_some());
}

#[test]
fn dbf_06_57014_a_statement_that_takes_too_long_is_not_tried_again() {
    let database = Database::fresh();
    let mut pools = database.pools();
    pools.statement_timeout = Some(Duration::from_millis(200));
    let store = Store::open(&pools);
    let entry = acme(&database, &store);
    done(&store, &entry).0.unwrap();
    let (outcome, begun) = while_it_waits(&database, &store, &entry, |_| {
        std::thread::sleep(Duration::from_millis(400))
    });
    assert!(
        matches!(outcome, Err(VerbError::Store(StoreError::Timeout))),
        "{outcome:?}"
    );
    assert_eq!(begun, 1);
    done(&store, &entry).0.unwrap();
}

#[test]
fn dbf_06_55p03_a_lock_that_does_not_come_is_given_up_after_three_tries() {
    let database = Database::fresh();
    run(
        &database.owner_url(),
        &format!(
            "alter role tnt_app in database {} set lock_timeout = '100ms'",
            database.name
        ),
    );
    let (store, entry) = warm(&database);
    let (outcome, begun) = while_it_waits(&database, &store, &entry, |_| {
        std::thread::sleep(Duration::from_millis(900))
    });
    assert!(
        matches!(outcome, Err(VerbError::Store(StoreError::Transient(_)))),
        "{outcome:?}"
    );
    assert_eq!(begun, 3);
}

#[test]
fn dbf_03_a_full_pool_is_said_within_the_wait_limit() {
    let database = Database::fresh();
    let mut pools = database.pools();
    pools.wait = Duration::from_millis(300);
    let store = Store::open(&pools);
    let entry = acme(&database, &store);
    let holding: Vec<_> = (0..4)
        .map(|_| {
            let (store, entry) = (store.clone(), Arc::clone(&entry));
            std::thread::spawn(move || {
                store.tenant(
                    &entry.scope,
                    Credential::System("test"),
                    &request(),
                    |_: &mut TenantTx<'_, System>| {
                        std::thread::sleep(Duration::from_millis(1_200));
                        Ok::<_, VerbError>(())
                    },
                )
            })
        })
        .collect();
    while store.state().open < 4 || store.state().idle > 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let started = Instant::now();
    let (outcome, begun) = done(&store, &entry);
    assert!(
        matches!(outcome, Err(VerbError::Store(StoreError::Busy))),
        "{outcome:?}"
    );
    assert_eq!(begun, 0);
    assert!(
        started.elapsed() < Duration::from_millis(800),
        "{:?}",
        started.elapsed()
    );
    for one in holding {
        one.join().unwrap().unwrap();
    }
    done(&store, &entry).0.unwrap();
}
