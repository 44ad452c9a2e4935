//! Where a tenant's console asks, and whether it is safe to.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};

use crate::boot::SHARED;
use crate::{StoreError, TenantTx, raw};

/// The releases of one day, the newest that all of this was tried with: an older one has known holes in what keeps tenants
/// apart. A series that came later is newer in any case.
const LEAST: [(i32, i32); 4] = [(15, 18), (16, 14), (17, 10), (18, 4)];

/// A tenant's console, as the database knows it.
#[derive(Debug, Clone, QueryableByName)]
pub struct ConsolePlace {
    #[diesel(sql_type = Text)]
    pub(super) schema_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) role_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) open_schema: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) epoch: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) key_mark: Option<String>,
    #[diesel(sql_type = Integer)]
    server_version: i32,
    #[diesel(sql_type = Nullable<Text>)]
    gap: Option<String>,
}

/// Where the tenant of the transaction lives, and what its console's login is.
///
/// # Errors
/// The database's.
pub fn place<P>(tx: &mut TenantTx<'_, P>) -> Result<ConsolePlace, StoreError> {
    Ok(raw::query(
        "select schema_name, role_name, open_schema, epoch, key_mark, server_version, gap from app.console_place()",
    )
    .get_result(tx.connection())?)
}

impl ConsolePlace {
    /// Whether other tenants' rows lie in the same tables.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.schema_name == SHARED
    }

    /// Why the console must stay off on this database, if it must: for the operator.
    #[must_use]
    pub fn unfit(&self) -> Option<String> {
        if is_old(self.server_version) {
            let (series, release) = (self.server_version / 10_000, self.server_version % 10_000);
            return Some(format!("PostgreSQL {series}.{release} is too old for it"));
        }
        self.gap.clone()
    }
}

fn is_old(version: i32) -> bool {
    let (series, release) = (version / 10_000, version % 10_000);
    let known = LEAST.iter().find(|(known, _)| *known == series);
    known.map_or(series < 15, |(_, least)| release < *least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_12_a_server_with_known_holes_is_too_old() {
        for old in [140_022, 150_017, 160_013, 170_009, 180_003] {
            assert!(is_old(old), "{old}");
        }
        for new in [150_018, 150_020, 160_014, 170_010, 180_004, 190_000] {
            assert!(!is_old(new), "{new}");
        }
    }
}
