//! Who runs the platform: three roles and what each allows. Staff are no tenant's people: other names,
//! other permissions, other types, so that a right of one world is never a right of the other.

use crate::column::text_enum;
use crate::rights::{Rights, rights};

/// What a transaction of the platform must prove before it opens. Implemented by every permission of
/// staff and by the two accesses below.
pub trait StaffAccess: Send + Sync + 'static {
    /// What is asked of whoever comes.
    const NEEDS: StaffNeeds;
}

/// What a [`StaffAccess`] asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffNeeds {
    /// Nothing: the sign-in page, a mailed link, public sign-up.
    Nothing,
    /// A live session of active staff.
    Session,
    /// The same, or a platform key, and this permission.
    Permission(StaffPermission),
}

/// Anyone at the platform's door.
#[derive(Debug)]
pub struct AnyStaff;
impl StaffAccess for AnyStaff {
    const NEEDS: StaffNeeds = StaffNeeds::Nothing;
}

/// Staff who are signed in, about themselves.
#[derive(Debug)]
pub struct SignedInStaff;
impl StaffAccess for SignedInStaff {
    const NEEDS: StaffNeeds = StaffNeeds::Session;
}

rights! {
    /// One thing that staff or a platform key may be allowed to do.
    StaffPermission as StaffAccess, StaffNeeds {
        ReadTenants "tenants:read" "See all tenants",
        ManageTenants "tenants:manage" "Create, change, suspend and reopen tenants",
        DeleteTenants "tenants:delete" "Schedule the deletion of tenants",
        CountUsage "usage:count" "Count usage against tenants' limits, as a program does",
        VisitTenants "tenants:visit" "Ask to enter a tenant for support",
        ReadNodes "nodes:read" "See the servers that tenants live on",
        ManageNodes "nodes:manage" "Add, drain and remove servers that tenants live on",
        ReadQueue "queue:read" "See the queue of jobs",
        ManageQueue "queue:manage" "Retry and drop jobs",
        ReadStaff "staff:read" "See who runs the platform",
        ManageStaff "staff:manage" "Invite, change and remove staff",
        ReadPlatformAudit "platform_audit:read" "Read the platform's audit log",
        ManagePlatformKeys "platform_keys:manage" "Make and revoke platform keys",
    }
}

/// A set of permissions of staff or of a platform key.
pub type StaffPermissions = Rights<StaffPermission>;

text_enum! {
    /// The role of somebody who runs the platform.
    pub enum StaffRole {
        /// Everything, and who else may do what; there is always one.
        Owner = "owner",
        /// Runs the tenants and the queue.
        Operator = "operator",
        /// Reads, and changes nothing.
        Analyst = "analyst",
    }
}

impl StaffRole {
    /// As it is shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Operator => "Operator",
            Self::Analyst => "Analyst",
        }
    }

    /// What the role allows.
    #[must_use]
    pub fn permissions(self) -> StaffPermissions {
        use StaffPermission as P;
        match self {
            Self::Owner => StaffPermissions::all(),
            Self::Operator => StaffPermissions::of(&[
                P::ReadTenants,
                P::ManageTenants,
                P::DeleteTenants,
                P::CountUsage,
                P::VisitTenants,
                P::ReadNodes,
                P::ManageNodes,
                P::ReadQueue,
                P::ManageQueue,
                P::ReadStaff,
                P::ReadPlatformAudit,
            ]),
            Self::Analyst => StaffPermissions::of(&[
                P::ReadTenants,
                P::ReadNodes,
                P::ReadQueue,
                P::ReadStaff,
                P::ReadPlatformAudit,
            ]),
        }
    }
}

text_enum! {
    /// Where somebody who runs the platform stands.
    pub enum StaffStatus {
        /// Was sent a link and has not set a password yet.
        Invited = "invited",
        /// May sign in.
        Active = "active",
        /// May not sign in for now.
        Suspended = "suspended",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_holds_all_of_the_one_below() {
        let [owner, operator, analyst] =
            [StaffRole::Owner, StaffRole::Operator, StaffRole::Analyst].map(StaffRole::permissions);
        assert!(owner.cover(&operator) && operator.cover(&analyst));
        assert!(!operator.allow(StaffPermission::ManageStaff));
        assert!(!analyst.allow(StaffPermission::ManageTenants));
    }

    #[test]
    fn each_key_leads_back() {
        for permission in StaffPermission::ALL {
            assert_eq!(
                StaffPermission::from_key(permission.key()),
                Some(*permission)
            );
        }
    }
}
