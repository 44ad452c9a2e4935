//! The places of the platform: what the sidebar and the palette list, and for whom.

use domain::{StaffPermission, StaffPermissions};

use crate::web::shell::{Crumb, Entry, Group};

/// A place in the sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffPlace {
    /// `/`
    Overview,
    /// `/analytics`
    Analytics,
    /// `/tenants`
    Tenants,
    /// `/health`
    Checkups,
    /// `/plans`
    Plans,
    /// `/requests`
    Requests,
    /// `/rollouts` and what is under it
    Rollouts,
    /// `/nodes` and what is under it
    Nodes,
    /// `/jobs`
    Jobs,
    /// `/staff`
    Staff,
    /// `/audit`
    Audit,
    /// `/me` and what is under it
    Me,
}

impl StaffPlace {
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Analytics => "Analytics",
            Self::Tenants => "Tenants",
            Self::Checkups => "Health",
            Self::Plans => "Plans",
            Self::Requests => "Requests",
            Self::Rollouts => "Migrations",
            Self::Nodes => "Servers",
            Self::Jobs => "Jobs",
            Self::Staff => "Staff",
            Self::Audit => "Audit log",
            Self::Me => "Your profile",
        }
    }

    pub(super) const fn href(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Analytics => "/analytics",
            Self::Tenants => "/tenants",
            Self::Checkups => "/health",
            Self::Plans => "/plans",
            Self::Requests => "/requests",
            Self::Rollouts => "/rollouts",
            Self::Nodes => "/nodes",
            Self::Jobs => "/jobs",
            Self::Staff => "/staff",
            Self::Audit => "/audit",
            Self::Me => "/me",
        }
    }
}

pub(super) fn crumb(label: &str, href: &str) -> Crumb {
    Crumb {
        label: label.to_owned(),
        href: href.to_owned(),
    }
}

pub(super) fn entry(label: &'static str, href: &'static str, icon: &'static str) -> Entry {
    Entry {
        label,
        href,
        icon,
        count: String::new(),
        current: false,
    }
}

pub(super) fn groups(may: &StaffPermissions, place: StaffPlace) -> Vec<Group> {
    let line = |at: StaffPlace, icon| Entry {
        current: at == place,
        ..entry(at.title(), at.href(), icon)
    };
    let lines = |list: &[(StaffPlace, StaffPermission, &'static str)]| -> Vec<Entry> {
        let allowed = list.iter().filter(|(_, needs, _)| may.allow(*needs));
        allowed.map(|(at, _, icon)| line(*at, icon)).collect()
    };
    let all = [
        (
            "",
            lines(&[
                (StaffPlace::Overview, StaffPermission::ReadTenants, "home"),
                (
                    StaffPlace::Tenants,
                    StaffPermission::ReadTenants,
                    "building",
                ),
                (StaffPlace::Analytics, StaffPermission::ReadTenants, "chart"),
                (StaffPlace::Checkups, StaffPermission::ReadTenants, "check"),
                (StaffPlace::Plans, StaffPermission::ReadTenants, "gauge"),
                (StaffPlace::Requests, StaffPermission::ReadTenants, "bell"),
                (StaffPlace::Rollouts, StaffPermission::ReadTenants, "disk"),
                (StaffPlace::Nodes, StaffPermission::ReadNodes, "server"),
                (StaffPlace::Jobs, StaffPermission::ReadQueue, "clock"),
            ]),
        ),
        (
            "Security",
            lines(&[
                (StaffPlace::Staff, StaffPermission::ReadStaff, "users"),
                (
                    StaffPlace::Audit,
                    StaffPermission::ReadPlatformAudit,
                    "list",
                ),
            ]),
        ),
    ];
    let filled = all.into_iter().filter(|(_, entries)| !entries.is_empty());
    filled
        .map(|(title, entries)| Group { title, entries })
        .collect()
}
