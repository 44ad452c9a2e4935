//! The visits of a tenant as lines of its page on the platform.

use domain::staff::StaffPermission;
use domain::{VisitReach, VisitState};
use services::visits::Listed;

use crate::web::platform::shell::StaffShell;

/// A visit as a line of the tenant's page.
#[derive(Debug)]
pub struct VisitLine {
    /// Which.
    pub id: String,
    /// Who of the staff.
    pub who: String,
    /// Where it stands, in words.
    pub state: &'static str,
    /// The tone of that.
    pub tone: &'static str,
    /// Read-only or not.
    pub kind: &'static str,
    /// Why.
    pub reason: String,
    /// When it was asked for, and until when it holds.
    pub times: String,
    /// Whether the reader may enter by it.
    pub enter: bool,
    /// Whether the reader may end it.
    pub end: bool,
    /// What ending it is called.
    pub end_label: &'static str,
}

/// The visits as lines.
#[must_use]
pub fn lines(shell: &StaffShell, seen: &[Listed]) -> Vec<VisitLine> {
    let visits = shell.may(StaffPermission::VisitTenants);
    let line = |visit: &Listed| {
        let own = visits && shell.person.id == visit.staff.to_string();
        let (state, tone) = told(visit.state);
        let format = &shell.format;
        let asked = format.relative(visit.asked_at);
        let until = match (visit.state, visit.ended_at) {
            (VisitState::Asked, _) => format!("waits until {}", format.date_time(visit.expires_at)),
            (VisitState::Approved | VisitState::Running, _) => {
                format!("until {}", format.date_time(visit.expires_at))
            }
            (_, Some(at)) => format!("over since {}", format.date_time(at)),
            (_, None) => format!("over since {}", format.date_time(visit.expires_at)),
        };
        VisitLine {
            id: visit.id.to_string(),
            who: visit.staff_name.clone(),
            state,
            tone,
            kind: match visit.reach {
                VisitReach::Read => "to read",
                VisitReach::Write => "to read and change",
            },
            reason: visit.reason.clone(),
            times: format!("Asked {asked} for {} h, {until}", visit.hours),
            enter: own && matches!(visit.state, VisitState::Approved | VisitState::Running),
            end: own && visit.state.is_open(),
            end_label: match visit.state {
                VisitState::Asked => "Take back",
                _ => "End",
            },
        }
    };
    seen.iter().map(line).collect()
}

/// How the platform calls a state.
const fn told(state: VisitState) -> (&'static str, &'static str) {
    match state {
        VisitState::Asked => ("Waits for the tenant", "info"),
        VisitState::Approved => ("May enter", "ok"),
        VisitState::Running => ("Inside", "warn"),
        VisitState::Declined => ("Declined", "bad"),
        VisitState::Ended => ("Ended", ""),
        VisitState::Expired => ("Expired", ""),
    }
}
