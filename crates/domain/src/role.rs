//! Roles: the six that every tenant has, and which permissions each holds. Custom roles are rows.

use std::fmt;
use std::str::FromStr;

use crate::ids::RoleId;
use crate::permission::{Permission, Permissions};

/// A role that every tenant has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BuiltInRole {
    /// May do everything; a tenant always has one.
    Owner,
    /// May do everything but touch an owner.
    Admin,
    /// Runs the people of the tenant.
    Manager,
    /// Reads everything, changes nothing.
    Analyst,
    /// Works with the product; sees who else does.
    Member,
    /// Sees the overview.
    Viewer,
}

impl BuiltInRole {
    /// All of them, the most powerful first.
    pub const ALL: &'static [Self] = &[
        Self::Owner,
        Self::Admin,
        Self::Manager,
        Self::Analyst,
        Self::Member,
        Self::Viewer,
    ];

    /// As it is stored.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Manager => "manager",
            Self::Analyst => "analyst",
            Self::Member => "member",
            Self::Viewer => "viewer",
        }
    }

    /// As it is shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Manager => "Manager",
            Self::Analyst => "Analyst",
            Self::Member => "Member",
            Self::Viewer => "Viewer",
        }
    }

    /// What the role allows.
    #[must_use]
    pub fn permissions(self) -> Permissions {
        use Permission as P;
        match self {
            Self::Owner => Permissions::all(),
            Self::Admin => {
                let all = P::ALL.iter().copied();
                Permissions::of(&all.filter(|one| *one != P::OwnTenant).collect::<Vec<_>>())
            }
            Self::Manager => Permissions::of(&[
                P::ReadOverview,
                P::ReadUsers,
                P::ManageUsers,
                P::ImportUsers,
                P::ExportUsers,
                P::ReadRoles,
                P::ReadAudit,
                P::ReadSessions,
                P::ManageSessions,
                P::ReadUsage,
                P::ReadJobs,
                P::ReadSettings,
                P::ReadVisits,
            ]),
            Self::Analyst => Permissions::of(&[
                P::ReadOverview,
                P::ReadUsers,
                P::ExportUsers,
                P::ReadRoles,
                P::ReadAudit,
                P::ExportAudit,
                P::ReadKeys,
                P::ReadUsage,
                P::ReadJobs,
                P::ReadSettings,
                P::ReadVisits,
            ]),
            Self::Member => Permissions::of(&[P::ReadOverview, P::ReadUsers]),
            Self::Viewer => Permissions::of(&[P::ReadOverview]),
        }
    }
}

impl FromStr for BuiltInRole {
    type Err = ();

    fn from_str(key: &str) -> Result<Self, ()> {
        Self::ALL
            .iter()
            .copied()
            .find(|role| role.key() == key)
            .ok_or(())
    }
}

/// The role that a person holds: one of the six, or a custom one of the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// One of the six.
    BuiltIn(BuiltInRole),
    /// A row of the tenant's own.
    Custom(RoleId),
}

impl Role {
    /// The owner's role, which the rules of ownership are about.
    pub const OWNER: Self = Self::BuiltIn(BuiltInRole::Owner);

    /// Whether this is the owner's role.
    #[must_use]
    pub fn is_owner(self) -> bool {
        self == Self::OWNER
    }
}

/// The key of a built-in role or the identifier of a custom one, as forms carry it.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(role) => f.write_str(role.key()),
            Self::Custom(id) => id.fmt(f),
        }
    }
}

impl FromStr for Role {
    type Err = crate::ids::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(role) => Ok(Self::BuiltIn(role)),
            Err(()) => text.parse().map(Self::Custom),
        }
    }
}
