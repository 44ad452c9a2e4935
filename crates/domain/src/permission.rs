//! Permissions: each is a type, so that a verb can ask for it in its signature, and a key, so that a
//! role can hold it as data. Which role holds which is in `role.rs`.

use std::collections::BTreeSet;
use std::fmt;

/// What a scope must prove before its transaction opens. Implemented by every permission and by the
/// three accesses below.
pub trait Access: Send + Sync + 'static {
    /// What is asked of whoever comes.
    const NEEDS: Needs;
}

/// What an [`Access`] asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: the sign-in page, a mailed link.
    Nothing,
    /// A live session of an active person.
    Session,
    /// The same, and this permission.
    Permission(Permission),
    /// To be the system itself, in a job.
    System,
}

/// Anyone at the door: sign-in, password reset, invitations.
#[derive(Debug)]
pub struct Anyone;
impl Access for Anyone {
    const NEEDS: Needs = Needs::Nothing;
}

/// Anyone who is signed in: the own profile, password and sessions.
#[derive(Debug)]
pub struct SignedIn;
impl Access for SignedIn {
    const NEEDS: Needs = Needs::Session;
}

/// A job that the system runs for a tenant.
#[derive(Debug)]
pub struct System;
impl Access for System {
    const NEEDS: Needs = Needs::System;
}

macro_rules! permissions {
    ($($name:ident $key:literal $words:literal),* $(,)?) => {
        /// One thing that a person may be allowed to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission {
            $(#[doc = $words] $name),*
        }

        impl Permission {
            /// Every permission, in the order of the matrix.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is stored and shown to machines: `users:manage`.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// As it is shown to people.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }

            /// The permission with this key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$name),)* _ => None }
            }
        }

        $(
            #[doc = $words]
            #[derive(Debug)]
            pub struct $name;
            impl Access for $name {
                const NEEDS: Needs = Needs::Permission(Permission::$name);
            }
        )*
    };
}

permissions! {
    ReadOverview "overview:read" "See the overview",
    ReadUsers "users:read" "See people",
    ManageUsers "users:manage" "Invite, change, suspend and remove people",
    ImportUsers "users:import" "Import people from a file",
    ExportUsers "users:export" "Export people to a file",
    ReadRoles "roles:read" "See roles and what they allow",
    ManageRoles "roles:manage" "Make and change custom roles",
    ReadAudit "audit:read" "Read the audit log",
    ExportAudit "audit:export" "Export the audit log",
    ReadSessions "sessions:read" "See where people are signed in",
    ManageSessions "sessions:manage" "Sign people out of their devices",
    ReadKeys "keys:read" "See API keys",
    ManageKeys "keys:manage" "Make, rotate and revoke API keys",
    ReadJobs "jobs:read" "See the work in the queue",
    ReadSettings "settings:read" "See the organisation's settings",
    ManageSettings "settings:manage" "Change the organisation's settings",
    ReadVisits "visits:read" "See visits by support and what they read",
    ManageVisits "visits:manage" "Let support in, refuse it and end its visits",
    OwnTenant "tenant:own" "Hand the organisation over to another owner",
}

impl Permission {
    /// Whether it lets somebody look and nothing else.
    #[must_use]
    pub fn only_reads(self) -> bool {
        self.key().ends_with(":read")
    }

    /// Whether it is the tenant's own people's alone, whatever a visitor was granted.
    #[must_use]
    pub fn stays_with_the_tenant(self) -> bool {
        matches!(self.key(), "visits:manage" | "keys:manage" | "tenant:own")
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// A set of permissions, as a role holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions(BTreeSet<Permission>);

impl Permissions {
    /// The set of these.
    #[must_use]
    pub fn of(permissions: &[Permission]) -> Self {
        Self(permissions.iter().copied().collect())
    }

    /// Every permission there is; the owner's.
    #[must_use]
    pub fn all() -> Self {
        Self::of(Permission::ALL)
    }

    /// The set with these keys. A key that this version does not know gives nothing.
    pub fn from_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Self(keys.into_iter().filter_map(Permission::from_key).collect())
    }

    /// The keys, sorted as the matrix is.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.0
            .iter()
            .map(|permission| permission.key().to_owned())
            .collect()
    }

    /// Whether this permission is in the set.
    #[must_use]
    pub fn allow(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    /// Whether all of `other` is in this set: the rule that nobody gives more than they have.
    #[must_use]
    pub fn cover(&self, other: &Self) -> bool {
        self.0.is_superset(&other.0)
    }

    /// What is in both.
    #[must_use]
    pub fn within(&self, bounds: &Self) -> Self {
        Self(self.0.intersection(&bounds.0).copied().collect())
    }

    /// The permissions, sorted as the matrix is.
    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.0.iter().copied()
    }
}
