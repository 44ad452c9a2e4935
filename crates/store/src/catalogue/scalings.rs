//! What tenants asked for beyond what they have. What may follow what is decided above; that a tenant has one open
//! asking at most is the table's.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{ScalingBilling, ScalingId, ScalingState, ScalingStep, ScalingStrategy, TenantId};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::scalings;

/// Who asked, by name as it was then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalingAsker {
    /// `person` or `key` of the tenant, or `platform`.
    pub kind: String,
    /// Which person or key, where it is one of the tenant's.
    pub id: Option<Uuid>,
    /// The name.
    pub name: String,
}

/// What a tenant asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaling {
    /// Which.
    pub id: ScalingId,
    /// Whose.
    pub tenant: TenantId,
    /// Who asked.
    pub asked_by: ScalingAsker,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// By resource, what the tenant might have then.
    pub from: BTreeMap<String, i64>,
    /// By resource, what it is to have.
    pub target: BTreeMap<String, i64>,
    /// The plan whose prices were taken.
    pub plan: String,
    /// Its version.
    pub plan_version: i32,
    /// From when on it is to hold.
    pub strategy: ScalingStrategy,
    /// What whoever asked said of it.
    pub note: Option<String>,
    /// What it does to the bill.
    pub billing: ScalingBilling,
    /// How far it came.
    pub state: ScalingState,
    /// Who decided, by name as it was then.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was declined, or what was said with the approval.
    pub reason: Option<String>,
    /// When it is carried out, once it is approved.
    pub due_at: Option<DateTime<Utc>>,
    /// When the new numbers were written down.
    pub begun_at: Option<DateTime<Utc>>,
    /// One for each resource, once they are.
    pub steps: Vec<ScalingStep>,
    /// When nothing more was to come of it.
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = scalings, check_for_backend(diesel::pg::Pg))]
pub(super) struct Row {
    id: Uuid,
    tenant_id: Uuid,
    asked_kind: String,
    asked_id: Option<Uuid>,
    asked_name: String,
    asked_at: DateTime<Utc>,
    from_limits: Json,
    target: Json,
    plan: String,
    plan_version: i32,
    strategy: ScalingStrategy,
    note: Option<String>,
    billing: Json,
    state: ScalingState,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    reason: Option<String>,
    due_at: Option<DateTime<Utc>>,
    begun_at: Option<DateTime<Utc>>,
    steps: Json,
    ended_at: Option<DateTime<Utc>>,
}

impl Row {
    pub(super) fn scaling(self) -> Scaling {
        let asked_at = self.asked_at;
        Scaling {
            id: ScalingId::from_uuid(self.id),
            tenant: TenantId::from_uuid(self.tenant_id),
            asked_by: ScalingAsker {
                kind: self.asked_kind,
                id: self.asked_id,
                name: self.asked_name,
            },
            asked_at,
            from: serde_json::from_value(self.from_limits).unwrap_or_default(),
            target: serde_json::from_value(self.target).unwrap_or_default(),
            plan: self.plan,
            plan_version: self.plan_version,
            strategy: self.strategy,
            note: self.note,
            // What cannot be read costs what is agreed on, and is not taken for nothing.
            billing: serde_json::from_value(self.billing).unwrap_or_else(|_| ScalingBilling {
                monthly_cents: None,
                today_cents: None,
                currency: String::new(),
                next_date: asked_at,
                lines: BTreeMap::new(),
            }),
            state: self.state,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            reason: self.reason,
            due_at: self.due_at,
            begun_at: self.begun_at,
            steps: serde_json::from_value(self.steps).unwrap_or_default(),
            ended_at: self.ended_at,
        }
    }
}

const OPEN: [ScalingState; 3] = [
    ScalingState::Asked,
    ScalingState::Approved,
    ScalingState::InProgress,
];

impl PlatformTx<'_> {
    /// Writes an asking down; `false` where the tenant has an open one.
    ///
    /// # Errors
    /// The database's.
    pub fn add_scaling(&mut self, new: &Scaling) -> Result<bool, StoreError> {
        let added = diesel::insert_into(scalings::table)
            .values((
                (
                    scalings::id.eq(new.id.uuid()),
                    scalings::tenant_id.eq(new.tenant.uuid()),
                    scalings::asked_kind.eq(&new.asked_by.kind),
                    scalings::asked_id.eq(new.asked_by.id),
                    scalings::asked_name.eq(&new.asked_by.name),
                    scalings::asked_at.eq(new.asked_at),
                    scalings::from_limits.eq(json!(new.from)),
                    scalings::target.eq(json!(new.target)),
                    scalings::plan.eq(&new.plan),
                    scalings::plan_version.eq(new.plan_version),
                ),
                (
                    scalings::strategy.eq(new.strategy),
                    scalings::note.eq(&new.note),
                    scalings::billing.eq(json!(new.billing)),
                    scalings::state.eq(new.state),
                    scalings::steps.eq(json!(new.steps)),
                ),
            ))
            .on_conflict_do_nothing()
            .execute(self.connection())?;
        Ok(added == 1)
    }

    /// Writes down what became of one that this transaction holds.
    ///
    /// # Errors
    /// The database's.
    pub fn write_scaling(&mut self, now: &Scaling) -> Result<(), StoreError> {
        diesel::update(scalings::table.find(now.id.uuid()))
            .set((
                scalings::from_limits.eq(json!(now.from)),
                scalings::target.eq(json!(now.target)),
                scalings::plan.eq(&now.plan),
                scalings::plan_version.eq(now.plan_version),
                scalings::strategy.eq(now.strategy),
                scalings::billing.eq(json!(now.billing)),
                scalings::state.eq(now.state),
                scalings::decided_by.eq(&now.decided_by),
                scalings::decided_at.eq(now.decided_at),
                scalings::reason.eq(&now.reason),
                scalings::due_at.eq(now.due_at),
                scalings::begun_at.eq(now.begun_at),
                scalings::steps.eq(json!(now.steps)),
                scalings::ended_at.eq(now.ended_at),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// One of this tenant's.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also for another tenant's; the database's.
    pub fn scaling(&mut self, tenant: TenantId, id: ScalingId) -> Result<Scaling, StoreError> {
        let row: Option<Row> = scalings::table
            .filter(scalings::id.eq(id.uuid()))
            .filter(scalings::tenant_id.eq(tenant.uuid()))
            .select(Row::as_select())
            .first(self.connection())
            .optional()?;
        row.map(Row::scaling).ok_or(StoreError::NotFound)
    }

    /// The same, held until the transaction ends.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also for another tenant's; the database's.
    pub fn lock_scaling(&mut self, tenant: TenantId, id: ScalingId) -> Result<Scaling, StoreError> {
        let row: Option<Row> = scalings::table
            .filter(scalings::id.eq(id.uuid()))
            .filter(scalings::tenant_id.eq(tenant.uuid()))
            .select(Row::as_select())
            .for_update()
            .first(self.connection())
            .optional()?;
        row.map(Row::scaling).ok_or(StoreError::NotFound)
    }

    /// The tenant's open one, held until the transaction ends.
    ///
    /// # Errors
    /// The database's.
    pub fn lock_open_scaling(&mut self, tenant: TenantId) -> Result<Option<Scaling>, StoreError> {
        let row: Option<Row> = scalings::table
            .filter(scalings::tenant_id.eq(tenant.uuid()))
            .filter(scalings::state.eq_any(OPEN))
            .select(Row::as_select())
            .for_update()
            .first(self.connection())
            .optional()?;
        Ok(row.map(Row::scaling))
    }
}
