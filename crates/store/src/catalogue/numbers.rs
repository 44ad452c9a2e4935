//! Small numbers beside the list of tenants: jobs that wait, jobs that were given up.

use diesel::prelude::*;
use domain::TenantId;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::node::jobs;

impl PlatformTx<'_> {
    /// How many jobs were given up: of everybody, or of one tenant.
    ///
    /// # Errors
    /// The database's.
    pub fn dead_jobs(&mut self, of: Option<TenantId>) -> Result<i64, StoreError> {
        let dead = jobs::table.filter(jobs::state.eq("dead")).count();
        Ok(match of {
            None => dead.get_result(self.connection())?,
            Some(tenant) => dead
                .filter(jobs::tenant_id.eq(tenant.uuid()))
                .get_result(self.connection())?,
        })
    }

    /// How many jobs of a tenant wait or run.
    ///
    /// # Errors
    /// The database's.
    pub fn open_jobs(&mut self, tenant: TenantId) -> Result<i64, StoreError> {
        Ok(jobs::table
            .filter(jobs::tenant_id.eq(tenant.uuid()))
            .filter(jobs::state.eq_any(["queued", "running"]))
            .count()
            .get_result(self.connection())?)
    }
}
