//! What every page of a tenant shows around its content: the tenant's name and colours, the pages that
//! this person may open, who they are, what just happened. Plain data; whoever answers fills it in.

use chrono::{DateTime, Utc};
use domain::{Locale, Permission, Permissions, TimeZone, colour::Colour};

use super::{assets::asset, format::Format, theme::theme_version};

/// The tenant as its pages show it.
#[derive(Debug, Clone)]
pub struct Look {
    /// `Acme Corporation`
    pub name: String,
    /// `acme.example.com`, as the visitor wrote it.
    pub host: String,
    /// The brand colour.
    pub primary: Colour,
    /// The second chart colour, if there is one.
    pub secondary: Option<Colour>,
}

impl Look {
    /// The letter in the tenant's mark.
    #[must_use]
    pub fn monogram(&self) -> char {
        self.name
            .chars()
            .find(|c| c.is_alphanumeric())
            .map_or('T', |c| c.to_uppercase().next().unwrap_or(c))
    }

    /// The address of the tenant's theme, which changes when its colours do.
    #[must_use]
    pub fn theme_href(&self) -> String {
        format!(
            "/theme.css?v={}",
            theme_version(self.primary, self.secondary)
        )
    }

    /// The address of the tab's icon.
    #[must_use]
    pub fn icon_href(&self) -> String {
        format!(
            "/icon.svg?v={}{}",
            theme_version(self.primary, None),
            u32::from(self.monogram())
        )
    }
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id as it is shown, `user_…`; what was typed is kept for this person only.
    pub id: String,
    /// Full name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// Preferred way of writing dates and numbers.
    pub locale: Locale,
    /// Preferred time zone.
    pub zone: TimeZone,
}

/// A place in the sidebar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// `/`
    Overview,
    /// `/users`
    Users,
    /// `/roles`
    Roles,
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

/// How a toast sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Tone {
    /// Done; goes away by itself.
    Done,
    /// Did not work; stays.
    Failed,
}

/// A short message about what just happened.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Toast {
    /// Done or failed.
    pub tone: Tone,
    /// What happened, in a few words.
    pub title: String,
    /// One sentence more, or nothing.
    pub text: String,
    /// Where a form posts to take it back.
    pub undo: Option<String>,
}

impl Toast {
    /// Something was done.
    #[must_use]
    pub fn done(title: impl Into<String>) -> Self {
        Self {
            tone: Tone::Done,
            title: title.into(),
            text: String::new(),
            undo: None,
        }
    }

    /// Something did not work.
    #[must_use]
    pub fn failed(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Failed,
            title: title.into(),
            text: text.into(),
            undo: None,
        }
    }

    /// With a sentence more.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// With a button that posts to this address.
    #[must_use]
    pub fn undo(mut self, action: impl Into<String>) -> Self {
        self.undo = Some(action.into());
        self
    }

    /// Whether it is about something that did not work.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.tone == Tone::Failed
    }
}

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
        let format = Format::new(person.locale, person.zone, now);
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
        vec![
            entry("Your profile", "/me", "person"),
            entry("Password", "/me/password", "lock"),
            entry("Devices and sessions", "/me/sessions", "device"),
        ]
    }
}

/// The frame of a page for whoever is not signed in: sign-in, reset, invitation. Templates that extend
/// `layouts/bare.html` hold one as `bare`.
#[derive(Debug, Clone)]
pub struct Bare {
    /// The tenant.
    pub look: Look,
    /// The tab's title.
    pub title: String,
    /// Messages of the last action.
    pub toasts: Vec<Toast>,
}

impl Bare {
    /// The frame of a page with this title.
    #[must_use]
    pub fn new(look: Look, title: impl Into<String>) -> Self {
        Self {
            look,
            title: title.into(),
            toasts: Vec::new(),
        }
    }
}

/// Addresses of the files that every page names.
#[derive(Debug, Clone, Copy)]
pub struct Files;

impl Files {
    /// The address of a file, empty where the build left it out.
    #[must_use]
    pub fn of(name: &str) -> &'static str {
        asset(name).unwrap_or_default()
    }
}

/// Up to two letters for an avatar.
#[must_use]
pub fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let mut words = name.split_whitespace().filter_map(letter);
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// One of eight hues, always the same for a name.
#[must_use]
pub fn hue(name: &str) -> u32 {
    name.chars().fold(7_u32, |sum, c| {
        sum.wrapping_mul(31).wrapping_add(u32::from(c))
    }) % 8
}

fn entry(label: &'static str, href: &'static str, icon: &'static str) -> Entry {
    Entry {
        label,
        href,
        icon,
        count: String::new(),
        current: false,
    }
}

fn groups(may: &Permissions, place: Place) -> Vec<Group> {
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
            lines(&[(Place::Overview, Permission::ReadOverview, "home")]),
        ),
        (
            "People",
            lines(&[
                (Place::Users, Permission::ReadUsers, "users"),
                (Place::Roles, Permission::ReadRoles, "shield"),
            ]),
        ),
        (
            "Security",
            lines(&[(Place::Audit, Permission::ReadAudit, "list")]),
        ),
    ];
    let filled = all.into_iter().filter(|(_, entries)| !entries.is_empty());
    filled
        .map(|(title, entries)| Group { title, entries })
        .collect()
}

const fn title_of(place: Place) -> &'static str {
    match place {
        Place::Overview => "Overview",
        Place::Users => "Users",
        Place::Roles => "Roles",
        Place::Audit => "Audit log",
        Place::Me => "Your profile",
    }
}

const fn href_of(place: Place) -> &'static str {
    match place {
        Place::Overview => "/",
        Place::Users => "/users",
        Place::Roles => "/roles",
        Place::Audit => "/audit",
        Place::Me => "/me",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_take_the_first_and_the_last_word() {
        for (name, letters) in [
            ("Jane Smith", "JS"),
            ("Lucía de la Fernández", "LF"),
            ("cher", "C"),
            ("", ""),
            ("  \u{1f600} Bo", "B"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

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
