//! What every page of the platform shows around its content: the same frame as a tenant's, in no tenant's
//! colours, with the places of the platform. Templates that extend `layouts/shell.html` hold one as `shell`.

mod nav;

use chrono::{DateTime, Utc};
use domain::{StaffPermission, StaffPermissions, StaffRole};

pub use nav::StaffPlace;
use nav::{crumb, entry, groups};

use crate::web::format::Format;
use crate::web::shell::{Banner, Crumb, Entry, Group, Look, Person, Toast};

/// The frame of a page of the platform.
#[derive(Debug, Clone)]
pub struct StaffShell {
    /// The platform.
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
    pub may: StaffPermissions,
    /// Messages of the last action.
    pub toasts: Vec<Toast>,
    /// What stands above every page: nothing here.
    pub banners: Vec<Banner>,
    /// Whether the reader is on a visit: never here.
    pub visiting: bool,
    /// Dates and numbers for this reader.
    pub format: Format,
    place: StaffPlace,
    /// Whether there may be another tenant.
    room: bool,
}

impl StaffShell {
    /// The frame for this person on this page.
    #[must_use]
    pub fn new(
        look: Look,
        person: Person,
        role: StaffRole,
        place: StaffPlace,
        now: DateTime<Utc>,
    ) -> Self {
        let may = role.permissions();
        Self {
            look,
            title: place.title().to_owned(),
            crumbs: vec![crumb(place.title(), "")],
            format: Format::new(person.writing.clone(), now),
            person,
            role: role.name().to_owned(),
            groups: groups(&may, place),
            may,
            toasts: Vec::new(),
            banners: Vec::new(),
            visiting: false,
            place,
            room: true,
        }
    }

    /// With room for another tenant, or without.
    #[must_use]
    pub fn with_room(self, room: bool) -> Self {
        Self { room, ..self }
    }

    /// Whether there may be another tenant, and so an address for each.
    #[must_use]
    pub const fn has_room(&self) -> bool {
        self.room
    }

    /// Whether the reader may make another tenant, and there is room for it.
    #[must_use]
    pub fn makes_tenants(&self) -> bool {
        self.room && self.may(StaffPermission::ManageTenants)
    }

    /// A page below its place: its own title, with the place as a crumb before it.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self.crumbs = vec![
            crumb(self.place.title(), self.place.href()),
            crumb(&self.title, ""),
        ];
        self
    }

    /// A page below another page of its place, which becomes a crumb between the two.
    #[must_use]
    pub fn below(mut self, title: &str, href: &str) -> Self {
        let last = self.crumbs.len().saturating_sub(1);
        self.crumbs.insert(last, crumb(title, href));
        self
    }

    /// A number beside a line of the sidebar.
    #[must_use]
    pub fn count(mut self, place: StaffPlace, count: i64) -> Self {
        let told = self.format.count(count);
        for entry in self.groups.iter_mut().flat_map(|group| &mut group.entries) {
            if entry.href == place.href() {
                entry.count.clone_from(&told);
            }
        }
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
    pub fn may(&self, permission: StaffPermission) -> bool {
        self.may.allow(permission)
    }

    /// No tenant's people are looked up from here.
    #[must_use]
    pub const fn finds_people(&self) -> bool {
        false
    }

    /// What the palette offers to do, beside going somewhere.
    #[must_use]
    pub fn actions(&self) -> Vec<Entry> {
        let mut list = Vec::new();
        if self.makes_tenants() {
            list.push(entry("Make a tenant", "/tenants/new", "plus"));
        }
        if self.may(StaffPermission::ManageNodes) {
            list.push(entry("Add a server", "/nodes/new", "server"));
        }
        if self.may(StaffPermission::ManageStaff) {
            let label = "Invite somebody to run the platform";
            list.push(entry(label, "/staff/invitations/new", "mail"));
        }
        list
    }

    /// The reader's own pages.
    #[must_use]
    pub fn own_pages(&self) -> Vec<Entry> {
        vec![
            entry("Your profile", "/me", "person"),
            entry("Password", "/me/password", "lock"),
            entry("Devices and sessions", "/me/sessions", "device"),
        ]
    }
}
