//! What every page of a tenant shows around its content: the tenant's name and colours, the pages that
//! this person may open, who they are, what just happened. Plain data; whoever answers fills it in.

mod banner;
mod bare;
mod look;
mod nav;
mod toast;

use chrono::{DateTime, Utc};
use domain::{Permission, Permissions};

pub use banner::Banner;
pub use bare::Bare;
pub use look::{Files, Look, Person, hue, initials};
pub use nav::{Crumb, Entry, Group, Place};
use nav::{entry, groups, href_of, title_of};
pub use toast::{Toast, Tone};

use super::format::Format;

/// The frame of a page. Templates that extend `layouts/shell.html` hold one as `shell`.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The tenant.
    pub look: Look,
    /// The page's own title, for the tab and the last crumb.
    pub title: String,
    /// The way here, the page itself last.
    pub crumbs: Vec<Crumb>,
    /// Who reads.
    pub person: Person,
    /// The name of the reader's role.
    pub role: String,
    /// The sidebar: only pages that exist and that this person may open.
    pub groups: Vec<Group>,
    /// What the reader may do, for templates that hide what is refused anyway.
    pub may: Permissions,
    /// Messages of the last action.
    pub toasts: Vec<Toast>,
    /// What is told above every page: who of the platform is here.
    pub banners: Vec<Banner>,
    /// Whether whoever reads is a visitor, who has no pages of their own here.
    pub visiting: bool,
    /// Dates and numbers for this reader.
    pub format: Format,
    place: Place,
}

impl Shell {
    /// The frame for this person on this page.
    #[must_use]
    pub fn new(
        look: Look,
        person: Person,
        may: Permissions,
        place: Place,
        now: DateTime<Utc>,
    ) -> Self {
        let format = Format::new(person.writing.clone(), now);
        let groups = groups(&may, place);
        let title = title_of(place).to_owned();
        let crumbs = vec![Crumb {
            label: title.clone(),
            href: String::new(),
        }];
        Self {
            look,
            title,
            crumbs,
            person,
            role: String::new(),
            groups,
            may,
            toasts: Vec::new(),
            banners: Vec::new(),
            visiting: false,
            format,
            place,
        }
    }

    /// A page below its place: its own title, with the place as a crumb before it.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        let above = Crumb {
            label: title_of(self.place).into(),
            href: href_of(self.place).into(),
        };
        self.crumbs = vec![
            above,
            Crumb {
                label: self.title.clone(),
                href: String::new(),
            },
        ];
        self
    }

    /// The name of the reader's role, for their own menu.
    #[must_use]
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.role = role.into();
        self
    }

    /// A number beside a line of the sidebar.
    #[must_use]
    pub fn count(mut self, place: Place, count: i64) -> Self {
        let told = self.format.count(count);
        for entry in self.groups.iter_mut().flat_map(|group| &mut group.entries) {
            if entry.href == href_of(place) {
                entry.count.clone_from(&told);
            }
        }
        self
    }

    /// What is told above the page.
    #[must_use]
    pub fn banners(mut self, banners: Vec<Banner>) -> Self {
        self.banners = banners;
        self
    }

    /// Whoever reads is a visitor.
    #[must_use]
    pub fn visiting(mut self) -> Self {
        self.visiting = true;
        self
    }

    /// What the last action had to say.
    #[must_use]
    pub fn toasts(mut self, toasts: Vec<Toast>) -> Self {
        self.toasts = toasts;
        self
    }

    /// Whether the reader may do this.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.may.allow(permission)
    }

    /// Whether the reader may look people up, which the palette then offers.
    #[must_use]
    pub fn finds_people(&self) -> bool {
        self.may.allow(Permission::ReadUsers)
    }

    /// What the palette offers to do, beside going somewhere.
    #[must_use]
    pub fn actions(&self) -> Vec<Entry> {
        let mut list = Vec::new();
        let mut offer = |label, href, icon| list.push(entry(label, href, icon));
        if self.may.allow(Permission::ManageUsers) {
            offer("Invite people", "/users/invitations/new", "mail");
        }
        if self.may.allow(Permission::ImportUsers) {
            offer("Import people from a CSV file", "/users/import", "upload");
        }
        if self.may.allow(Permission::ManageRoles) {
            offer("Make a role", "/roles/new", "shield");
        }
        list
    }

    /// The reader's own pages.
    #[must_use]
    pub fn own_pages(&self) -> Vec<Entry> {
        if self.visiting {
            return Vec::new();
        }
        let mut pages = vec![
            entry("Your profile", "/me", "person"),
            entry("Password", "/me/password", "lock"),
            entry("Devices and sessions", "/me/sessions", "device"),
        ];
        if self.may.allow(Permission::ManageSettings) {
            pages.push(entry("Plan", "/plan", "trend"));
        }
        if self.may.allow(Permission::OwnTenant) {
            pages.push(entry("Ownership", "/ownership", "shield"));
        }
        pages
    }
}
