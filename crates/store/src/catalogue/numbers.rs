//! Small numbers beside the list of tenants: jobs that wait, jobs that were given up.

use diesel::prelude::*;
use domain::TenantId;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::queue::{State, own};
use crate::schema::node::jobs;

impl PlatformTx<'_> {
    /// How many jobs were given up: of everybody, in databases of tenants' own as they were counted last; or of one tenant, where
    /// its own database is asked and counts nothing when it does not answer.
    ///
    /// # Errors
    /// The database's.
    pub fn dead_jobs(&mut self, of: Option<TenantId>) -> Result<i64, StoreError> {
        match of {
            None => {
                let here: i64 = jobs::table
                    .filter(jobs::state.eq("dead"))
                    .count()
                    .get_result(self.connection())?;
                let own = own::counts(self)?.into_iter();
                let own = own.filter(|(state, _)| state == State::Dead.key());
                Ok(here + own.map(|(_, count)| count).sum::<i64>())
            }
            Some(tenant) => self.jobs_in(tenant, &["dead"]),
        }
    }

    /// How many jobs of a tenant wait or run.
    ///
    /// # Errors
    /// The database's.
    pub fn open_jobs(&mut self, tenant: TenantId) -> Result<i64, StoreError> {
        self.jobs_in(tenant, &["queued", "running"])
    }

    /// In both queues: what the platform asked for is in the catalogue's.
    fn jobs_in(&mut self, tenant: TenantId, states: &[&'static str]) -> Result<i64, StoreError> {
        let count = |connection: &mut PgConnection| -> Result<i64, StoreError> {
            Ok(jobs::table
                .filter(jobs::tenant_id.eq(tenant.uuid()))
                .filter(jobs::state.eq_any(states))
                .count()
                .get_result(connection)?)
        };
        let here = count(self.connection())?;
        let place = self.place_of(tenant)?;
        if place.is_home() {
            return Ok(here);
        }
        let there = self
            .store()
            .platform_at(&place, self.now(), |tx| count(tx.connection()));
        Ok(here + there.unwrap_or_default())
    }
}
