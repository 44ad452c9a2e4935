//! What the platform sees of visits, and ending those of somebody who leaves the staff.

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::System;
use domain::{StaffId, TenantId, VisitId, VisitReach, VisitState};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::visits;
use store::{PlatformTx, Request, Store, StoreError, TenantScope};

use super::ask::{PLATFORM, WAITS};
use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};
use crate::jobs::{self, JobKind, NewJob};
use crate::worker::work::{Outcome, Work};

/// How many visits the page of a tenant shows.
const MOST: i64 = 100;
/// At how many tenants is looked for visits under way.
const LOOKED_AT: i64 = 50;

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

impl Listed {
    fn of(visit: visits::Visit, now: DateTime<Utc>) -> Self {
        Self {
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
        }
    }
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
    listed_after(store, scope, request, None, MOST)
}

/// A place in the list of visits: when one was asked for, and which.
pub type Place = (DateTime<Utc>, VisitId);

/// The tenant's visits behind this place, or the latest ones.
///
/// # Errors
/// The database's.
pub fn listed_after(
    store: &Store,
    scope: &TenantScope,
    request: &Request,
    last: Option<Place>,
    at_most: i64,
) -> Result<Vec<Listed>, VerbError> {
    store.tenant::<System, _, VerbError>(scope, PLATFORM, request, |tx| {
        let now = tx.now();
        let rows = visits::after(tx, last, at_most)?.into_iter();
        Ok(rows.map(|visit| Listed::of(visit, now)).collect())
    })
}

/// One visit of the tenant.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn one_listed(
    store: &Store,
    scope: &TenantScope,
    request: &Request,
    visit: VisitId,
) -> Result<Listed, VerbError> {
    store.tenant::<System, _, VerbError>(scope, PLATFORM, request, |tx| {
        Ok(Listed::of(visits::read(tx, visit)?, tx.now()))
    })
}

/// The visits under way, of those that the platform asked for lately.
#[derive(Debug, Clone, Default)]
pub struct UnderWay {
    /// Each with its tenant and the tenant's name, the latest first.
    pub visits: Vec<(TenantId, String, Listed)>,
    /// Whether there are more tenants with askings than were looked at.
    pub more: bool,
}

/// Who of the staff is inside which tenant now.
///
/// # Errors
/// The database's.
pub fn under_way(store: &Store, request: &Request) -> Result<UnderWay, VerbError> {
    let mut tenants = store.platform::<_, VerbError>(request.now, |tx| {
        Ok(tx.asked_lately(request.now - longest(), LOOKED_AT + 1)?)
    })?;
    let most = usize::try_from(LOOKED_AT).unwrap_or(usize::MAX);
    let more = tenants.len() > most;
    tenants.truncate(most);
    let mut visits = Vec::new();
    for tenant in tenants {
        let Some(entry) = store.resolve_tenant(tenant)? else {
            continue;
        };
        let listed = of_tenant(store, &entry.scope, request)?;
        let running = listed
            .into_iter()
            .filter(|visit| visit.state == VisitState::Running);
        visits.extend(running.map(|visit| (tenant, entry.name.clone(), visit)));
    }
    visits.sort_by_key(|(_, _, visit)| std::cmp::Reverse(visit.begins_at));
    Ok(UnderWay { visits, more })
}

/// How long ago a visit can have been asked for that is still open.
fn longest() -> TimeDelta {
    WAITS + TimeDelta::hours(i64::from(domain::visit::MOST_HOURS))
}

#[derive(Serialize, Deserialize)]
struct Leaver {
    staff: StaffId,
}

/// Asks for the end of every open visit of somebody who is suspended, removed or may visit no more: in the
/// transaction of that, by a job at each tenant, because the tenant's rows are no platform's to write.
///
/// # Errors
/// The database's.
pub(crate) fn ask_out(tx: &mut PlatformTx<'_>, staff: StaffId) -> Result<(), StoreError> {
    let since = tx.now() - longest();
    let payload = serde_json::to_value(Leaver { staff }).unwrap_or_default();
    for tenant in tx.visited_by(staff, since)? {
        let job = NewJob::now(JobKind::VisitsEnd, payload.clone());
        jobs::enqueue_for_tenant(tx, tenant, &job)?;
    }
    Ok(())
}

/// The job behind [`ask_out`]: whoever is inside is out with its commit.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let Ok(Leaver { staff }) = Leaver::deserialize(work.payload()) else {
        return Outcome::GiveUp("the job names nobody".to_owned());
    };
    work.conclude(|tx| {
        for visit in visits::end_of_staff(tx, staff)? {
            let found = visits::read(tx, visit)?;
            let told = json!({ "staff": found.staff_name, "state": VisitState::Ended });
            events::emit(tx, EventKind::VisitEnded, Some(visit.uuid()), &told)?;
            let target = Target::of(TargetKind::Visit, visit.uuid(), found.staff_name);
            let entry = Entry::done(Action::VisitEnded, target);
            audit::record(tx, entry.after(json!({ "state": VisitState::Ended })))?;
        }
        Ok(())
    })
    .map_or_else(Outcome::from, |()| Outcome::Done)
}
