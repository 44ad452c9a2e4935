//! What applications say was used, by their own names for it: in the tenant, so that its counters count each once, and in the
//! catalogue, so that its hours and days do.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::pg::sql_types::Timestamptz;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use domain::TenantId;

use crate::platform::PlatformTx;
use crate::schema::{catalogue, tenant};
use crate::{StoreError, TenantTx, raw};

#[derive(Debug, QueryableByName)]
struct Fresh {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Notes these in the tenant's counters; answers those that were not there. Of two who say the same at once, one waits.
///
/// # Errors
/// The database's.
pub fn note<P>(tx: &mut TenantTx<'_, P>, names: &[&str]) -> Result<HashSet<String>, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    // In order, so that no two wait for each other in a ring.
    let fresh: Vec<Fresh> = raw::query(
        "insert into usage_events (tenant_id, name, counted_at) select $1, name, $3 from unnest($2) as name order by name
         on conflict do nothing returning name",
    )
    .bind::<SqlUuid, _>(tenant)
    .bind::<Array<Text>, _>(names)
    .bind::<Timestamptz, _>(now)
    .load(tx.connection())?;
    Ok(fresh.into_iter().map(|fresh| fresh.name).collect())
}

/// Forgets what was counted before this moment, some at a time; answers how many. Said again from then on, it is new.
///
/// # Errors
/// The database's.
pub fn prune<P>(
    tx: &mut TenantTx<'_, P>,
    before: DateTime<Utc>,
    at_most: i64,
) -> Result<usize, StoreError> {
    use tenant::usage_events::dsl as e;
    let tenant = tx.tenant().uuid();
    let old: Vec<String> = e::usage_events
        .filter(e::tenant_id.eq(tenant))
        .filter(e::counted_at.lt(before))
        .order(e::counted_at)
        .limit(at_most)
        .select(e::name)
        .load(tx.connection())?;
    Ok(diesel::delete(e::usage_events)
        .filter(e::tenant_id.eq(tenant))
        .filter(e::name.eq_any(old))
        .execute(tx.connection())?)
}

impl PlatformTx<'_> {
    /// Notes these in the tenant's hours and days; answers those that were not there.
    ///
    /// # Errors
    /// The database's.
    pub fn note_usage_events(
        &mut self,
        tenant: TenantId,
        names: &[&str],
    ) -> Result<HashSet<String>, StoreError> {
        let now = self.now();
        let fresh: Vec<Fresh> = raw::query(
            "insert into catalogue.usage_events (tenant_id, name, written_at) select $1, name, $3 from unnest($2) as name order by name
             on conflict do nothing returning name",
        )
        .bind::<SqlUuid, _>(tenant.uuid())
        .bind::<Array<Text>, _>(names)
        .bind::<Timestamptz, _>(now)
        .load(self.connection())?;
        Ok(fresh.into_iter().map(|fresh| fresh.name).collect())
    }

    /// Forgets what was written down before this moment; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_usage_events(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        use catalogue::usage_events::dsl as e;
        Ok(diesel::delete(e::usage_events)
            .filter(e::written_at.lt(before))
            .execute(self.connection())?)
    }
}
