//! One rollout as it was written down.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{Direction, Pace, RolloutId, RolloutState, TenantId};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::rollouts;

/// A rollout.
#[derive(Debug, Clone)]
pub struct Rollout {
    /// Which.
    pub id: RolloutId,
    /// Forward or back.
    pub direction: Direction,
    /// The last version that stands afterwards; empty for none.
    pub version: String,
    /// Whose schema alone it is for.
    pub tenant: Option<TenantId>,
    /// Where it stands.
    pub state: RolloutState,
    /// How it goes about it.
    pub pace: Pace,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// Who asked.
    pub asked_by: String,
    /// When the first schema was begun.
    pub begun_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it is paused or failed.
    pub why: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = rollouts, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    direction: Direction,
    version: String,
    tenant_id: Option<Uuid>,
    state: RolloutState,
    parallel: i32,
    wave_percent: i32,
    stop_percent: i32,
    asked_at: DateTime<Utc>,
    asked_by: String,
    begun_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    why: Option<String>,
}

impl From<Row> for Rollout {
    fn from(row: Row) -> Self {
        Self {
            id: RolloutId::from_uuid(row.id),
            direction: row.direction,
            version: row.version,
            tenant: row.tenant_id.map(TenantId::from_uuid),
            state: row.state,
            pace: Pace {
                parallel: row.parallel,
                wave_percent: row.wave_percent,
                stop_percent: row.stop_percent,
            },
            asked_at: row.asked_at,
            asked_by: row.asked_by,
            begun_at: row.begun_at,
            finished_at: row.finished_at,
            why: row.why,
        }
    }
}

impl PlatformTx<'_> {
    /// A rollout.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database's.
    pub fn read_rollout(&mut self, id: RolloutId) -> Result<Rollout, StoreError> {
        let row: Row = rollouts::table
            .find(id.uuid())
            .select(Row::as_select())
            .first(self.connection())?;
        Ok(row.into())
    }

    /// The latest rollouts, the newest first; those of one tenant's schema alone are not among them.
    ///
    /// # Errors
    /// The database's.
    pub fn rollouts(&mut self, limit: i64) -> Result<Vec<Rollout>, StoreError> {
        let rows: Vec<Row> = rollouts::table
            .filter(rollouts::tenant_id.is_null())
            .order((rollouts::asked_at.desc(), rollouts::id.desc()))
            .limit(limit)
            .select(Row::as_select())
            .load(self.connection())?;
        Ok(rows.into_iter().map(Rollout::from).collect())
    }

    /// The rollout over all schemas that is not over.
    ///
    /// # Errors
    /// The database's.
    pub fn open_rollout(&mut self) -> Result<Option<Rollout>, StoreError> {
        let row: Option<Row> = rollouts::table
            .filter(rollouts::state.eq_any(RolloutState::OPEN))
            .filter(rollouts::tenant_id.is_null())
            .select(Row::as_select())
            .first(self.connection())
            .optional()?;
        Ok(row.map(Rollout::from))
    }
}
