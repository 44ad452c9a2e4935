//! Trials that end soon and trials that are over: each is told once.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::{TenantId, TenantState};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{tenant_life, tenants};

impl PlatformTx<'_> {
    /// Takes tenants whose trial ended and who were not told yet, `most` at once, and notes that they are.
    ///
    /// # Errors
    /// The database's.
    pub fn take_lapsed(&mut self, most: i64) -> Result<Vec<TenantId>, StoreError> {
        let now = self.now();
        let due: Vec<Uuid> = tenants::table
            .filter(tenants::status.eq(TenantState::Trial))
            .filter(tenants::trial_end_told.eq(false))
            .filter(tenants::trial_ends_at.le(now))
            .order(tenants::trial_ends_at)
            .limit(most)
            .select(tenants::id)
            .for_update()
            .skip_locked()
            .load(self.connection())?;
        diesel::update(tenants::table.filter(tenants::id.eq_any(&due)))
            .set(tenants::trial_end_told.eq(true))
            .execute(self.connection())?;
        Ok(due.into_iter().map(TenantId::from_uuid).collect())
    }

    /// Takes tenants whose trial ends within this time and who were not told so yet, in the same way.
    ///
    /// # Errors
    /// The database's.
    pub fn take_lapsing(
        &mut self,
        within: TimeDelta,
        most: i64,
    ) -> Result<Vec<TenantId>, StoreError> {
        let now = self.now();
        let told = tenant_life::table
            .filter(tenant_life::tenant_id.eq(tenants::id))
            .filter(tenant_life::trial_soon_told.eq(tenants::trial_ends_at));
        let due: Vec<(Uuid, Option<DateTime<Utc>>)> = tenants::table
            .filter(tenants::status.eq(TenantState::Trial))
            .filter(tenants::trial_end_told.eq(false))
            .filter(tenants::trial_ends_at.gt(now))
            .filter(tenants::trial_ends_at.le(now + within))
            .filter(not(exists(told)))
            .order(tenants::trial_ends_at)
            .limit(most)
            .select((tenants::id, tenants::trial_ends_at))
            .for_update()
            .skip_locked()
            .load(self.connection())?;
        for (id, ends_at) in &due {
            diesel::insert_into(tenant_life::table)
                .values((
                    tenant_life::tenant_id.eq(id),
                    tenant_life::trial_soon_told.eq(ends_at),
                ))
                .on_conflict(tenant_life::tenant_id)
                .do_update()
                .set(tenant_life::trial_soon_told.eq(ends_at))
                .execute(self.connection())?;
        }
        let ids = due.into_iter().map(|(id, _)| TenantId::from_uuid(id));
        Ok(ids.collect())
    }
}
