//! Who has a database on a server, how each one's latest move from it stands, and how far its emptying is: for its page.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{MoveId, MoveState, NodeId, NodeName, PlacementKind, TenantId, TenantState};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{
    audit_entries, copies, databases, move_steps, moves, nodes, placements, tenants,
};
use crate::schema::node::jobs;

/// A tenant that lives in a database of a server.
#[derive(Debug, Clone)]
pub struct Living {
    /// Which.
    pub tenant: TenantId,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub status: TenantState,
    /// Its latest move away from here, whatever became of it.
    pub leaves: Option<Leave>,
}

/// A move away from a server.
#[derive(Debug, Clone)]
pub struct Leave {
    /// Which.
    pub id: MoveId,
    /// Where it stands.
    pub state: MoveState,
    /// Why it failed, as far as that is known.
    pub why: Option<String>,
}

impl PlatformTx<'_> {
    /// Those who live in databases of a server, by their names, and how many they are.
    ///
    /// # Errors
    /// The database's.
    pub fn living_on(
        &mut self,
        node: NodeId,
        limit: i64,
    ) -> Result<(Vec<Living>, i64), StoreError> {
        let here = placements::node_id
            .eq(node.uuid())
            .and(placements::database_name.is_not_null());
        let all = placements::table
            .filter(here)
            .count()
            .get_result(self.connection())?;
        let rows: Vec<(Uuid, String, TenantState)> = placements::table
            .inner_join(tenants::table)
            .filter(here)
            .order((tenants::name, tenants::id))
            .limit(limit)
            .select((tenants::id, tenants::name, tenants::status))
            .load(self.connection())?;
        let ids: Vec<Uuid> = rows.iter().map(|(id, _, _)| *id).collect();
        let mut leaves = self.latest_leaves(node, &ids)?;
        let living = rows.into_iter().map(|(id, name, status)| Living {
            tenant: TenantId::from_uuid(id),
            name,
            status,
            leaves: leaves.remove(&id),
        });
        Ok((living.collect(), all))
    }

    fn latest_leaves(
        &mut self,
        node: NodeId,
        of: &[Uuid],
    ) -> Result<HashMap<Uuid, Leave>, StoreError> {
        let rows: Vec<(Uuid, Uuid, MoveState)> = moves::table
            .filter(moves::tenant_id.eq_any(of))
            .filter(moves::from_node.eq(node.uuid()))
            .distinct_on(moves::tenant_id)
            .order((moves::tenant_id, moves::asked_at.desc(), moves::id.desc()))
            .select((moves::tenant_id, moves::id, moves::state))
            .load(self.connection())?;
        let ids: Vec<Uuid> = rows.iter().map(|(_, id, _)| *id).collect();
        let errors: Vec<(Uuid, Option<String>)> = move_steps::table
            .filter(move_steps::move_id.eq_any(&ids))
            .filter(move_steps::error.is_not_null())
            .order(move_steps::place)
            .select((move_steps::move_id, move_steps::error))
            .load(self.connection())?;
        let errors: HashMap<Uuid, Option<String>> = errors.into_iter().collect();
        let leave = |(tenant, id, state)| {
            let why = errors.get(&id).cloned().flatten();
            let id = MoveId::from_uuid(id);
            (tenant, Leave { id, state, why })
        };
        Ok(rows.into_iter().map(leave).collect())
    }

    /// How many old copies of moves are kept in databases of a server.
    ///
    /// # Errors
    /// The database's.
    pub fn copies_on(&mut self, node: NodeId) -> Result<i64, StoreError> {
        let there = databases::table
            .inner_join(copies::table.on(copies::schema_name.eq(databases::name)))
            .filter(databases::node_id.eq(node.uuid()))
            .filter(copies::seen.is_not_null());
        Ok(there.count().get_result(self.connection())?)
    }

    /// How many tenants left databases of a server since this was last written into the platform's log about it; `None` where it
    /// never was.
    ///
    /// # Errors
    /// The database's.
    pub fn left_since(&mut self, node: NodeId, action: &str) -> Result<Option<i64>, StoreError> {
        let begun: Option<DateTime<Utc>> = audit_entries::table
            .filter(audit_entries::action.eq(action))
            .filter(audit_entries::target_id.eq(node.uuid()))
            .order((audit_entries::at.desc(), audit_entries::seq.desc()))
            .select(audit_entries::at)
            .first(self.connection())
            .optional()?;
        let Some(begun) = begun else {
            return Ok(None);
        };
        let left = moves::table
            .filter(moves::from_node.eq(node.uuid()))
            .filter(moves::from_kind.eq(PlacementKind::Database.as_str()))
            .filter(moves::state.eq(MoveState::Done))
            .filter(moves::finished_at.ge(begun));
        Ok(Some(left.count().get_result(self.connection())?))
    }

    /// Whether a job of this kind with this payload waits or runs.
    ///
    /// # Errors
    /// The database's.
    pub fn works_on(&mut self, kind: &str, payload: &Json) -> Result<bool, StoreError> {
        let open = jobs::table
            .filter(jobs::kind.eq(kind))
            .filter(jobs::payload.eq(payload))
            .filter(jobs::state.eq_any(["queued", "running"]));
        Ok(diesel::select(diesel::dsl::exists(open)).get_result(self.connection())?)
    }

    /// What the servers are called.
    ///
    /// # Errors
    /// The database's.
    pub fn node_names(&mut self) -> Result<HashMap<NodeId, NodeName>, StoreError> {
        let rows: Vec<(Uuid, NodeName)> = nodes::table
            .select((nodes::id, nodes::name))
            .load(self.connection())?;
        let named = |(id, name)| (NodeId::from_uuid(id), name);
        Ok(rows.into_iter().map(named).collect())
    }
}
