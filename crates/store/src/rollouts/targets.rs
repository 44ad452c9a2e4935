//! The schemas of a rollout: taken in hand one by one, wave by wave, each with what came of it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text, Timestamptz, Uuid as SqlUuid};
use domain::{RolloutId, TargetState, TenantId};
use serde_json::Value as Json;
use uuid::Uuid;

use super::runner::Ran;
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;
use crate::schema::catalogue::{rollout_targets, tenants};

/// A schema that was taken in hand.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Claimed {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub schema_name: String,
    /// How often it was tried, with this time.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// Of which wave it is.
    #[diesel(sql_type = Integer)]
    pub wave: i32,
}

/// A schema of a rollout, as it is shown.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name.
    pub schema_name: String,
    /// Whose it is; `None` for the shared one and for copies that are kept.
    pub tenant: Option<(TenantId, String)>,
    /// Of which wave it is; 0 is that of the canaries.
    pub wave: i32,
    /// Where it stands.
    pub state: TargetState,
    /// How often it was tried.
    pub attempts: i32,
    /// What ran in it.
    pub ran: Vec<Ran>,
    /// Why it could not be brought to the version, or is tried again.
    pub error: Option<String>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
}

type Row = (
    String,
    Option<Uuid>,
    Option<String>,
    i32,
    TargetState,
    i32,
    Json,
    Option<String>,
    Option<DateTime<Utc>>,
);

impl PlatformTx<'_> {
    /// Takes the next schema of the earliest wave that is not over; `None` while there is none to be taken, and when
    /// the rollout does not run.
    ///
    /// # Errors
    /// The database's.
    pub fn claim_target(&mut self, id: RolloutId) -> Result<Option<Claimed>, StoreError> {
        let now = self.now();
        // What became of a schema is in its ledger: this may be lost and is done again.
        raw::query("select set_config('synchronous_commit', 'off', true)")
            .execute(self.connection())?;
        Ok(raw::query(
            // Materialized: asked once, or each time would lock and take another schema.
            "with next as materialized ( \
                 select c.schema_name from catalogue.rollout_targets c \
                 where c.rollout_id = $1 and c.state = 'waiting' and coalesce(c.not_before <= $2, true) \
                   and not exists (select from catalogue.rollout_targets e where e.rollout_id = $1 and e.state in ('waiting', 'running') and e.wave < c.wave) \
                   and exists (select from catalogue.rollouts r where r.id = $1 and r.state = 'running') \
                 order by c.wave, c.schema_name limit 1 for update skip locked \
             ) \
             update catalogue.rollout_targets t set state = 'running', attempts = t.attempts + 1, began_at = $2 \
             from next n where t.rollout_id = $1 and t.schema_name = n.schema_name \
             returning t.schema_name, t.attempts, t.wave",
        )
        .bind::<SqlUuid, _>(id.uuid())
        .bind::<Timestamptz, _>(now)
        .get_result(self.connection())
        .optional()?)
    }

    /// Writes down what came of a schema.
    ///
    /// # Errors
    /// The database's.
    pub fn end_target(
        &mut self,
        id: RolloutId,
        schema: &str,
        state: TargetState,
        ran: &[Ran],
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        let now = self.now();
        raw::query("select set_config('synchronous_commit', 'off', true)")
            .execute(self.connection())?;
        diesel::update(rollout_targets::table.find((id.uuid(), schema)))
            .set((
                rollout_targets::state.eq(state),
                rollout_targets::finished_at.eq(now),
                rollout_targets::not_before.eq(None::<DateTime<Utc>>),
                rollout_targets::ran.eq(serde_json::to_value(ran).unwrap_or_default()),
                rollout_targets::error.eq(error),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// Leaves a schema for later.
    ///
    /// # Errors
    /// The database's.
    pub fn put_target_back(
        &mut self,
        id: RolloutId,
        schema: &str,
        not_before: DateTime<Utc>,
        why: &str,
    ) -> Result<(), StoreError> {
        diesel::update(rollout_targets::table.find((id.uuid(), schema)))
            .set((
                rollout_targets::state.eq(TargetState::Waiting),
                rollout_targets::not_before.eq(not_before),
                rollout_targets::error.eq(why),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// Lets all schemas of a rollout in this state be tried again; how many those are.
    ///
    /// # Errors
    /// The database's.
    pub fn try_targets_again(
        &mut self,
        id: RolloutId,
        state: TargetState,
    ) -> Result<usize, StoreError> {
        let again = diesel::update(rollout_targets::table)
            .filter(rollout_targets::rollout_id.eq(id.uuid()))
            .filter(rollout_targets::state.eq(state))
            .set((
                rollout_targets::state.eq(TargetState::Waiting),
                rollout_targets::attempts.eq(0),
                rollout_targets::not_before.eq(None::<DateTime<Utc>>),
            ))
            .execute(self.connection())?;
        Ok(again)
    }

    /// The schemas of a rollout in this state, by name, behind `after`.
    ///
    /// # Errors
    /// The database's.
    pub fn targets(
        &mut self,
        id: RolloutId,
        state: TargetState,
        after: &str,
        limit: i64,
    ) -> Result<Vec<Target>, StoreError> {
        use rollout_targets::dsl as t;
        let rows: Vec<Row> = t::rollout_targets
            .left_join(tenants::table)
            .filter(t::rollout_id.eq(id.uuid()))
            .filter(t::state.eq(state))
            .filter(t::schema_name.gt(after))
            .order(t::schema_name)
            .limit(limit)
            .select((
                t::schema_name,
                t::tenant_id,
                tenants::name.nullable(),
                t::wave,
                t::state,
                t::attempts,
                t::ran,
                t::error,
                t::finished_at,
            ))
            .load(self.connection())?;
        let target =
            |(schema_name, tenant, name, wave, state, attempts, ran, error, finished_at): Row| {
                Target {
                    schema_name,
                    tenant: tenant.map(TenantId::from_uuid).zip(name),
                    wave,
                    state,
                    attempts,
                    ran: serde_json::from_value(ran).unwrap_or_default(),
                    error,
                    finished_at,
                }
            };
        Ok(rows.into_iter().map(target).collect())
    }
}
