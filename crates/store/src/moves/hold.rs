//! One at a time works on the places of a tenant.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use uuid::Uuid;

use super::no_move::NoMove;
use crate::raw;

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = Bool)]
    got: bool,
}

/// Whoever works on the places of a tenant holds this until its connection ends.
pub(super) fn hold(connection: &mut PgConnection, tenant: Uuid) -> Result<(), NoMove> {
    let held: Got = raw::query(
        "select pg_try_advisory_lock(hashtextextended('tenantry move ' || $1::text, 0)) as got",
    )
    .bind::<SqlUuid, _>(tenant)
    .get_result(connection)?;
    if held.got { Ok(()) } else { Err(NoMove::Held) }
}
