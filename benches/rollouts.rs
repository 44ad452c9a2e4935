//! An application's migrations over 1,000 schemas of tenants, against the same script by `psql -f` in a loop; a column
//! more; and a run that has nothing to do.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use domain::staff::ManageTenants;
use domain::{Direction, Pace, TenantId};
use services::rollouts::{self, Asked};
use services::vendor::VendorMigration;
use services::{Request, StaffCredential, StoreError, VerbError, vendor};
use store::catalogue::NewTenant;
use uuid::Uuid;

use crate::report;
use crate::world::World;

const SCHEMAS: usize = 1_000;
/// Schemas that only the ledger knows, for a run with nothing to do.
const KNOWN: usize = 9_000;

pub(crate) fn run(world: &World) {
    report::head(
        &format!("Migrations over {SCHEMAS} schemas, two at once"),
        &["what", "measured", "aim"],
    );
    // Each as soon as it is known: all of it takes a quarter of an hour.
    let line = |what: &str, measured: String, aim: &str| {
        report::line(&[what.to_owned(), measured, aim.to_owned()]);
    };
    let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
    let created = create(world);
    let each = created.as_secs_f64() * 1_000.0 / SCHEMAS as f64;
    line(
        "making the schemas, each with all our tables",
        format!("{} ({each:.0} ms each)", seconds(created)),
        "",
    );
    let tables = migration("20260101-1", &eight_tables(), &eight_gone());
    let column = migration(
        "20260102-1",
        "alter table bench_1 add column more text;",
        "alter table bench_1 drop column more;",
    );
    take(world, std::slice::from_ref(&tables));
    let made = roll(world);
    line("eight tables in each", seconds(made), "");
    back(world);
    let looped = by_psql(world, &tables);
    line("the same by psql -f in a loop", seconds(looped), "");
    line(
        "ratio",
        format!("{:.1}", looped.as_secs_f64() / made.as_secs_f64()),
        "1.5",
    );
    // What the loop made stands as if a rollout had made it.
    world.superuser_do(
        "insert into node.ledger (schema_name, family, version) select distinct l.schema_name, 'vendor', '20260101-1' from node.ledger l",
    );
    take(world, &[tables, column]);
    line("a column more in each", seconds(roll(world)), "5 s");
    world.superuser_do(&format!(
        "insert into node.ledger (schema_name, family, version) select 't_' || md5(n::text), l.family, l.version \
         from generate_series(1, {KNOWN}) n, node.ledger l where l.schema_name = 'shared'; analyze node.ledger"
    ));
    let begun = Instant::now();
    let store = &world.app.store;
    let none = store.staff::<ManageTenants, _, VerbError>(
        StaffCredential::System("bench"),
        &request(world),
        |tx| rollouts::ask(tx, store, &asked(Direction::Up)),
    );
    none.unwrap();
    line(
        &format!("nothing to do in {} schemas", SCHEMAS + KNOWN),
        seconds(begun.elapsed()),
        "1 s",
    );
    // Whoever is made afterwards gets nothing of it.
    world.superuser_do("update catalogue.vendor_migrations set released_at = null");
}

fn request(world: &World) -> Request {
    Request {
        now: world.app.clock.now(),
        request_id: Uuid::nil(),
        address: None,
        device: "bench".to_owned(),
    }
}

fn asked(direction: Direction) -> Asked {
    Asked {
        direction,
        version: None,
        pace: Pace::default(),
        canaries: Vec::new(),
    }
}

fn migration(version: &str, up: &str, down: &str) -> VendorMigration {
    VendorMigration {
        version: version.to_owned(),
        name: "bench".to_owned(),
        up: up.to_owned(),
        down: Some(down.to_owned()),
    }
}

fn eight_tables() -> String {
    (1..=8)
        .map(|n| {
            format!(
                "create table bench_{n} (tenant_id uuid not null, id uuid not null, label text not null, made_at timestamptz not null, primary key (tenant_id, id)); \
                 comment on table bench_{n} is 'placement=tenant; measured'; create index on bench_{n} (tenant_id, made_at); \
                 call app.place('bench_{n}', 'tenant'); call app.protect('bench_{n}');\n"
            )
        })
        .collect()
}

fn eight_gone() -> String {
    (1..=8).map(|n| format!("drop table bench_{n};")).collect()
}

/// Makes the schemas, two at once.
fn create(world: &World) -> Duration {
    let begun = Instant::now();
    std::thread::scope(|threads| {
        for half in 0..2 {
            threads.spawn(move || {
                for number in (half..SCHEMAS).step_by(2) {
                    let (id, slug) = (TenantId::from_uuid(Uuid::new_v4()), format!("own-{number}"));
                    let tenant = NewTenant::plain(id, &slug, &slug);
                    let store = &world.app.store;
                    store
                        .platform::<_, StoreError>(world.app.clock.now(), |tx| {
                            tx.record_tenant(&tenant)
                        })
                        .unwrap();
                    store.place_in_schema(id, world.app.clock.now()).unwrap();
                }
            });
        }
    });
    begun.elapsed()
}

fn take(world: &World, all: &[VendorMigration]) {
    vendor::take(&world.app.store, "bench", &request(world), all).unwrap();
}

fn roll(world: &World) -> Duration {
    let begun = Instant::now();
    rollouts::at_once(&world.app.store, "bench", &request(world), &|| {
        world.app.clock.now()
    })
    .unwrap();
    begun.elapsed()
}

/// Takes the tables out of every schema again, past the ledger: what is measured is the way forward.
fn back(world: &World) {
    let drops = eight_gone().replace("drop table ", "drop table %1$I.");
    for schema in world.schemas() {
        world.superuser_do(&drops.replace("%1$I", &schema));
    }
    world.superuser_do("delete from node.ledger where family = 'vendor'");
}

/// The same script in each schema by a program of its own, one after the other.
fn by_psql(world: &World, tables: &VendorMigration) -> Duration {
    let file = world.folder.path().join("bench.sql");
    std::fs::write(
        &file,
        format!("begin; set local role tnt_owner;\n{}\ncommit;", tables.up),
    )
    .unwrap();
    let names = world.schemas();
    let url = world.cluster.superuser_url("tenantry");
    let begun = Instant::now();
    for name in &names {
        let done = Command::new("psql")
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"])
            .arg(&file)
            .arg(&url)
            .env(
                "PGOPTIONS",
                format!("-c search_path={name} -c client_min_messages=error"),
            )
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success(), "{name}");
    }
    begun.elapsed()
}
