//! What measuring costs a page, how much can be written down a second, and how long the roll-ups of 20 million events take
//! to read: of one tenant, and of the first twenty of 10,000.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection};
use domain::staff::ManagePlatformKeys;
use domain::{Meter, StaffPermission, StaffPermissions, TenantId};
use services::usage::{Flusher, Usage};
use services::{Request, StaffCredential, StoreError, VerbError, platform_keys};
use uuid::Uuid;

use crate::pages::Users;
use crate::world::World;
use crate::{load, report};

/// Many short ones: the machine drifts by more than what is looked for.
const ROUNDS: usize = 60;
const TIME: Duration = Duration::from_secs(2);
/// A key may compare tenants fifty times a minute.
const COMPARED: usize = 12;
const CONNECTIONS: usize = 16;
const TENANTS: usize = 10_000;
const WRITERS: usize = 4;
/// What one writer notes between two flushes: a second's worth at the rate that is aimed at.
const BATCH: usize = 20_000;
const WRITING: Duration = Duration::from_secs(10);

pub(crate) fn run(world: &World) {
    world.superuser_do(include_str!("usage.sql"));
    gather(world);
    world.superuser_do("vacuum analyze");
    reading(world);
    comparing(world);
    writing(world);
    page(world);
}

/// The same page with measuring and without, in turns.
fn page(world: &World) {
    let (usage, store, clock) = (
        Arc::clone(&world.app.usage),
        world.app.store.clone(),
        world.app.clock.clone(),
    );
    let flusher = Flusher::start(Arc::clone(&usage), store, move || clock.now()).unwrap();
    let users = Users::of_small_tenants(world);
    let ask = |rests: bool| {
        usage.rest(rests);
        load::run(world.address, CONNECTIONS, TIME, &users).per_second
    };
    ask(true);
    let (mut without, mut with, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Neither always comes first.
        let (off, on) = if round % 2 == 0 {
            let off = ask(true);
            (off, ask(false))
        } else {
            let on = ask(false);
            (ask(true), on)
        };
        without.push(off);
        with.push(on);
        ratios.push(on / off);
    }
    flusher.stop();
    report::head(
        "The users page of 100 of 1,000 tenants, 16 connections, measured and not",
        &[
            "not measured, a second",
            "measured, a second",
            "ratio",
            "aim",
        ],
    );
    report::line(&[
        format!("{:.0}", report::median(without)),
        format!("{:.0}", report::median(with)),
        format!("{:.3}", report::median(ratios)),
        "0.98".to_owned(),
    ]);
}

/// Adds up the last days, as the jobs do.
fn gather(world: &World) {
    let now = world.app.clock.now();
    let gathered = world.app.store.platform::<_, StoreError>(now, |tx| {
        let mut add = |days| tx.gather_recent(now.date_naive(), days, &[]);
        add(7).and_then(|()| add(30)).and_then(|()| add(90))
    });
    gathered.unwrap();
}

/// All tenants side by side, as a program asks for them.
fn comparing(world: &World) {
    let key = platform_key(world);
    report::head(
        "Comparing 11,001 tenants, the whole answer at the socket, one at a time",
        &["what", "median ms", "aim"],
    );
    for query in ["", "?period=7d", "?period=90d", "?segment_by=plan"] {
        let request = format!(
            "GET /api/v1/analytics/cross-tenant{query} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n"
        );
        let ask = |_| {
            let begun = Instant::now();
            let (status, _, head) = load::once(world.address, &request);
            assert_eq!(status, 200, "{query}: {head}");
            begun.elapsed().as_secs_f64() * 1e3
        };
        report::line(&[
            format!("`GET /analytics/cross-tenant{query}`"),
            format!("{:.0}", report::median((0..COMPARED).map(ask).collect())),
            "300".to_owned(),
        ]);
    }
}

fn platform_key(world: &World) -> String {
    let wish = platform_keys::Wish {
        name: "Bench".to_owned(),
        permissions: StaffPermissions::of(StaffPermission::ALL),
        lives: None,
    };
    let request = Request {
        now: world.app.clock.now(),
        request_id: Uuid::nil(),
        address: None,
        device: "bench".to_owned(),
    };
    let made = world.app.store.staff::<ManagePlatformKeys, _, VerbError>(
        StaffCredential::System("bench"),
        &request,
        |tx| platform_keys::create(tx, &wish),
    );
    made.unwrap().key.reveal().to_owned()
}

/// Four processes' worth of writers, each with tenants of its own drawing.
fn writing(world: &World) {
    let tenants = tenants();
    let begun = Instant::now();
    let written: usize = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let tenants = &tenants;
                scope.spawn(move || write(world, writer, tenants, begun))
            })
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .sum()
    });
    let seconds = begun.elapsed().as_secs_f64();
    report::head(
        "Events into hours and days, 10,000 tenants, four meters, 4 writers",
        &["events", "seconds", "a second", "aim"],
    );
    let rate = f64::from(u32::try_from(written).unwrap()) / seconds;
    report::line(&[
        written.to_string(),
        format!("{seconds:.1}"),
        format!("{rate:.0}"),
        "50,000".to_owned(),
    ]);
}

fn write(world: &World, writer: usize, tenants: &[TenantId], begun: Instant) -> usize {
    const METERS: [Meter; 4] = [
        Meter::API_CALLS,
        Meter::PAGE_VIEWS,
        Meter::DB_RUNS,
        Meter::BYTES_OUT,
    ];
    let usage = Usage::begin();
    let (mut drawn, mut written) = (writer * 7_919 + 1, 0);
    while begun.elapsed() < WRITING {
        let now = world.app.clock.now();
        for _ in 0..BATCH {
            // Knuth's multiplier: no writer and no round meets the tenants in the same order.
            drawn = drawn
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let tenant = tenants[(drawn >> 33) % tenants.len()];
            let meter = METERS[(drawn >> 20) % METERS.len()].clone();
            usage.note(tenant, now, |notes| notes.add(&meter, 1));
        }
        usage.flush(&world.app.store, now, false).unwrap();
        written += BATCH;
    }
    written
}

fn tenants() -> Vec<TenantId> {
    (1..=TENANTS)
        .map(|number| {
            TenantId::from_uuid(Uuid::from_u128(
                0xbe00_0000 + u128::try_from(number).unwrap(),
            ))
        })
        .collect()
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// As the server explains it. The statements are those of `store::usage`, with their values written in.
fn reading(world: &World) {
    const QUESTIONS: [(&str, &str, &str); 3] = [
        (
            "30 days of one tenant, four meters, by days",
            "select meter, day, part, amount from catalogue.usage_days where tenant_id = '00000000-0000-0000-0000-0000be001267'
                 and meter = any('{api.calls,page.views,db.runs,bytes.out}') and day >= current_date - 29 and day < current_date + 1 order by day, meter, part",
            "5 ms",
        ),
        (
            "24 hours of one tenant, four meters, by hours",
            "select meter, hour, part, amount from catalogue.usage_hours where tenant_id = '00000000-0000-0000-0000-0000be001267'
                 and meter = any('{api.calls,page.views,db.runs,bytes.out}') and hour >= now() - interval '24 hours' and hour < now() order by hour, meter, part",
            "",
        ),
        (
            "the first twenty tenants of 30 days",
            "select r.tenant_id, t.name, r.amount, r.before, r.peak from catalogue.usage_recent r join catalogue.tenants t on t.id = r.tenant_id
                 where r.days = 30 and r.meter = 'api.calls' and t.status <> 'deleted' order by r.amount desc, r.tenant_id limit 20",
            "50 ms",
        ),
    ];
    report::head(
        "Reading the roll-ups of 20 million events of 10,000 tenants",
        &["what", "ms in the database", "aim", "by"],
    );
    let mut connection = PgConnection::establish(&world.cluster.superuser_url("tenantry")).unwrap();
    for (name, sql, aim) in QUESTIONS {
        let mut times = Vec::new();
        let mut by = String::new();
        for _ in 0..5 {
            let lines = explain(&mut connection, sql);
            let spent = lines
                .iter()
                .find_map(|line| line.strip_prefix("Execution Time: "));
            times.push(spent.unwrap().trim_end_matches(" ms").parse().unwrap());
            let node = lines
                .iter()
                .find(|line| line.contains("Index") || line.contains("Seq"));
            by = node
                .map(|node| {
                    node.split("  (")
                        .next()
                        .unwrap_or_default()
                        .trim()
                        .to_owned()
                })
                .unwrap_or_default();
        }
        report::line(&[
            name.to_owned(),
            format!("{:.2}", report::median(times)),
            aim.to_owned(),
            by,
        ]);
    }
}

#[allow(clippy::disallowed_methods, reason = "the question of a bench")]
fn explain(connection: &mut PgConnection, sql: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(format!("explain (analyze, costs off) {sql}"))
        .load(connection)
        .unwrap();
    lines.into_iter().map(|line| line.line).collect()
}
