//! Who of the staff is inside a tenant now, as the overview lists them.

use domain::VisitReach;
use services::visits::UnderWay;

use crate::web::platform::shell::StaffShell;

/// A visit under way.
pub(super) struct Inside {
    pub(super) who: String,
    pub(super) tenant: String,
    pub(super) href: String,
    pub(super) kind: &'static str,
    pub(super) until: String,
}

pub(super) fn inside(shell: &StaffShell, under_way: &UnderWay) -> Vec<Inside> {
    let rows = under_way.visits.iter().map(|(id, tenant, visit)| Inside {
        who: visit.staff_name.clone(),
        tenant: tenant.clone(),
        href: format!("/tenants/{id}"),
        kind: match visit.reach {
            VisitReach::Read => "Reads",
            VisitReach::Write => "Reads and changes",
        },
        until: format!("until {}", shell.format.date_time(visit.expires_at)),
    });
    rows.collect()
}
