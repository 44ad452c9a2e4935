//! The example application of the demo: a small shop whose tables lie beside ours in each tenant.

use std::time::Instant;

use chrono::{DateTime, Utc};
use outside::scripts::Scripts;
use store::vendor::VendorMigration;
use store::{Request, Store};

use super::refused;
use crate::vendor::{self, NotTaken, named};
use crate::{VerbError, rollouts};

/// What fills the shop of one tenant.
pub(super) const FILL: &str = include_str!("../../../../examples/storefront/demo.sql");

macro_rules! scripts {
    ($($folder:literal),* $(,)?) => {
        [$(($folder,
            include_str!(concat!("../../../../examples/storefront/migrations/", $folder, "/up.sql")),
            include_str!(concat!("../../../../examples/storefront/migrations/", $folder, "/down.sql")))),*]
    };
}

/// Its migrations, as they are in `examples/storefront`.
const MIGRATIONS: [(&str, &str, &str); 5] = scripts![
    "2026-03-02-090000_products",
    "2026-03-02-091000_customers",
    "2026-03-02-092000_orders",
    "2026-06-15-140000_documents",
    "2026-09-08-083000_order_channels",
];

/// Gives the tenants to come the tables of the example application, unless one of their own is there.
pub(super) fn open(
    store: &Store,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<bool, VerbError> {
    if !store.makes_schemas() {
        return Ok(false);
    }
    let migrations = migrations().map_err(refused)?;
    let given = store.platform(now, |tx| tx.vendor_migrations())?;
    if !given.is_empty() && given != migrations {
        return Ok(false);
    }
    vendor::take(store, "demo", request, &migrations).map_err(refused)?;
    let began = Instant::now();
    // The moment of the demo, and the time that really goes by.
    let clock = || now + began.elapsed();
    rollouts::at_once(store, "demo", request, &clock)?;
    Ok(true)
}

/// Its migrations.
fn migrations() -> Result<Vec<VendorMigration>, NotTaken> {
    let scripts = MIGRATIONS.map(|(folder, up, down)| Scripts {
        folder: folder.to_owned(),
        up: up.to_owned(),
        down: Some(down.to_owned()),
    });
    named(scripts.into())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_demo_has_every_migration_of_the_example() {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../examples/storefront/migrations"
        );
        let read = crate::vendor::read(folder.as_ref());
        assert_eq!(read.ok(), super::migrations().ok());
    }
}
