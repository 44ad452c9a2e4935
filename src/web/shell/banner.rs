//! What stands above every page while somebody of the platform is here, or asks to come in.

use domain::{Permission, Permissions, VisitReach};
use services::Visitor;
use services::visits::Visit;

use crate::web::format::Format;

/// A line above the page, with at most one link and one button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// `warn`, or nothing.
    pub tone: &'static str,
    /// Said first.
    pub title: String,
    /// And then.
    pub text: String,
    /// Where its link leads; empty for none.
    pub href: String,
    /// What the link says.
    pub link: &'static str,
    /// What its button posts to; empty for none.
    pub action: String,
    /// What the button says.
    pub label: &'static str,
}

impl Banner {
    /// For the visitor: whom they visit, until when.
    #[must_use]
    pub fn visiting(tenant: &str, visitor: &Visitor, format: &Format) -> Self {
        let may = match visitor.reach {
            VisitReach::Read => "You read and change nothing",
            VisitReach::Write => "You may change what is here",
        };
        Self {
            tone: "warn",
            title: format!("You are visiting {tenant}"),
            text: format!(
                "{may}, until {}. Each page that you open is written down for them.",
                format.date_time(visitor.expires_at)
            ),
            href: String::new(),
            link: "",
            action: "/visits/leave".to_owned(),
            label: "Leave",
        }
    }

    /// For the tenant's people: who is here, since when, and what they may.
    #[must_use]
    pub fn visited(visit: &Visit, may: &Permissions, format: &Format) -> Self {
        let since = format.date_time(visit.begins_at.unwrap_or(visit.asked_at));
        let until = format.date_time(visit.expires_at);
        let reads = may.allow(Permission::ReadVisits);
        let ends = may.allow(Permission::ManageVisits);
        let of = |there: bool, path: String| if there { path } else { String::new() };
        Self {
            tone: "warn",
            title: format!("{} of support is visiting", visit.staff_name),
            text: format!(
                "Since {since}, until {until} at the latest; {}.",
                visit.reach.words()
            ),
            href: of(reads, format!("/visits/{}", visit.id())),
            link: "What was read",
            action: of(ends, format!("/visits/{}/end", visit.id())),
            label: "End now",
        }
    }

    /// For those who decide: who asks to come in.
    #[must_use]
    pub fn asked(visit: &Visit) -> Self {
        Self {
            tone: "",
            title: format!("{} of support asks to come in", visit.staff_name),
            text: visit.reason.clone(),
            href: format!("/visits/{}", visit.id()),
            link: "Decide",
            action: String::new(),
            label: "",
        }
    }
}
