//! What was run in one tenant's own schema alone, as a rollout of one schema that is over.

use diesel::prelude::*;
use domain::{Direction, Pace, RolloutId, RolloutState, TargetState, TenantId};

use super::NewRollout;
use super::runner::Ran;
use crate::StoreError;
use crate::boot::SHARED;
use crate::places::Place;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{rollout_targets, rollouts};
use crate::schema::node::placements;

impl PlatformTx<'_> {
    /// The schema of its own that a tenant lives in, or the name of its database; `None` for one in the shared tables.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a tenant without a place, or the database's.
    pub fn own_schema(&mut self, tenant: TenantId) -> Result<Option<String>, StoreError> {
        if let Place::Own(name) = self.place_of(tenant)? {
            return Ok(Some(name.to_string()));
        }
        let schema: String = placements::table
            .find(tenant.uuid())
            .select(placements::schema_name)
            .first(self.connection())?;
        Ok((schema != SHARED).then_some(schema))
    }

    /// Writes down what was run in one tenant's schema, or why it was not.
    ///
    /// # Errors
    /// The database's.
    pub fn note_alone(
        &mut self,
        tenant: TenantId,
        schema: &str,
        direction: Direction,
        version: &str,
        asked_by: &str,
        came: Result<&[Ran], &str>,
    ) -> Result<RolloutId, StoreError> {
        let now = self.now();
        let new = NewRollout {
            direction,
            version,
            pace: Pace::default(),
            canaries: &[],
            asked_by,
        };
        let (state, target) = match came {
            Ok(_) => (RolloutState::Done, TargetState::Done),
            Err(_) => (RolloutState::Failed, TargetState::Failed),
        };
        let id = self.insert_rollout(&new, state, Some(tenant))?;
        let times = (rollouts::begun_at.eq(now), rollouts::finished_at.eq(now));
        diesel::update(rollouts::table.find(id))
            .set((times, rollouts::why.eq(came.err())))
            .execute(self.connection())?;
        diesel::insert_into(rollout_targets::table)
            .values((
                rollout_targets::rollout_id.eq(id),
                rollout_targets::schema_name.eq(schema),
                rollout_targets::tenant_id.eq(tenant.uuid()),
                rollout_targets::wave.eq(0),
                rollout_targets::state.eq(target),
                rollout_targets::attempts.eq(1),
                rollout_targets::finished_at.eq(now),
                rollout_targets::ran
                    .eq(serde_json::to_value(came.unwrap_or_default()).unwrap_or_default()),
                rollout_targets::error.eq(came.err()),
            ))
            .execute(self.connection())?;
        Ok(RolloutId::from_uuid(id))
    }
}
