//! One move as it was written down.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{MoveId, MoveState, NodeId, PlacementKind, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::catalogue::StepRow;
use crate::platform::PlatformTx;
use crate::schema::catalogue::moves;

/// A move.
#[derive(Debug, Clone)]
pub struct Move {
    /// Which.
    pub id: MoveId,
    /// Whose.
    pub tenant: TenantId,
    /// From where.
    pub from: PlacementKind,
    /// Where to.
    pub to: PlacementKind,
    /// Where it stands.
    pub state: MoveState,
    /// For how many days the old copy is kept.
    pub keep_days: i32,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// Who asked.
    pub asked_by: String,
    /// Rows copied so far.
    pub rows: Option<i64>,
    /// Tables copied so far, and all there are.
    pub tables: Option<(i32, i32)>,
    /// What was found alike in both places.
    pub compared: Vec<Compared>,
    /// How long requests waited while it was handed over, in microseconds.
    pub pause: Option<i64>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
    /// The server it left, if that is still known.
    pub from_node: Option<NodeId>,
    /// The server it is led to, where one was chosen.
    pub to_node: Option<NodeId>,
    /// The place it left.
    pub(crate) from_schema: String,
    /// The place it goes to, once that is made.
    pub(crate) to_schema: Option<String>,
    /// Its steps, in their order.
    pub steps: Vec<StepRow>,
}

/// A table that was found alike in both places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Its name.
    pub table: String,
    /// How many rows of the tenant it has.
    pub rows: i64,
    /// The sum of the hashes of all of them.
    pub digest: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = moves, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    tenant_id: Uuid,
    from_kind: PlacementKind,
    from_schema: String,
    to_kind: PlacementKind,
    to_schema: Option<String>,
    state: MoveState,
    keep_days: i32,
    asked_at: DateTime<Utc>,
    asked_by: String,
    rows_copied: Option<i64>,
    tables_done: Option<i32>,
    tables_all: Option<i32>,
    compared: Option<Json>,
    pause_microseconds: Option<i64>,
    finished_at: Option<DateTime<Utc>>,
    from_node: Option<Uuid>,
    to_node: Option<Uuid>,
}

impl Row {
    fn with(self, steps: Vec<StepRow>) -> Move {
        let compared = self.compared.map(serde_json::from_value);
        Move {
            id: MoveId::from_uuid(self.id),
            tenant: TenantId::from_uuid(self.tenant_id),
            from: self.from_kind,
            to: self.to_kind,
            state: self.state,
            keep_days: self.keep_days,
            asked_at: self.asked_at,
            asked_by: self.asked_by,
            rows: self.rows_copied,
            tables: self.tables_done.zip(self.tables_all),
            compared: compared.and_then(Result::ok).unwrap_or_default(),
            pause: self.pause_microseconds,
            finished_at: self.finished_at,
            from_node: self.from_node.map(NodeId::from_uuid),
            to_node: self.to_node.map(NodeId::from_uuid),
            from_schema: self.from_schema,
            to_schema: self.to_schema,
            steps,
        }
    }
}

impl PlatformTx<'_> {
    /// A move with its steps.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database's.
    pub fn read_move(&mut self, id: MoveId) -> Result<Move, StoreError> {
        let row: Row = moves::table
            .find(id.uuid())
            .select(Row::as_select())
            .first(self.connection())?;
        let steps = self.steps_of_move(id)?;
        Ok(row.with(steps))
    }

    /// The move that led a tenant to where it lives; `None` where it was made there.
    ///
    /// # Errors
    /// The database's.
    pub fn latest_move(&mut self, tenant: TenantId) -> Result<Option<MoveId>, StoreError> {
        let latest = moves::table
            .filter(moves::tenant_id.eq(tenant.uuid()))
            .filter(moves::state.eq(MoveState::Done))
            .order((moves::asked_at.desc(), moves::id.desc()))
            .select(moves::id)
            .first(self.connection())
            .optional()?;
        Ok(latest.map(MoveId::from_uuid))
    }

    /// The latest moves of a tenant, the newest first, without their steps.
    ///
    /// # Errors
    /// The database's.
    pub fn moves_of(&mut self, tenant: TenantId, limit: i64) -> Result<Vec<Move>, StoreError> {
        let rows: Vec<Row> = moves::table
            .filter(moves::tenant_id.eq(tenant.uuid()))
            .order((moves::asked_at.desc(), moves::id.desc()))
            .limit(limit)
            .select(Row::as_select())
            .load(self.connection())?;
        Ok(rows.into_iter().map(|row| row.with(Vec::new())).collect())
    }
}
