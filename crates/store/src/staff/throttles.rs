//! How often something was tried at the platform's door in the current window, counted in one statement.
//! What is too often is decided above.

use chrono::TimeDelta;
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::throttles;
use crate::throttles::Count;

/// Counts one try; a window that is over begins anew. One statement, so that no two tries at once count
/// as one.
///
/// # Errors
/// The database's.
pub fn hit(tx: &mut PlatformTx<'_>, key: &str, window: TimeDelta) -> Result<Count, StoreError> {
    let now = tx.now();
    let (hits, window_ends_at) = diesel::insert_into(throttles::table)
        .values((
            throttles::key.eq(key),
            throttles::hits.eq(1),
            throttles::window_ends_at.eq(now + window),
        ))
        .on_conflict(throttles::key)
        .do_update()
        .set((
            throttles::hits.eq(case_when(
                throttles::window_ends_at.le(now),
                excluded(throttles::hits),
            )
            .otherwise(throttles::hits + 1)),
            throttles::window_ends_at.eq(case_when(
                throttles::window_ends_at.le(now),
                excluded(throttles::window_ends_at),
            )
            .otherwise(throttles::window_ends_at)),
        ))
        .returning((throttles::hits, throttles::window_ends_at))
        .get_result(tx.connection())?;
    Ok(Count {
        hits,
        window_ends_at,
    })
}

/// Takes one try back: it turned out to be rightful.
///
/// # Errors
/// The database's.
pub fn forgive(tx: &mut PlatformTx<'_>, key: &str) -> Result<(), StoreError> {
    diesel::update(throttles::table)
        .filter(throttles::key.eq(key))
        .filter(throttles::hits.gt(0))
        .set(throttles::hits.eq(throttles::hits - 1))
        .execute(tx.connection())?;
    Ok(())
}
