//! Making a tenant's place: a schema of its own, and a database, made on the spot and from stock. Every commit is on the disk
//! when it returns, as in a server's life and not as in the other parts.

use std::time::{Duration, Instant};

use domain::TenantId;
use services::{PoolSettings, Store, StoreError};
use store::catalogue::NewTenant;
use uuid::Uuid;

use crate::report;
use crate::world::World;

/// Tenants a figure.
const MADE: usize = 20;

pub(crate) fn run(world: &World) {
    let set = |fsync: &str| {
        // A change of the server's own settings is in no transaction.
        for text in [
            format!("alter system set fsync = {fsync}"),
            format!("alter system set synchronous_commit = {fsync}"),
            format!("alter system set full_page_writes = {fsync}"),
            "select pg_reload_conf()".to_owned(),
            "checkpoint".to_owned(),
        ] {
            world.superuser_do(&text);
        }
    };
    set("on");
    let (store, now) = (&world.app.store, world.app.clock.now());
    let schemas = each(world, "schema", |id| {
        store.place_in_schema(id, now).unwrap()
    });
    let databases = each(world, "database", |id| {
        store.place_in_database(id, None, now).unwrap();
    });
    let stocked = Store::open(&PoolSettings {
        stock: u32::try_from(MADE).unwrap(),
        ..world.pools()
    });
    let begun = Instant::now();
    let mut kept = 0;
    while stocked.keep_stock(now).unwrap() {
        kept += 1;
    }
    assert_eq!(kept, MADE);
    let stocking = begun.elapsed() / u32::try_from(kept).unwrap();
    let taken = each(world, "stock", |id| {
        stocked.place_in_database(id, None, now).unwrap();
    });
    set("off");
    report::head(
        &format!("Making a tenant's place, {MADE} each, commits on the disk"),
        &["where", "middle, longest", "aim"],
    );
    let line = |what: &str, times: &[Duration], aim: &str| {
        let ms: Vec<f64> = times
            .iter()
            .map(|one| one.as_secs_f64() * 1_000.0)
            .collect();
        let longest = ms.iter().copied().fold(0.0, f64::max);
        let measured = format!("{:.0} ms, {longest:.0} ms", report::median(ms));
        report::line(&[what.to_owned(), measured, aim.to_owned()]);
    };
    line("a schema of its own", &schemas, "150 ms");
    line(
        "a database of its own, made on the spot",
        &databases,
        "2,000 ms",
    );
    line("a database of its own, from stock", &taken, "2,000 ms");
    line("keeping one more in stock, the average", &[stocking], "");
}

/// How long each of some tenants took: its record, and its place.
fn each(world: &World, prefix: &str, place: impl Fn(TenantId)) -> Vec<Duration> {
    let one = |number: usize| {
        let (id, slug) = (
            TenantId::from_uuid(Uuid::new_v4()),
            format!("made-{prefix}-{number}"),
        );
        let begun = Instant::now();
        let added = world.app.store.platform(world.app.clock.now(), |tx| {
            tx.record_tenant(&NewTenant::plain(id, &slug, &slug))
        });
        assert!(added.map_err(|error: StoreError| error).unwrap());
        place(id);
        begun.elapsed()
    };
    (0..MADE).map(one).collect()
}
