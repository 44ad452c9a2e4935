//! The places of the portal: what the sidebar and the palette list, for whom, and the way to a page.

use domain::{Permission, Permissions};

/// A place in the sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `/`
    Overview,
    /// `/analytics`
    Analytics,
    /// `/usage`
    Usage,
    /// `/status`
    Checkups,
    /// `/users`
    Users,
    /// `/roles`
    Roles,
    /// `/keys`
    Keys,
    /// `/visits`
    Visits,
    /// `/data`
    Data,
    /// `/console`
    Console,
    /// `/settings`
    Settings,
    /// `/audit`
    Audit,
    /// `/me` and what is under it
    Me,
}

/// One line of the sidebar and of the command palette.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it says.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// A number at its right, written; empty for none.
    pub count: String,
    /// Whether this is where the reader is.
    pub current: bool,
}

/// Lines of the sidebar under one title.
#[derive(Debug, Clone)]
pub struct Group {
    /// The title, or nothing for the first.
    pub title: &'static str,
    /// The lines.
    pub entries: Vec<Entry>,
}

/// A step of the way to this page, above its title.
#[derive(Debug, Clone)]
pub struct Crumb {
    /// What it says.
    pub label: String,
    /// Where it leads; empty for the page itself.
    pub href: String,
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

pub(super) fn groups(may: &Permissions, place: Place) -> Vec<Group> {
    let line = |at: Place, icon| Entry {
        current: at == place,
        ..entry(title_of(at), href_of(at), icon)
    };
    let lines = |list: &[(Place, Permission, &'static str)]| -> Vec<Entry> {
        let allowed = list.iter().filter(|(_, needs, _)| may.allow(*needs));
        allowed.map(|(at, _, icon)| line(*at, icon)).collect()
    };
    let all = [
        (
            "",
            lines(&[
                (Place::Overview, Permission::ReadOverview, "home"),
                (Place::Analytics, Permission::ReadUsage, "chart"),
                (Place::Usage, Permission::ReadUsage, "gauge"),
                (Place::Checkups, Permission::ReadUsage, "check"),
            ]),
        ),
        (
            "People",
            lines(&[
                (Place::Users, Permission::ReadUsers, "users"),
                (Place::Roles, Permission::ReadRoles, "shield"),
            ]),
        ),
        (
            "Developers",
            lines(&[(Place::Keys, Permission::ReadKeys, "key")]),
        ),
        (
            "Security",
            lines(&[
                (Place::Visits, Permission::ReadVisits, "eye"),
                (Place::Audit, Permission::ReadAudit, "list"),
            ]),
        ),
        (
            "Organisation",
            lines(&[
                (Place::Data, Permission::ReadSettings, "disk"),
                (Place::Console, Permission::UseConsole, "search"),
                (Place::Settings, Permission::ReadSettings, "sliders"),
            ]),
        ),
    ];
    let filled = all.into_iter().filter(|(_, entries)| !entries.is_empty());
    filled
        .map(|(title, entries)| Group { title, entries })
        .collect()
}

pub(super) const fn title_of(place: Place) -> &'static str {
    match place {
        Place::Overview => "Overview",
        Place::Analytics => "Analytics",
        Place::Usage => "Usage and limits",
        Place::Checkups => "Status",
        Place::Users => "Users",
        Place::Roles => "Roles",
        Place::Keys => "API keys",
        Place::Visits => "Visits",
        Place::Data => "Data",
        Place::Console => "Console",
        Place::Settings => "Settings",
        Place::Audit => "Audit log",
        Place::Me => "Your profile",
    }
}

pub(super) const fn href_of(place: Place) -> &'static str {
    match place {
        Place::Overview => "/",
        Place::Analytics => "/analytics",
        Place::Usage => "/usage",
        Place::Checkups => "/status",
        Place::Users => "/users",
        Place::Roles => "/roles",
        Place::Keys => "/keys",
        Place::Visits => "/visits",
        Place::Data => "/data",
        Place::Console => "/console",
        Place::Settings => "/settings",
        Place::Audit => "/audit",
        Place::Me => "/me",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sidebar_holds_what_the_person_may_open() {
        let may = Permissions::of(&[Permission::ReadUsers]);
        let found = groups(&may, Place::Users);
        let hrefs: Vec<_> = found
            .iter()
            .flat_map(|g| &g.entries)
            .map(|e| (e.href, e.current))
            .collect();
        assert_eq!(hrefs, [("/users", true)]);
    }
}
