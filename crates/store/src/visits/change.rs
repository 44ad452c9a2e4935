//! Changing a visit: asking, deciding, a ticket, beginning, ending, running out. Each step names the
//! states that it may come from, so that of two at once one wins.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{StaffId, StaffRole, TokenHash, VisitHours, VisitId, VisitReach, VisitState};
use uuid::Uuid;

use super::Decider;
use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::visits;

const NO_HASH: Option<TokenHash> = None;

/// A visit that is asked for.
#[derive(Debug, Clone)]
pub struct NewVisit<'a> {
    /// Made by the platform.
    pub id: VisitId,
    /// Who of the staff.
    pub staff: StaffId,
    /// Their name.
    pub name: &'a str,
    /// Their address.
    pub email: &'a str,
    /// Their role on the platform.
    pub role: StaffRole,
    /// Why.
    pub reason: &'a str,
    /// How long, from its approval.
    pub hours: VisitHours,
    /// What is wished for.
    pub reach: VisitReach,
    /// Asked, or approved at once.
    pub state: VisitState,
    /// When the asking lapses, or when the visit ends.
    pub expires_at: DateTime<Utc>,
}

/// Writes the asking down.
///
/// # Errors
/// The database's.
pub fn add<P>(tx: &mut TenantTx<'_, P>, visit: &NewVisit<'_>) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let decided = (visit.state == VisitState::Approved).then_some(now);
    diesel::insert_into(visits::table)
        .values((
            visits::tenant_id.eq(tenant),
            visits::id.eq(visit.id.uuid()),
            visits::staff_id.eq(visit.staff.uuid()),
            visits::staff_name.eq(visit.name),
            visits::staff_email.eq(visit.email),
            visits::staff_role.eq(visit.role),
            visits::reason.eq(visit.reason),
            visits::hours.eq(visit.hours.count()),
            visits::reach.eq(visit.reach),
            visits::state.eq(visit.state),
            visits::asked_at.eq(now),
            visits::decided_at.eq(decided),
            visits::expires_at.eq(visit.expires_at),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// What the tenant says to an asking.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Approved or declined.
    pub state: VisitState,
    /// What is granted.
    pub reach: VisitReach,
    /// The end of the visit.
    pub expires_at: DateTime<Utc>,
    /// Who says it.
    pub by: Decider,
}

/// Decides an asking that still waits; false when it does not.
///
/// # Errors
/// The database's.
pub fn decide<P>(
    tx: &mut TenantTx<'_, P>,
    visit: VisitId,
    decision: &Decision,
) -> Result<bool, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let changed = diesel::update(visits::table)
        .filter(visits::tenant_id.eq(tenant))
        .filter(visits::id.eq(visit.uuid()))
        .filter(visits::state.eq(VisitState::Asked))
        .filter(visits::expires_at.gt(now))
        .set((
            visits::state.eq(decision.state),
            visits::reach.eq(decision.reach),
            visits::expires_at.eq(decision.expires_at),
            visits::decided_at.eq(now),
            visits::decided_by.eq(decision.by.id.map(|id| id.uuid())),
            visits::decided_name.eq(&decision.by.name),
        ))
        .execute(tx.connection())?;
    Ok(changed == 1)
}

/// Gives a visit that may begin, or that runs, a ticket; an earlier one stops working. False when it is
/// not this person's, or over.
///
/// # Errors
/// The database's.
pub fn set_ticket<P>(
    tx: &mut TenantTx<'_, P>,
    visit: VisitId,
    staff: StaffId,
    hash: TokenHash,
    works_until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let changed = diesel::update(visits::table)
        .filter(visits::tenant_id.eq(tenant))
        .filter(visits::id.eq(visit.uuid()))
        .filter(visits::staff_id.eq(staff.uuid()))
        .filter(visits::state.eq_any([VisitState::Approved, VisitState::Running]))
        .filter(visits::expires_at.gt(now))
        .set((
            visits::ticket_hash.eq(hash),
            visits::ticket_expires_at.eq(works_until),
        ))
        .execute(tx.connection())?;
    Ok(changed == 1)
}

/// A visit that was entered.
#[derive(Debug, Clone, Queryable)]
pub struct Entering {
    /// Which.
    pub id: Uuid,
    /// Who of the staff.
    pub staff_name: String,
    /// Why.
    pub reason: String,
    /// What was granted.
    pub reach: VisitReach,
    /// Who let them in.
    pub decided_name: Option<String>,
    /// The end in any case.
    pub expires_at: DateTime<Utc>,
}

/// Uses the ticket up and gives the visit its token; an earlier token stops working. Of any number of
/// callers at once exactly one is answered with the visit.
///
/// # Errors
/// The database's.
pub fn begin<P>(
    tx: &mut TenantTx<'_, P>,
    ticket: &TokenHash,
    token: TokenHash,
) -> Result<Option<Entering>, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let first: Option<Option<DateTime<Utc>>> = visits::table
        .filter(visits::tenant_id.eq(tenant))
        .filter(visits::ticket_hash.eq(ticket))
        .select(visits::begins_at)
        .first(tx.connection())
        .optional()?;
    let Some(begun) = first else {
        return Ok(None);
    };
    Ok(diesel::update(visits::table)
        .filter(visits::tenant_id.eq(tenant))
        .filter(visits::ticket_hash.eq(ticket))
        .filter(visits::ticket_expires_at.gt(now))
        .filter(visits::state.eq_any([VisitState::Approved, VisitState::Running]))
        .filter(visits::expires_at.gt(now))
        .set((
            visits::state.eq(VisitState::Running),
            visits::begins_at.eq(begun.unwrap_or(now)),
            visits::token_hash.eq(token),
            visits::ticket_hash.eq(NO_HASH),
        ))
        .returning((
            visits::id,
            visits::staff_name,
            visits::reason,
            visits::reach,
            visits::decided_name,
            visits::expires_at,
        ))
        .get_result(tx.connection())
        .optional()?)
}

/// Ends a visit that may begin or that runs: its token and its ticket open nothing from now on. False when
/// it is over.
///
/// # Errors
/// The database's.
pub fn end<P>(tx: &mut TenantTx<'_, P>, visit: VisitId, by: &Decider) -> Result<bool, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let changed = diesel::update(visits::table)
        .filter(visits::tenant_id.eq(tenant))
        .filter(visits::id.eq(visit.uuid()))
        .filter(visits::state.eq_any([
            VisitState::Asked,
            VisitState::Approved,
            VisitState::Running,
        ]))
        .filter(visits::expires_at.gt(now))
        .set((
            visits::state.eq(VisitState::Ended),
            visits::ended_at.eq(now),
            visits::ended_by.eq(by.id.map(|id| id.uuid())),
            visits::ended_name.eq(&by.name),
            visits::token_hash.eq(NO_HASH),
            visits::ticket_hash.eq(NO_HASH),
        ))
        .execute(tx.connection())?;
    Ok(changed == 1)
}

/// Writes down which visits ran out; answers them with who of the staff it was.
///
/// # Errors
/// The database's.
pub fn expire<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<(VisitId, String)>, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let over: Vec<(Uuid, String)> = diesel::update(visits::table)
        .filter(visits::tenant_id.eq(tenant))
        .filter(visits::state.eq_any([
            VisitState::Asked,
            VisitState::Approved,
            VisitState::Running,
        ]))
        .filter(visits::expires_at.le(now))
        .set((
            visits::state.eq(VisitState::Expired),
            visits::ended_at.eq(visits::expires_at.nullable()),
            visits::token_hash.eq(NO_HASH),
            visits::ticket_hash.eq(NO_HASH),
        ))
        .returning((visits::id, visits::staff_name))
        .get_results(tx.connection())?;
    Ok(over
        .into_iter()
        .map(|(id, name)| (VisitId::from_uuid(id), name))
        .collect())
}
