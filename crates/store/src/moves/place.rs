//! What lies where a tenant does not live: a copy in the making, or one that is kept so that a move can be undone.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{MoveState, PlacementKind, TenantId};
use uuid::Uuid;

use super::line::Move;
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{copies, moves};

/// A copy that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCopy {
    /// Whose.
    pub tenant: TenantId,
    /// In which kind of place.
    pub kind: PlacementKind,
    /// When it is deleted.
    pub until: DateTime<Utc>,
    pub(super) schema: String,
}

impl KeptCopy {
    /// Whether this move left it.
    #[must_use]
    pub fn is_left_by(&self, line: &Move) -> bool {
        self.schema == line.from_schema
    }
}

type Row = (Uuid, PlacementKind, DateTime<Utc>, String);

fn kept((tenant, kind, until, schema): Row) -> KeptCopy {
    KeptCopy {
        tenant: TenantId::from_uuid(tenant),
        kind,
        until,
        schema,
    }
}

impl PlatformTx<'_> {
    /// The whole copies of a tenant that are kept where it does not live.
    ///
    /// # Errors
    /// The database's.
    pub fn kept_copies(&mut self, tenant: TenantId) -> Result<Vec<KeptCopy>, StoreError> {
        let rows: Vec<Row> = copies::table
            .filter(copies::tenant_id.eq(tenant.uuid()))
            .filter(copies::seen.is_not_null())
            .order(copies::keep_until.desc())
            .select((
                copies::tenant_id,
                copies::kind,
                copies::keep_until,
                copies::schema_name,
            ))
            .load(self.connection())?;
        Ok(rows.into_iter().map(kept).collect())
    }

    /// The copies whose time is over and that no move is working on.
    ///
    /// # Errors
    /// The database's.
    pub fn ended_copies(&mut self, limit: i64) -> Result<Vec<KeptCopy>, StoreError> {
        let now = self.now();
        let in_use = moves::table
            .filter(moves::tenant_id.eq(copies::tenant_id))
            .filter(moves::state.eq_any(MoveState::OPEN));
        let rows: Vec<Row> = copies::table
            .filter(copies::keep_until.le(now))
            .filter(diesel::dsl::not(diesel::dsl::exists(in_use)))
            .order(copies::keep_until)
            .limit(limit)
            .select((
                copies::tenant_id,
                copies::kind,
                copies::keep_until,
                copies::schema_name,
            ))
            .load(self.connection())?;
        Ok(rows.into_iter().map(kept).collect())
    }

    /// Takes from all copies of a tenant what they have seen, so that nothing goes on with them.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_copies(&mut self, tenant: TenantId) -> Result<usize, StoreError> {
        let now = self.now();
        Ok(diesel::update(copies::table)
            .filter(copies::tenant_id.eq(tenant.uuid()))
            .set((copies::seen.eq(None::<i64>), copies::keep_until.eq(now)))
            .execute(self.connection())?)
    }

    /// Ends the time of all copies of a tenant; answers how many there are.
    ///
    /// # Errors
    /// The database's.
    pub fn end_copies(&mut self, tenant: TenantId) -> Result<usize, StoreError> {
        let now = self.now();
        Ok(diesel::update(copies::table)
            .filter(copies::tenant_id.eq(tenant.uuid()))
            .set(copies::keep_until.eq(now))
            .execute(self.connection())?)
    }
}
