//! What a tenant was on before it chose a plan by itself. How long that can be taken back is decided above.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::TenantId;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::tenant_life;

/// What a tenant was on before its choice.
#[derive(Debug, Clone)]
pub struct PlanBefore {
    /// The plan.
    pub plan: String,
    /// Its version.
    pub version: i32,
    /// When its trial ended or ends, where it was on one.
    pub trial_ends_at: Option<DateTime<Utc>>,
    /// When the other plan was chosen.
    pub chosen_at: DateTime<Utc>,
}

impl PlatformTx<'_> {
    /// Writes down what the tenant was on, now that it chooses.
    ///
    /// # Errors
    /// The database's.
    pub fn note_plan_before(
        &mut self,
        tenant: TenantId,
        (plan, version): (&str, i32),
        trial_ends_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        use tenant_life::dsl as l;
        let now = self.now();
        let was = (
            l::plan_before.eq(plan),
            l::version_before.eq(version),
            l::trial_before.eq(trial_ends_at),
            l::plan_chosen_at.eq(now),
        );
        diesel::insert_into(l::tenant_life)
            .values((l::tenant_id.eq(tenant.uuid()), was))
            .on_conflict(l::tenant_id)
            .do_update()
            .set(was)
            .execute(self.connection())?;
        Ok(())
    }

    /// What the tenant was on before its choice; `None` where it chose nothing, or its plan changed since.
    ///
    /// # Errors
    /// The database's.
    pub fn plan_before(&mut self, tenant: TenantId) -> Result<Option<PlanBefore>, StoreError> {
        type Row = (
            Option<String>,
            Option<i32>,
            Option<DateTime<Utc>>,
            Option<DateTime<Utc>>,
        );
        let row: Option<Row> = tenant_life::table
            .filter(tenant_life::tenant_id.eq(tenant.uuid()))
            .select((
                tenant_life::plan_before,
                tenant_life::version_before,
                tenant_life::trial_before,
                tenant_life::plan_chosen_at,
            ))
            .first(self.connection())
            .optional()?;
        let Some((Some(plan), Some(version), trial_ends_at, Some(chosen_at))) = row else {
            return Ok(None);
        };
        Ok(Some(PlanBefore {
            plan,
            version,
            trial_ends_at,
            chosen_at,
        }))
    }

    /// Forgets it: the plan is another one again.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_plan_before(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        use tenant_life::dsl as l;
        diesel::update(l::tenant_life.filter(l::tenant_id.eq(tenant.uuid())))
            .filter(l::plan_before.is_not_null())
            .set((
                l::plan_before.eq(None::<String>),
                l::version_before.eq(None::<i32>),
                l::trial_before.eq(None::<DateTime<Utc>>),
                l::plan_chosen_at.eq(None::<DateTime<Utc>>),
            ))
            .execute(self.connection())?;
        Ok(())
    }
}
