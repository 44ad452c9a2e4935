//! Trials that are over: each is told once.

use diesel::prelude::*;
use domain::{TenantId, TenantState};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::tenants;

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
}
