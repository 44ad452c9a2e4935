//! Moves of tenants between places, as they are written down: asked for, step by step, and what lies where a
//! tenant does not live. The moving itself is in `mover`.

mod buckets;
mod crossing;
mod discard;
mod ends;
mod far;
mod hand_over;
mod hold;
mod line;
mod mover;
mod no_move;
mod pass;
mod passage;
mod place;
mod prepare;
mod steps;
mod tables;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{MoveId, MoveState, MoveStep, NodeId, PlacementKind, TenantId};
use uuid::Uuid;

use crate::StoreError;
use crate::boot::SHARED;
use crate::catalogue::StepState;
use crate::platform::PlatformTx;
use crate::schema::catalogue;
use crate::schema::catalogue::{copies, databases, move_steps, moves};

pub use hand_over::LONGEST_PAUSE;
pub use line::{Compared, Move};
pub use mover::{Copied, Mover};
pub use no_move::NoMove;
pub use place::KeptCopy;
pub use tables::Volume;

/// A move to be asked for.
#[derive(Debug, Clone)]
pub struct NewMove<'a> {
    /// Whose.
    pub tenant: TenantId,
    /// Where to.
    pub to: PlacementKind,
    /// The server of its new database; where there is most room when `None`.
    pub to_node: Option<NodeId>,
    /// For how many days the old copy is kept.
    pub keep_days: i32,
    /// Who asked, in the words of the log.
    pub asked_by: &'a str,
}

impl PlatformTx<'_> {
    /// Writes a move down, with its steps. One that leads to where a copy was kept goes on with that copy.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the tenant has no place, or the database's.
    pub fn plan_move(&mut self, new: &NewMove<'_>) -> Result<MoveId, StoreError> {
        let (id, tenant, now) = (self.fresh_uuid(), new.tenant.uuid(), self.now());
        let (from_kind, from_node): (PlacementKind, Uuid) = catalogue::placements::table
            .find(tenant)
            .select((catalogue::placements::kind, catalogue::placements::node_id))
            .first(self.connection())?;
        let from_schema = mover::lives(self.connection(), new.tenant)?;
        let to_schema = match new.to {
            PlacementKind::Shared => Some(SHARED.to_owned()),
            _ => self.copy_at(new)?,
        };
        diesel::insert_into(moves::table)
            .values((
                moves::id.eq(id),
                moves::tenant_id.eq(tenant),
                moves::from_kind.eq(from_kind.as_str()),
                moves::from_schema.eq(from_schema),
                moves::to_kind.eq(new.to.as_str()),
                moves::to_schema.eq(to_schema),
                moves::state.eq(MoveState::Waiting),
                moves::keep_days.eq(new.keep_days),
                moves::asked_at.eq(now),
                moves::asked_by.eq(new.asked_by),
                moves::from_node.eq(from_node),
                moves::to_node.eq(new.to_node.map(NodeId::uuid)),
            ))
            .execute(self.connection())?;
        let rows: Vec<_> = (0_i32..)
            .zip(MoveStep::ALL)
            .map(|(place, step)| {
                (
                    move_steps::move_id.eq(id),
                    move_steps::step.eq(*step),
                    move_steps::place.eq(place),
                    move_steps::state.eq(StepState::Waiting.as_str()),
                )
            })
            .collect();
        diesel::insert_into(move_steps::table)
            .values(rows)
            .execute(self.connection())?;
        Ok(MoveId::from_uuid(id))
    }

    /// The copy of a tenant that lies where a move leads.
    fn copy_at(&mut self, new: &NewMove<'_>) -> Result<Option<String>, StoreError> {
        let mut kept = copies::table
            .left_join(databases::table.on(databases::name.eq(copies::schema_name)))
            .filter(copies::tenant_id.eq(new.tenant.uuid()))
            .filter(copies::kind.eq(new.to.as_str()))
            .order(copies::keep_until.desc())
            .select(copies::schema_name)
            .into_boxed();
        if let Some(node) = new.to_node {
            kept = kept.filter(databases::node_id.nullable().eq(node.uuid()));
        }
        Ok(kept.first(self.connection()).optional()?)
    }

    /// The move of a tenant that is not over, locked until the transaction ends.
    ///
    /// # Errors
    /// The database's.
    pub fn open_move(&mut self, tenant: TenantId) -> Result<Option<MoveId>, StoreError> {
        let open = moves::table
            .filter(moves::tenant_id.eq(tenant.uuid()))
            .filter(moves::state.eq_any(MoveState::OPEN))
            .select(moves::id)
            .for_update()
            .first(self.connection())
            .optional()?;
        Ok(open.map(MoveId::from_uuid))
    }

    /// Turns a move that is not over to a state; false for one that is over.
    ///
    /// # Errors
    /// The database's.
    pub fn turn_move(&mut self, id: MoveId, to: MoveState) -> Result<bool, StoreError> {
        let finished: Option<DateTime<Utc>> = (!to.is_open()).then(|| self.now());
        let turned = diesel::update(moves::table.find(id.uuid()))
            .filter(moves::state.eq_any(MoveState::OPEN))
            .set((moves::state.eq(to), moves::finished_at.eq(finished)))
            .execute(self.connection())?;
        Ok(turned > 0)
    }

    /// Notes how far the copying is; false once the move is not under way any more.
    ///
    /// # Errors
    /// The database's.
    pub fn note_move(
        &mut self,
        id: MoveId,
        (done, all): (i32, i32),
        rows: i64,
    ) -> Result<bool, StoreError> {
        let noted = diesel::update(moves::table.find(id.uuid()))
            .filter(moves::state.eq(MoveState::Running))
            .set((
                moves::tables_done.eq(done),
                moves::tables_all.eq(all),
                moves::rows_copied.eq(rows),
            ))
            .execute(self.connection())?;
        Ok(noted > 0)
    }
}
