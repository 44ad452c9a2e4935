//! How often something was tried in the current window, counted in one statement. What is too often
//! is decided above.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::raw::Always;
use crate::schema::tenant::throttles;

/// What was counted, this time included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How often in this window.
    pub hits: i32,
    /// When the next window begins.
    pub window_ends_at: DateTime<Utc>,
}

/// Counts one try; a window that is over begins anew. One statement, so that no two tries at once
/// count as one.
///
/// # Errors
/// The database's.
pub fn hit<P>(tx: &mut TenantTx<'_, P>, key: &str, window: TimeDelta) -> Result<Count, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let counted = diesel::insert_into(throttles::table)
        .values((
            throttles::tenant_id.eq(tenant),
            throttles::key.eq(key),
            throttles::hits.eq(1),
            throttles::window_ends_at.eq(now + window),
        ))
        .on_conflict((throttles::tenant_id, throttles::key))
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
        .returning((throttles::hits, throttles::window_ends_at));
    let (hits, window_ends_at) = Always(counted).get_result(tx.connection())?;
    Ok(Count {
        hits,
        window_ends_at,
    })
}

/// Takes one try back of each: it turned out to be rightful.
///
/// # Errors
/// The database's.
pub fn forgive<P>(tx: &mut TenantTx<'_, P>, keys: &[&str]) -> Result<(), StoreError> {
    let tenant = tx.tenant().uuid();
    let fewer = diesel::update(throttles::table)
        .filter(throttles::tenant_id.eq(tenant))
        .filter(throttles::key.eq_any(keys))
        .filter(throttles::hits.gt(0))
        .set(throttles::hits.eq(throttles::hits - 1))
        .returning(throttles::hits);
    Always(fewer).load::<i32>(tx.connection())?;
    Ok(())
}
