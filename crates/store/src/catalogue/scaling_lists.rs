//! Askings in lists: a tenant's, those that wait for a decision, those whose date has come.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use domain::{ScalingId, ScalingState, TenantId};

use super::scalings::{Row, Scaling};
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::scalings;

fn all(rows: Vec<Row>) -> Vec<Scaling> {
    rows.into_iter().map(Row::scaling).collect()
}

impl PlatformTx<'_> {
    /// One of whichever tenant, for a job of the platform's; `None` where there is none.
    ///
    /// # Errors
    /// The database's.
    pub fn scaling_of_any(&mut self, id: ScalingId) -> Result<Option<Scaling>, StoreError> {
        let row: Option<Row> = scalings::table
            .find(id.uuid())
            .select(Row::as_select())
            .first(self.connection())
            .optional()?;
        Ok(row.map(Row::scaling))
    }

    /// The tenant's, the newest first, `most` at once.
    ///
    /// # Errors
    /// The database's.
    pub fn scalings_of(&mut self, tenant: TenantId, most: i64) -> Result<Vec<Scaling>, StoreError> {
        let rows: Vec<Row> = scalings::table
            .filter(scalings::tenant_id.eq(tenant.uuid()))
            .order((scalings::asked_at.desc(), scalings::id.desc()))
            .limit(most)
            .select(Row::as_select())
            .load(self.connection())?;
        Ok(all(rows))
    }

    /// Those of all tenants that wait for a decision, the oldest first, `most` at once.
    ///
    /// # Errors
    /// The database's.
    pub fn undecided_scalings(&mut self, most: i64) -> Result<Vec<Scaling>, StoreError> {
        let rows: Vec<Row> = scalings::table
            .filter(scalings::state.eq(ScalingState::Asked))
            .order((scalings::asked_at, scalings::id))
            .limit(most)
            .select(Row::as_select())
            .load(self.connection())?;
        Ok(all(rows))
    }

    /// How many wait for a decision.
    ///
    /// # Errors
    /// The database's.
    pub fn count_undecided_scalings(&mut self) -> Result<i64, StoreError> {
        Ok(scalings::table
            .filter(scalings::state.eq(ScalingState::Asked))
            .count()
            .get_result(self.connection())?)
    }

    /// Approved ones whose date has come, `most` at once.
    ///
    /// # Errors
    /// The database's.
    pub fn due_scalings(&mut self, most: i64) -> Result<Vec<Scaling>, StoreError> {
        let now = self.now();
        let rows: Vec<Row> = scalings::table
            .filter(scalings::state.eq(ScalingState::Approved))
            .filter(scalings::due_at.le(now))
            .order((scalings::due_at, scalings::id))
            .limit(most)
            .select(Row::as_select())
            .load(self.connection())?;
        Ok(all(rows))
    }

    /// Those whose numbers were written down at least this long ago and have not reached the tenant.
    ///
    /// # Errors
    /// The database's.
    pub fn late_scalings(
        &mut self,
        late: TimeDelta,
        most: i64,
    ) -> Result<Vec<Scaling>, StoreError> {
        let before = self.now() - late;
        let rows: Vec<Row> = scalings::table
            .filter(scalings::state.eq(ScalingState::InProgress))
            .filter(scalings::begun_at.le(before))
            .order((scalings::begun_at, scalings::id))
            .limit(most)
            .select(Row::as_select())
            .load(self.connection())?;
        Ok(all(rows))
    }

    /// How long the last ones took from the catalogue to the tenant, `most` of them.
    ///
    /// # Errors
    /// The database's.
    pub fn scaling_times(&mut self, most: i64) -> Result<Vec<TimeDelta>, StoreError> {
        let rows = scalings::table
            .filter(scalings::state.eq(ScalingState::Completed))
            .filter(scalings::begun_at.is_not_null())
            .filter(scalings::ended_at.is_not_null())
            .order(scalings::asked_at.desc())
            .limit(most)
            .select((
                scalings::begun_at.assume_not_null(),
                scalings::ended_at.assume_not_null(),
            ))
            .load::<(DateTime<Utc>, DateTime<Utc>)>(self.connection())?;
        Ok(rows
            .into_iter()
            .map(|(begun, ended)| ended - begun)
            .collect())
    }
}
