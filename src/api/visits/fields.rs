//! Visits as the API gives them: all of them to their tenant, to the platform without a word of its people.

use chrono::{DateTime, Utc};
use domain::{TenantId, UserId};
use serde::{Deserialize, Serialize};
use services::visits::{Listed, UnderWay, Visit};
use utoipa::{IntoParams, ToSchema};

/// How the list is read on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct VisitQuery {
    /// The most visits of an answer; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
    /// The next_cursor of the answer before.
    pub cursor: Option<String>,
}

/// Visits, the one asked for last on top.
#[derive(Debug, Serialize, ToSchema)]
pub struct Visits {
    /// The visits.
    pub visits: Vec<VisitFields>,
    /// What to go on with; not at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Who of the staff is inside which tenant now.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitsUnderWay {
    /// The visits that run, the one entered last on top.
    pub visits: Vec<VisitFields>,
    /// Whether there are more tenants with lately asked visits than were looked at.
    pub more: bool,
}

/// One visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneVisit {
    /// Which.
    pub visit: VisitFields,
}

/// A visit of support.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitFields {
    /// Which.
    pub id: String,
    /// Where.
    pub tenant_id: String,
    /// asked, approved, declined, running, ended or expired.
    pub state: String,
    /// The id of whoever of the platform's staff visits.
    pub staff_id: String,
    /// Their name as it was then.
    pub staff_name: String,
    /// Why.
    pub reason: String,
    /// For how many hours, from the approval.
    pub hours: i32,
    /// read or write: what was asked for, and once it is approved what was granted.
    pub reach: String,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it was first entered.
    pub entered_at: Option<DateTime<Utc>>,
    /// Its end; of one that waits, when the asking lapses.
    pub expires_at: DateTime<Utc>,
    /// When it ended before that.
    pub ended_at: Option<DateTime<Utc>>,
    /// What only the tenant's own keys are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_only: Option<VisitInside>,
}

/// Of a visit what only its tenant is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitInside {
    /// The visitor's address.
    pub staff_email: String,
    /// The visitor's role on the platform.
    pub staff_role: String,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// The name of whoever decided; none where the policy did.
    pub decided_by_name: Option<String>,
    /// The id of the user who ended it, if one did.
    pub ended_by: Option<String>,
    /// The name of whoever ended it.
    pub ended_by_name: Option<String>,
}

impl VisitFields {
    pub(super) fn own(tenant: TenantId, of: &Visit, now: DateTime<Utc>) -> Self {
        Self {
            id: of.id().to_string(),
            tenant_id: tenant.to_string(),
            state: of.state(now).to_string(),
            staff_id: of.staff().to_string(),
            staff_name: of.staff_name.clone(),
            reason: of.reason.clone(),
            hours: of.hours,
            reach: of.reach.to_string(),
            asked_at: of.asked_at,
            entered_at: of.begins_at,
            expires_at: of.expires_at,
            ended_at: of.ended_at,
            tenant_only: Some(VisitInside {
                staff_email: of.staff_email.clone(),
                staff_role: of.staff_role.to_string(),
                decided_at: of.decided_at,
                decided_by_name: of.decided_name.clone(),
                ended_by: of.ended_by.map(|id| UserId::from_uuid(id).to_string()),
                ended_by_name: of.ended_name.clone(),
            }),
        }
    }

    pub(super) fn any(tenant: TenantId, of: Listed) -> Self {
        Self {
            id: of.id.to_string(),
            tenant_id: tenant.to_string(),
            state: of.state.to_string(),
            staff_id: of.staff.to_string(),
            staff_name: of.staff_name,
            reason: of.reason,
            hours: of.hours,
            reach: of.reach.to_string(),
            asked_at: of.asked_at,
            entered_at: of.begins_at,
            expires_at: of.expires_at,
            ended_at: of.ended_at,
            tenant_only: None,
        }
    }
}

impl From<UnderWay> for VisitsUnderWay {
    fn from(of: UnderWay) -> Self {
        let visits = of.visits.into_iter();
        Self {
            visits: visits
                .map(|(tenant, _, visit)| VisitFields::any(tenant, visit))
                .collect(),
            more: of.more,
        }
    }
}
