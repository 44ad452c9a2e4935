//! ISO-08 and ISO-09: connections go from tenant to tenant, some work ends badly in the middle, and nothing is left on any
//! of them: Tenantry's own pool and one of the vendor's application, each directly and through PgBouncer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use diesel::connection::{CacheSize, SimpleConnection};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use domain::permission::System;
use services::{
    Credential, PoolSettings, Request, Statements, Store, StoreError, TenantEntry, TenantTx,
};
use store::limits;

use crate::application::begin;
use crate::support::bouncer::Bouncer;
use crate::support::cast::{ACME, GLOBEX, World};
use crate::support::postgres::{Database, count, query};
use crate::support::tools;

const CLIENTS: usize = 64;
const CONNECTIONS: u32 = 4;

/// Checkouts with every change; as many as the catalogue of tests wants are the ignored tests below.
const SHORT: usize = 640;

/// What came of it.
#[derive(Debug, Default)]
struct Tally {
    inspected: AtomicUsize,
    dirty: Mutex<Vec<String>>,
    done: AtomicUsize,
    panicked: AtomicUsize,
    refused: AtomicUsize,
    cut: AtomicUsize,
}

impl Tally {
    fn add(what: &AtomicUsize) -> usize {
        what.fetch_add(1, Ordering::Relaxed)
    }

    fn inspect(&self, is_clean: bool, found: impl std::fmt::Debug) {
        Self::add(&self.inspected);
        if !is_clean {
            self.dirty.lock().unwrap().push(format!("{found:?}"));
        }
    }

    fn holds(&self, wanted: usize) {
        let dirty = self.dirty.lock().unwrap();
        eprintln!(
            "{} checkouts, {} dirty; done {}, panicked {}, refused {}, cut {}",
            self.inspected.load(Ordering::Relaxed),
            dirty.len(),
            self.done.load(Ordering::Relaxed),
            self.panicked.load(Ordering::Relaxed),
            self.refused.load(Ordering::Relaxed),
            self.cut.load(Ordering::Relaxed)
        );
        assert!(dirty.is_empty(), "{dirty:#?}");
        assert!(self.inspected.load(Ordering::Relaxed) >= wanted, "{self:?}");
        for kind in [&self.done, &self.panicked, &self.refused, &self.cut] {
            assert!(kind.load(Ordering::Relaxed) > 0, "{self:?}");
        }
    }
}

/// Many clients at once until all have done their share, whatever becomes of each piece of work.
fn crowd(all: usize, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|threads| {
        for _ in 0..CLIENTS {
            threads.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= all {
                        return;
                    }
                    work(number);
                }
            });
        }
    });
}

/// Panics are part of the plan here: their words would hide everything else.
fn quietly(work: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(work)).is_err()
}

fn world(number: usize) -> World {
    if number.is_multiple_of(2) {
        ACME
    } else {
        GLOBEX
    }
}

// Tenantry's own pool.

fn settings(database: &Database, bouncer: Option<&Bouncer>) -> PoolSettings {
    let mut pools = database.pools();
    pools.app_size = CONNECTIONS;
    pools.wait = Duration::from_secs(60);
    if let Some(bouncer) = bouncer {
        pools.app_url = bouncer.url_of("tnt_app");
        pools.app_size = 16;
        pools.statements = Statements::Fresh;
    }
    pools
}

fn request() -> Request {
    Request {
        now: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        request_id: uuid::Uuid::from_u128(7),
        address: None,
        device: String::new(),
    }
}

/// Cancels who waits, lets others wait too long, cuts lines in the middle: until it is told to end.
fn sabotage(database: &Database, end: &AtomicBool) {
    let (mut holder, mut killer) = (database.superuser(), database.superuser());
    let waiting =
        "usename = 'tnt_app' and datname = current_database() and wait_event_type = 'Lock'";
    let busy = "usename = 'tnt_app' and datname = current_database() and backend_xid is not null";
    let mut kind = 0;
    while !end.load(Ordering::Relaxed) {
        holder
            .batch_execute("begin; select 1 from shared.limits for update")
            .unwrap();
        std::thread::sleep(Duration::from_millis(if kind % 3 == 1 { 90 } else { 15 }));
        if kind % 3 == 0 {
            killer
                .batch_execute(&format!(
                    "select pg_cancel_backend(pid) from pg_stat_activity where {waiting}"
                ))
                .unwrap();
        }
        holder.batch_execute("rollback").unwrap();
        if kind % 3 == 2 {
            killer
                .batch_execute(&format!(
                    "select pg_terminate_backend(pid) from pg_stat_activity where {busy} limit 1"
                ))
                .unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
        kind += 1;
    }
}

fn own_pool(database: &Database, bouncer: Option<&Bouncer>, all: usize) {
    database
        .superuser()
        .batch_execute(&format!(
            "alter role tnt_app in database {} set lock_timeout = '60ms'",
            database.name
        ))
        .unwrap();
    let store = Store::open(&settings(database, bouncer));
    let entries: Vec<TenantEntry> = [ACME, GLOBEX]
        .iter()
        .map(|world| store.resolve_tenant(world.id()).unwrap().unwrap())
        .collect();
    let (tally, end) = (Tally::default(), AtomicBool::new(false));
    std::thread::scope(|threads| {
        threads.spawn(|| sabotage(database, &end));
        crowd(all, |number| {
            one_of_ours(&store, &entries[number % 2], number, &tally);
            if let Ok(found) = store.residue() {
                tally.inspect(found.is_none(), found);
            }
        });
        end.store(true, Ordering::Relaxed);
    });
    let mut more = 0;
    while tally.inspected.load(Ordering::Relaxed) < all && more < all {
        more += 1;
        if let Ok(found) = store.residue() {
            tally.inspect(found.is_none(), found);
        }
    }
    tally.holds(all);
}

fn one_of_ours(store: &Store, entry: &TenantEntry, number: usize, tally: &Tally) {
    let panicked = quietly(|| {
        let outcome = store.tenant(
            &entry.scope,
            Credential::System("test"),
            &request(),
            |tx: &mut TenantTx<'_, System>| {
                limits::lock(tx, "users")?;
                match number % 40 {
                    1 | 20 => std::panic::panic_any(()),
                    2 | 21 => Err(StoreError::NotFound),
                    _ => limits::read(tx, "users").map(drop),
                }
            },
        );
        match outcome {
            Ok(()) => Tally::add(&tally.done),
            Err(StoreError::NotFound) => Tally::add(&tally.refused),
            Err(_) => Tally::add(&tally.cut),
        };
    });
    if panicked {
        Tally::add(&tally.panicked);
    }
}

// A pool of the vendor's application.

type Line = Pool<ConnectionManager<PgConnection>>;

#[derive(QueryableByName)]
struct Pid {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pid: i32,
}

fn vendors_pool(database: &Database, bouncer: Option<&Bouncer>, all: usize) {
    let (url, size) = match bouncer {
        Some(bouncer) => (bouncer.url_of("tnt_vendor_app"), 16),
        None => (database.url_of("tnt_vendor_app"), CONNECTIONS),
    };
    let pool: Line = Pool::builder()
        .max_size(size)
        .min_idle(Some(0))
        .test_on_check_out(false)
        .connection_timeout(Duration::from_secs(10))
        .build(ConnectionManager::new(url))
        .unwrap();
    let (tally, killer) = (Tally::default(), Arc::new(Mutex::new(database.superuser())));
    crowd(all + all / 10, |number| {
        let panicked = quietly(|| one_of_theirs(&pool, &killer, number, &tally));
        if panicked {
            Tally::add(&tally.panicked);
        }
    });
    tally.holds(all);
}

/// Looks at the connection as it was given back, and then does its own work on it.
fn one_of_theirs(pool: &Line, killer: &Arc<Mutex<PgConnection>>, number: usize, tally: &Tally) {
    let Ok(mut connection) = pool.get() else {
        return;
    };
    connection.set_prepared_statement_cache_size(CacheSize::Disabled);
    let left = "select count(*) as count where current_user <> session_user or coalesce(current_setting('app.tenant_id', true), '') <> ''
        or current_setting('search_path') <> '\"$user\", public' or exists (select from pg_listening_channels())
        or exists (select from pg_locks l where l.pid = pg_backend_pid() and (l.locktype in ('advisory', 'transactionid') or l.relation >= 16384))";
    let asked = connection.transaction(|c| query(left).get_result::<Count>(c));
    match asked {
        Ok(found) => tally.inspect(found.count == 0, number),
        Err(_) => return,
    }
    let outcome = connection.transaction(|c| {
        c.batch_execute(begin(world(number)).trim_start_matches("begin; "))?;
        query("select count(*) as count from users").get_result::<Count>(c)?;
        match number % 50 {
            1 => std::panic::panic_any(()),
            2 => Err(diesel::result::Error::RollbackTransaction),
            3 => c.batch_execute("set local statement_timeout = '10ms'; select pg_sleep(5)"),
            4 => stopped(c, killer, "pg_cancel_backend", "select pg_sleep(5)"),
            5 => stopped(c, killer, "pg_terminate_backend", "select pg_sleep(5)"),
            _ => c.batch_execute("select count(*) from limits"),
        }
    });
    match outcome {
        Ok(()) => Tally::add(&tally.done),
        Err(diesel::result::Error::RollbackTransaction) => Tally::add(&tally.refused),
        Err(_) => Tally::add(&tally.cut),
    };
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// Stops this very backend while it is at work.
fn stopped(
    connection: &mut PgConnection,
    killer: &Arc<Mutex<PgConnection>>,
    how: &str,
    work: &str,
) -> QueryResult<()> {
    let own = query("select pg_backend_pid() as pid")
        .get_result::<Pid>(connection)?
        .pid;
    let (killer, text) = (
        Arc::clone(killer),
        format!("select count(*) filter (where {how}({own})) as count"),
    );
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(5));
        count(&mut killer.lock().unwrap(), &text)
    });
    let outcome = connection.batch_execute(work);
    stopper.join().unwrap();
    outcome
}

/// Panics on purpose say nothing.
fn hushed() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !info.payload().is::<()>() {
                before(info);
            }
        }));
    });
}

#[test]
fn iso_08_nothing_is_left_on_a_connection() {
    hushed();
    directly(SHORT);
}

#[test]
#[ignore = "two minutes: for releases"]
fn iso_08_nothing_is_left_after_twenty_thousand_checkouts() {
    hushed();
    directly(20_000);
}

#[test]
fn iso_09_nothing_is_left_behind_pgbouncer() {
    hushed();
    through_pgbouncer(SHORT);
}

#[test]
#[ignore = "a minute: for releases"]
fn iso_09_nothing_is_left_behind_pgbouncer_after_five_thousand_checkouts() {
    hushed();
    through_pgbouncer(5_000);
}

fn directly(all: usize) {
    own_pool(&Database::peopled(), None, all);
    vendors_pool(&Database::peopled(), None, all);
}

fn through_pgbouncer(all: usize) {
    for pool in [own_pool, vendors_pool] {
        let database = Database::peopled();
        let Some(bouncer) = Bouncer::before(&database.name, CONNECTIONS) else {
            return tools::missing("pgbouncer");
        };
        pool(&database, Some(&bouncer), all);
    }
}
