//! Permissions: each is a type, so that a verb can ask for it in its signature, and a key, so that a
//! role can hold it as data. Which role holds which is in `role.rs`.

use crate::rights::{Rights, rights};

/// What a scope must prove before its transaction opens. Implemented by every permission and by the
/// three accesses below.
pub trait Access: Send + Sync + 'static {
    /// What is asked of whoever comes.
    const NEEDS: Needs;
    /// Whether its page is there even while the tenant rests. The database lets nobody in all the same.
    const EVEN_CLOSED: bool = false;
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

/// Anyone at the one door that a closed tenant has: an owner's link to keep it, and the letters of a
/// developer's machine.
#[derive(Debug)]
pub struct EvenClosed;
impl Access for EvenClosed {
    const NEEDS: Needs = Needs::Nothing;
    const EVEN_CLOSED: bool = true;
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

rights! {
    /// One thing that a person may be allowed to do.
    Permission as Access, Needs {
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
        ReadUsage "usage:read" "See usage and limits",
        CountUsage "usage:count" "Count usage against the limits, as a program does",
        ReadJobs "jobs:read" "See the work in the queue",
        ReadSettings "settings:read" "See the organisation's settings",
        ManageSettings "settings:manage" "Change the organisation's settings",
        UseConsole "console:use" "Ask the organisation's tables in SQL",
        ReadVisits "visits:read" "See visits by support and what they read",
        ManageVisits "visits:manage" "Let support in, refuse it and end its visits",
        OwnTenant "tenant:own" "Hand the organisation over to another owner",
    }
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
        matches!(
            self.key(),
            "visits:manage" | "keys:manage" | "tenant:own" | "console:use"
        )
    }
}

/// A set of permissions, as a role holds it.
pub type Permissions = Rights<Permission>;
