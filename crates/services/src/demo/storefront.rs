//! The example application of the demo: a small shop whose tables lie beside ours in each tenant.

use store::vendor::VendorMigration;

use crate::vendor::{NotTaken, named};
use outside::scripts::Scripts;

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

/// Its migrations.
///
/// # Errors
/// None that a test would not find first.
pub(super) fn migrations() -> Result<Vec<VendorMigration>, NotTaken> {
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
