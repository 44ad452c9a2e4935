//! The three tenants of the demo as data: what they are called, how they look, who is known by name.

use domain::UserStatus::{self, Active, Inactive, Invited, Suspended};
use domain::{BuiltInRole, Permission};

/// A tenant of the demo.
#[derive(Debug)]
pub(super) struct Company {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    /// Reserved by RFC 2606, so that no letter ever reaches anybody.
    pub(super) mail_domain: &'static str,
    pub(super) locale: &'static str,
    pub(super) timezone: &'static str,
    /// When its day begins, in hours of UTC.
    pub(super) morning: i64,
    pub(super) colour: &'static str,
    pub(super) colour_before: &'static str,
    pub(super) second_colour: Option<&'static str>,
    pub(super) seats: i64,
    pub(super) plan: &'static str,
    pub(super) currency: &'static str,
    /// A range kept for fiction by the country's regulator, and how many digits complete a number of it.
    pub(super) phone: (&'static str, usize),
    pub(super) active: usize,
    pub(super) invited: usize,
    pub(super) suspended: usize,
    pub(super) inactive: usize,
    pub(super) locations: &'static [(i64, &'static str)],
    pub(super) role: CustomRole,
    pub(super) cast: &'static [Known],
}

/// The custom role of a tenant.
#[derive(Debug)]
pub(super) struct CustomRole {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) permissions: &'static [Permission],
    /// What it allowed at first.
    pub(super) at_first: &'static [Permission],
}

/// Somebody who is known by name.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) name: &'static str,
    /// The part of the address before the `@`.
    pub(super) mailbox: &'static str,
    pub(super) role: Post,
    pub(super) status: UserStatus,
    pub(super) department: &'static str,
}

/// A role by what it is called here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Post {
    BuiltIn(BuiltInRole),
    /// The custom role.
    Custom,
}

impl Default for Post {
    fn default() -> Self {
        MEMBER
    }
}

const OWNER: Post = Post::BuiltIn(BuiltInRole::Owner);
const ADMIN: Post = Post::BuiltIn(BuiltInRole::Admin);
const MANAGER: Post = Post::BuiltIn(BuiltInRole::Manager);
const ANALYST: Post = Post::BuiltIn(BuiltInRole::Analyst);
const MEMBER: Post = Post::BuiltIn(BuiltInRole::Member);
const VIEWER: Post = Post::BuiltIn(BuiltInRole::Viewer);

/// How often each role is held among those who are not known by name.
pub(super) const POSTS: &[(i64, Post)] = &[
    (1, ADMIN),
    (8, MANAGER),
    (7, ANALYST),
    (68, MEMBER),
    (13, VIEWER),
    (3, Post::Custom),
];

/// How large the departments are.
pub(super) const DEPARTMENTS: &[(i64, &str)] = &[
    (26, "Engineering"),
    (17, "Sales"),
    (15, "Support"),
    (10, "Marketing"),
    (9, "Operations"),
    (8, "Product"),
    (6, "Finance"),
    (5, "Human Resources"),
    (4, "Legal"),
];

const fn known(
    name: &'static str,
    mailbox: &'static str,
    role: Post,
    status: UserStatus,
    department: &'static str,
) -> Known {
    Known {
        name,
        mailbox,
        role,
        status,
        department,
    }
}

pub(super) const COMPANIES: &[Company] = &[
    Company {
        slug: "acme",
        name: "Acme Corporation",
        mail_domain: "acme.example",
        locale: "en-US",
        timezone: "America/New_York",
        morning: 13,
        colour: "#3558e6",
        colour_before: "#4f46e5",
        second_colour: Some("#0e9f8f"),
        seats: 1_000,
        plan: "enterprise",
        currency: "USD",
        phone: ("+1 212 555 01", 2),
        active: 231,
        invited: 6,
        suspended: 3,
        inactive: 5,
        locations: &[
            (40, "New York"),
            (20, "Austin"),
            (14, "Toronto"),
            (12, "London"),
            (8, "Remote"),
            (6, "Singapore"),
        ],
        role: CustomRole {
            name: "Support lead",
            description: "Looks after the people of the support desk.",
            permissions: &[
                Permission::ReadOverview,
                Permission::ReadUsers,
                Permission::ManageUsers,
                Permission::ReadRoles,
            ],
            at_first: &[Permission::ReadOverview, Permission::ReadUsers],
        },
        cast: &[
            known("Amara Nwosu", "amara.nwosu", OWNER, Active, "Leadership"),
            known("Jane Smith", "jane.smith", ADMIN, Active, "Leadership"),
            known("Tom Okafor", "tom.okafor", ADMIN, Active, "Engineering"),
            known("Priya Raman", "priya.raman", MANAGER, Active, "Sales"),
            known("Diego Castaño", "diego.castano", ANALYST, Active, "Finance"),
            known(
                "Mia Lindqvist",
                "mia.lindqvist",
                MEMBER,
                Active,
                "Engineering",
            ),
            known("John Doe", "john.doe", MEMBER, Active, "Engineering"),
            known("Ravi Patel", "ravi.patel", MEMBER, Invited, "Sales"),
            known(
                "Lucía Fernández",
                "lucia.fernandez",
                Post::Custom,
                Active,
                "Support",
            ),
            known(
                "Kenji Watanabe",
                "kenji.watanabe",
                VIEWER,
                Active,
                "Finance",
            ),
            known("Hannah Weiss", "hannah.weiss", MEMBER, Suspended, "Sales"),
            known("Omar Haddad", "omar.haddad", MEMBER, Active, "Engineering"),
            known("Chloé Martin", "chloe.martin", VIEWER, Inactive, "Legal"),
            known("Nils Berg", "nils.berg", MEMBER, Active, "Support"),
            known("田中 さくら", "sakura.tanaka", MEMBER, Active, "Product"),
        ],
    },
    Company {
        slug: "globex",
        name: "Globex",
        mail_domain: "globex.example",
        locale: "de-DE",
        timezone: "Europe/Berlin",
        morning: 7,
        colour: "#00a24f",
        colour_before: "#0f766e",
        second_colour: None,
        seats: 150,
        plan: "enterprise",
        currency: "EUR",
        phone: ("+49 30 23125 ", 3),
        active: 104,
        invited: 8,
        suspended: 4,
        inactive: 4,
        locations: &[
            (45, "Berlin"),
            (20, "Hamburg"),
            (15, "Zürich"),
            (12, "Wien"),
            (8, "Remote"),
        ],
        role: CustomRole {
            name: "Works council",
            description: "Sees people, roles and the audit log; changes nothing.",
            permissions: &[
                Permission::ReadOverview,
                Permission::ReadUsers,
                Permission::ReadRoles,
                Permission::ReadAudit,
            ],
            at_first: &[
                Permission::ReadOverview,
                Permission::ReadUsers,
                Permission::ReadRoles,
            ],
        },
        cast: &[
            known("Elif Yılmaz", "elif.yilmaz", OWNER, Active, "Leadership"),
            known("Jonas Krüger", "jonas.krueger", ADMIN, Active, "Operations"),
            known(
                "Katarína Horváth",
                "katarina.horvath",
                MANAGER,
                Active,
                "Human Resources",
            ),
            known(
                "Søren Østergaard",
                "soren.ostergaard",
                ANALYST,
                Active,
                "Finance",
            ),
            known(
                "Greta Lindemann",
                "greta.lindemann",
                Post::Custom,
                Active,
                "Support",
            ),
            known(
                "Matteo Conti",
                "matteo.conti",
                MEMBER,
                Active,
                "Engineering",
            ),
            known("Annika Böhm", "annika.boehm", VIEWER, Active, "Legal"),
        ],
    },
    Company {
        slug: "initech",
        name: "Initech",
        mail_domain: "initech.example",
        locale: "en-GB",
        timezone: "Europe/London",
        morning: 8,
        colour: "#f8c20d",
        colour_before: "#d97706",
        second_colour: None,
        seats: 60,
        plan: "professional",
        currency: "GBP",
        phone: ("+44 20 7946 0", 3),
        active: 49,
        invited: 6,
        suspended: 2,
        inactive: 3,
        locations: &[(60, "London"), (25, "Manchester"), (15, "Remote")],
        role: CustomRole {
            name: "Recruiter",
            description: "Invites people and keeps their records.",
            permissions: &[
                Permission::ReadOverview,
                Permission::ReadUsers,
                Permission::ManageUsers,
            ],
            at_first: &[Permission::ReadOverview, Permission::ReadUsers],
        },
        cast: &[
            known(
                "Grace O’Connor",
                "grace.oconnor",
                OWNER,
                Active,
                "Leadership",
            ),
            known(
                "Samuel Bennett",
                "samuel.bennett",
                ADMIN,
                Active,
                "Operations",
            ),
            known("Ngozi Eze", "ngozi.eze", MANAGER, Active, "Sales"),
            known("Arjun Menon", "arjun.menon", ANALYST, Active, "Product"),
            known(
                "Ruby Marsh",
                "ruby.marsh",
                Post::Custom,
                Active,
                "Human Resources",
            ),
            known(
                "Henry Foster",
                "henry.foster",
                MEMBER,
                Active,
                "Engineering",
            ),
            known("Alice Hughes", "alice.hughes", VIEWER, Active, "Finance"),
        ],
    },
];
