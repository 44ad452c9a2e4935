//! What the clock asks for: which slot of a schedule was enqueued last, and jobs for many tenants at
//! once. When a slot is, is decided above.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::node::{jobs, schedules};

/// Rows in one statement.
const BATCH: usize = 1000;

/// The slot that was taken last, by any process.
///
/// # Errors
/// The database's.
pub fn last_slot(tx: &mut PlatformTx<'_>, name: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(schedules::table
        .filter(schedules::name.eq(name))
        .select(schedules::last_slot)
        .first(tx.connection())
        .optional()?)
}

/// Takes the slot; false when another process did, or took a later one.
///
/// # Errors
/// The database's.
pub fn take_slot(
    tx: &mut PlatformTx<'_>,
    name: &str,
    slot: DateTime<Utc>,
) -> Result<bool, StoreError> {
    use diesel::query_dsl::methods::FilterDsl;
    let insert = diesel::insert_into(schedules::table)
        .values((schedules::name.eq(name), schedules::last_slot.eq(slot)))
        .on_conflict(schedules::name)
        .do_update()
        .set(schedules::last_slot.eq(excluded(schedules::last_slot)));
    let taken = FilterDsl::filter(
        insert,
        schedules::last_slot.lt(excluded(schedules::last_slot)),
    )
    .execute(tx.connection())?;
    Ok(taken == 1)
}

/// Asks for one job of this kind for each tenant that has none waiting. Answers how many.
///
/// # Errors
/// The database's.
pub fn fan_out(tx: &mut PlatformTx<'_>, kind: &'static str) -> Result<usize, StoreError> {
    let now = tx.now();
    let waiting: HashSet<Uuid> = jobs::table
        .filter(jobs::state.eq("queued"))
        .filter(jobs::kind.eq(kind))
        .filter(jobs::tenant_id.is_not_null())
        .select(jobs::tenant_id.assume_not_null())
        .load::<Uuid>(tx.connection())?
        .into_iter()
        .collect();
    let tenants = tx.tenant_ids()?;
    let mut added = 0;
    for batch in tenants.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .filter(|tenant| !waiting.contains(&tenant.uuid()))
            .map(|tenant| {
                (
                    jobs::id.eq(tx.fresh_uuid()),
                    jobs::tenant_id.eq(tenant.uuid()),
                    jobs::kind.eq(kind),
                    jobs::run_at.eq(now),
                    jobs::created_at.eq(now),
                )
            })
            .collect();
        added += diesel::insert_into(jobs::table)
            .values(&rows)
            .execute(tx.connection())?;
    }
    Ok(added)
}

/// Clears jobs that ended before `before`, one batch of them; answers how many.
///
/// # Errors
/// The database's.
pub fn prune(
    tx: &mut PlatformTx<'_>,
    state: &'static str,
    before: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let old: Vec<Uuid> = jobs::table
        .filter(jobs::state.eq(state))
        .filter(jobs::finished_at.lt(before))
        .order(jobs::finished_at)
        .limit(1000)
        .select(jobs::id)
        .load(tx.connection())?;
    Ok(diesel::delete(jobs::table.filter(jobs::id.eq_any(old))).execute(tx.connection())?)
}
