//! Moving a tenant of 100,000 people (some 400,000 rows) to a schema of its own and back, while four programs write to it
//! and a neighbour's page is read: how long requests waited, what was lost, and the copying against a bare copy.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chrono::Utc;
use domain::permission::{ManageKeys, Permission, ReadUsers};
use domain::{MoveState, Permissions, PlacementKind, TenantId, UserId};
use services::users::list;
use services::{Credential, Request, StoreError, VerbError, keys};
use store::moves::NewMove;
use uuid::Uuid;

use crate::world::{BIG, World, page_request};
use crate::{load, report};

/// Moves, there and back in turn.
const MOVES: usize = 20;
const WRITERS: usize = 4;

pub(crate) struct Moved {
    rows: i64,
    copying: Duration,
    pause: Duration,
}

#[derive(Default)]
struct Beside {
    writes: AtomicU64,
    slowest_write: AtomicU64,
    pages: AtomicU64,
    slowest_page: AtomicU64,
}

pub(crate) fn run(world: &World) {
    let (key, people) = caller(world);
    let neighbour = world.sign_in(7);
    let (stop, beside) = (AtomicBool::new(false), Beside::default());
    let (moved, last) = std::thread::scope(|threads| {
        let writers: Vec<_> = people
            .iter()
            .map(|person| threads.spawn(|| write(world, &key, *person, &stop, &beside)))
            .collect();
        threads.spawn(|| read(world, &neighbour, &stop, &beside));
        let moved: Vec<Moved> = (0..MOVES).map(|number| one(world, number)).collect();
        stop.store(true, Ordering::Relaxed);
        let last: Vec<u64> = writers.into_iter().map(|one| one.join().unwrap()).collect();
        (moved, last)
    });
    let lost = people
        .iter()
        .zip(&last)
        .filter(|(person, last)| !is_there(world, **person, **last));
    let lost = lost.count();
    assert_eq!(lost, 0, "acknowledged writes were lost");
    told(world, &moved, &beside);
}

fn told(world: &World, moved: &[Moved], beside: &Beside) {
    // Whole copies are the first there and the first back; the others follow a kept one.
    let whole: Vec<&Moved> = moved.iter().filter(|one| one.rows > 0).collect();
    let rows = whole.iter().map(|one| one.rows).max().unwrap_or(0);
    let copying = report::median(whole.iter().map(|one| one.copying.as_secs_f64()).collect());
    let bare = bare_copy(world);
    let mut pauses: Vec<f64> = moved
        .iter()
        .map(|one| one.pause.as_secs_f64() * 1000.0)
        .collect();
    pauses.sort_by(f64::total_cmp);
    let slowest = |of: &AtomicU64| format!("{} ms", of.load(Ordering::Relaxed) / 1000);
    let title = format!("{MOVES} moves of a tenant of {rows} rows, {WRITERS} writers");
    report::head(&title, &["what", "measured", "aim"]);
    let line = |what: &str, measured: String, aim: &str| {
        report::line(&[what.to_owned(), measured, aim.to_owned()]);
    };
    line(
        "pause, median",
        format!("{:.0} ms", report::median(pauses.clone())),
        "1,000 ms",
    );
    line(
        "pause, longest",
        format!("{:.0} ms", pauses.last().unwrap()),
        "1,000 ms",
    );
    line("copying and comparing", format!("{copying:.1} s"), "");
    line(
        "the same rows by create table as",
        format!("{bare:.1} s"),
        "",
    );
    line("ratio to it", format!("{:.2}", bare / copying), "");
    line(
        "writes acknowledged",
        beside.writes.load(Ordering::Relaxed).to_string(),
        "",
    );
    line("of these lost", "0".to_owned(), "0");
    line("slowest write", slowest(&beside.slowest_write), "");
    line(
        "a neighbour's pages",
        beside.pages.load(Ordering::Relaxed).to_string(),
        "",
    );
    line("slowest of these", slowest(&beside.slowest_page), "");
}

fn one(world: &World, number: usize) -> Moved {
    let tenant = TenantId::from_uuid(world.tenant_id(BIG));
    if number.is_multiple_of(2) {
        to(world, tenant, PlacementKind::Schema)
    } else {
        to(world, tenant, PlacementKind::Shared)
    }
}

/// Moves a tenant.
pub(crate) fn to(world: &World, tenant: TenantId, to: PlacementKind) -> Moved {
    let store = &world.app.store;
    let line = store
        .platform::<_, StoreError>(now(), |tx| {
            let new = NewMove {
                to_node: None,
                tenant,
                to,
                keep_days: 1,
                asked_by: "bench",
            };
            let id = tx.plan_move(&new)?;
            tx.turn_move(id, MoveState::Running)?;
            tx.read_move(id)
        })
        .unwrap();
    let mut mover = store.mover(line, &[], now()).unwrap();
    mover.prepare(now()).unwrap();
    let (begun, mut rows) = (Instant::now(), 0);
    mover
        .copy(|copied| {
            rows = copied.rows;
            true
        })
        .unwrap();
    let copying = begun.elapsed();
    mover.compare().unwrap();
    let pause = mover.hand_over(now()).unwrap();
    Moved {
        rows,
        copying,
        pause,
    }
}

/// Writes until it is told to stop; the last write that was answered.
fn write(world: &World, key: &str, person: UserId, stop: &AtomicBool, beside: &Beside) -> u64 {
    let mut written = 0;
    while !stop.load(Ordering::Relaxed) {
        let body = format!(
            r#"{{"user":{{"profile":{{"department":"D{}"}}}}}}"#,
            written + 1
        );
        let request = format!(
            "PUT /api/v1/tenants/me/users/{person} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let begun = Instant::now();
        let (status, _, head) = load::once(world.address, &request);
        assert_eq!(status, 200, "{head}");
        took(begun, &beside.slowest_write);
        written += 1;
        beside.writes.fetch_add(1, Ordering::Relaxed);
    }
    written
}

fn read(world: &World, cookie: &str, stop: &AtomicBool, beside: &Beside) {
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let (status, _, head) = load::once(world.address, &page_request(7, "/users", cookie));
        assert_eq!(status, 200, "{head}");
        took(begun, &beside.slowest_page);
        beside.pages.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn took(begun: Instant, slowest: &AtomicU64) {
    let took = u64::try_from(begun.elapsed().as_micros()).unwrap();
    slowest.fetch_max(took, Ordering::Relaxed);
}

/// Whether the person has what was written last.
fn is_there(world: &World, person: UserId, last: u64) -> bool {
    let tenant = world.tenant_id(BIG);
    // MOVES is even: it is back in the shared tables.
    let text = format!(
        "do $$ begin if not exists (select from shared.users where tenant_id = '{tenant}' and id = '{}' and department = 'D{last}') \
         then raise exception 'lost'; end if; end $$",
        person.uuid()
    );
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.superuser_do(&text))).is_ok()
}

/// Seconds of a copy of the same rows into tables without an index or a policy.
fn bare_copy(world: &World) -> f64 {
    let tenant = world.tenant_id(BIG);
    let begun = Instant::now();
    world.superuser_do(&format!(
        "create schema bare; do $$ declare t text; begin for t in select table_name from app.tenant_tables('shared') loop \
         execute format('create table bare.%I as select * from shared.%I where tenant_id = ''{tenant}''', t, t); end loop; end $$; \
         drop schema bare cascade"
    ));
    begun.elapsed().as_secs_f64()
}

/// A key of the big tenant that may write, and one person a writer.
fn caller(world: &World) -> (String, Vec<UserId>) {
    let store = &world.app.store;
    let entry = store
        .resolve_host(&format!("t{BIG}.localhost"))
        .unwrap()
        .unwrap();
    let wish = keys::Wish {
        name: "Bench".to_owned(),
        permissions: Permissions::of(Permission::ALL),
        lives: None,
    };
    let request = Request {
        now: now(),
        request_id: Uuid::nil(),
        address: None,
        device: "bench".to_owned(),
    };
    let system = || Credential::System("bench");
    let made = store
        .tenant::<ManageKeys, _, VerbError>(&entry.scope, system(), &request, |tx| {
            keys::create(tx, &wish)
        })
        .unwrap();
    let people = store
        .tenant::<ReadUsers, _, VerbError>(&entry.scope, system(), &request, |tx| {
            list::walk(tx, &[], None, 50)
        })
        .unwrap();
    let people = people.iter().rev().take(WRITERS).map(|person| person.id);
    (made.key.reveal().to_owned(), people.collect())
}

#[allow(clippy::disallowed_methods, reason = "the moment of a bench")]
fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}
