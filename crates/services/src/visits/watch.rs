//! What the platform sees of a tenant's visits, and ending those of somebody who leaves the staff.

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::System;
use domain::{StaffId, VisitId, VisitReach, VisitState};
use store::visits;
use store::{Request, Store, TenantScope};

use super::ask::{PLATFORM, WAITS};
use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};

/// How many visits the page of a tenant shows.
const MOST: i64 = 100;

/// A visit as the platform sees it: without a word of the tenant's people.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Which.
    pub id: VisitId,
    /// Who of the staff.
    pub staff: StaffId,
    /// Their name as it was then.
    pub staff_name: String,
    /// Why.
    pub reason: String,
    /// How long, from the approval.
    pub hours: i32,
    /// What for.
    pub reach: VisitReach,
    /// Where it stands.
    pub state: VisitState,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it was first entered.
    pub begins_at: Option<DateTime<Utc>>,
    /// Its end; of one that waits, when the asking lapses.
    pub expires_at: DateTime<Utc>,
    /// When it ended before that.
    pub ended_at: Option<DateTime<Utc>>,
}

/// The tenant's latest visits, for its page on the platform.
///
/// # Errors
/// The database's.
pub fn of_tenant(
    store: &Store,
    scope: &TenantScope,
    request: &Request,
) -> Result<Vec<Listed>, VerbError> {
    store.tenant::<System, _, VerbError>(scope, PLATFORM, request, |tx| {
        let now = tx.now();
        let listed = |visit: visits::Visit| Listed {
            id: visit.id(),
            staff: visit.staff(),
            state: visit.state(now),
            staff_name: visit.staff_name,
            reason: visit.reason,
            hours: visit.hours,
            reach: visit.reach,
            asked_at: visit.asked_at,
            begins_at: visit.begins_at,
            expires_at: visit.expires_at,
            ended_at: visit.ended_at,
        };
        Ok(visits::list(tx, MOST)?.into_iter().map(listed).collect())
    })
}

/// Ends every open visit of somebody who leaves the staff or is suspended, at each tenant. Called after
/// that was done; answers how many there were.
///
/// # Errors
/// The database's; then it is to be called again.
pub fn end_of_staff(store: &Store, request: &Request, staff: StaffId) -> Result<usize, VerbError> {
    let longest = WAITS + TimeDelta::hours(i64::from(domain::visit::MOST_HOURS));
    let tenants = store.platform::<_, VerbError>(request.now, |tx| {
        Ok(tx.visited_by(staff, request.now - longest)?)
    })?;
    let mut ended = 0;
    for tenant in tenants {
        let Some(entry) = store.resolve_tenant(tenant)? else {
            continue;
        };
        ended += store.tenant::<System, _, VerbError>(&entry.scope, PLATFORM, request, |tx| {
            let over = visits::end_of_staff(tx, staff)?;
            for visit in &over {
                let found = visits::read(tx, *visit)?;
                let target = Target::of(TargetKind::Visit, visit.uuid(), found.staff_name);
                audit::record(tx, Entry::done(Action::VisitEnded, target))?;
            }
            Ok(over.len())
        })?;
    }
    Ok(ended)
}
