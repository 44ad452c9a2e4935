//! Who may do what to whom. Nobody gives more than they have; nobody touches somebody who may do more;
//! only owners touch owners.

use domain::{Permission, Permissions, Role, UserId, UserStatus};
use store::{Actor, StoreError, TenantTx};

use crate::roles::RoleBook;

/// Who acts, with what they may do.
#[derive(Debug, Clone)]
pub struct Doer {
    /// The person; none when the system acts.
    pub id: Option<UserId>,
    /// The name, for letters.
    pub name: String,
    /// Whether it is an owner.
    pub owner: bool,
    /// What they may do.
    pub permissions: Permissions,
}

impl Doer {
    /// Whoever acts in this transaction.
    ///
    /// # Errors
    /// [`StoreError::Unauthenticated`] when nobody does.
    pub fn of<P>(tx: &TenantTx<'_, P>) -> Result<Self, StoreError> {
        match tx.actor() {
            Actor::User(user) => Ok(Self {
                id: Some(user.id),
                name: user.name.clone(),
                owner: user.role.is_owner(),
                permissions: user.permissions.clone(),
            }),
            // A key is never an owner, whoever made it.
            Actor::Key(key) => Ok(Self {
                id: None,
                name: key.name.clone(),
                owner: false,
                permissions: key.permissions.clone(),
            }),
            Actor::Visitor(visitor) => Ok(Self {
                id: None,
                name: visitor.name.clone(),
                owner: false,
                permissions: visitor.permissions.clone(),
            }),
            Actor::System(name) => Ok(Self {
                id: None,
                name: (*name).to_owned(),
                owner: true,
                permissions: Permissions::all(),
            }),
            Actor::Anonymous => Err(StoreError::Unauthenticated),
        }
    }

    /// Whether they may give this role.
    #[must_use]
    pub fn may_give(&self, role: Role, book: &RoleBook) -> bool {
        if role.is_owner() {
            return self.owner;
        }
        book.find(role)
            .is_some_and(|info| self.permissions.cover(&info.permissions))
    }

    /// Whether they may touch somebody who holds this role.
    #[must_use]
    pub fn may_touch(&self, role: Role, book: &RoleBook) -> bool {
        if role.is_owner() {
            return self.owner;
        }
        self.permissions.cover(&book.permissions(role))
    }
}

/// What a page offers to do to a person; the verb decides again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "one answer for each thing there is to do"
)]
pub struct Offers {
    /// Name, address, profile, role.
    pub change: bool,
    /// Shut out for now.
    pub suspend: bool,
    /// Let in again.
    pub restore: bool,
    /// Give the seat back, keep the record.
    pub deactivate: bool,
    /// Take off the list.
    pub remove: bool,
    /// Send the invitation again.
    pub resend: bool,
}

impl Offers {
    /// What this doer is offered for a person of this role and status.
    #[must_use]
    pub fn to(doer: &Doer, id: UserId, role: Role, status: UserStatus, book: &RoleBook) -> Self {
        use UserStatus::{Active, Inactive, Invited, Removed, Suspended};
        let manages = doer.permissions.allow(Permission::ManageUsers);
        if !manages || status == Removed || !doer.may_touch(role, book) {
            return Self::default();
        }
        let other = doer.id != Some(id);
        Self {
            change: true,
            suspend: other && status == Active,
            restore: matches!(status, Suspended | Inactive),
            deactivate: other && matches!(status, Active | Suspended),
            remove: other,
            resend: status == Invited,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::BuiltInRole::{Admin, Manager, Member, Owner, Viewer};
    use domain::{BuiltInRole, RoleId};
    use store::roles::CustomRole;
    use uuid::Uuid;

    use super::*;

    fn doer(role: BuiltInRole) -> Doer {
        Doer {
            id: Some(UserId::from_uuid(Uuid::nil())),
            name: String::new(),
            owner: role == Owner,
            permissions: role.permissions(),
        }
    }

    #[test]
    fn authz_03_nobody_gives_or_touches_more_than_they_have() {
        let book = RoleBook::of(Vec::new());
        let may = |from: BuiltInRole, to: BuiltInRole| {
            (
                doer(from).may_give(Role::BuiltIn(to), &book),
                doer(from).may_touch(Role::BuiltIn(to), &book),
            )
        };
        assert_eq!(may(Owner, Owner), (true, true));
        assert_eq!(may(Admin, Owner), (false, false));
        assert_eq!(may(Admin, Admin), (true, true));
        assert_eq!(may(Manager, Admin), (false, false));
        assert_eq!(may(Manager, Manager), (true, true));
        assert_eq!(may(Manager, Member), (true, true));
        assert_eq!(may(Member, Viewer), (true, true));
        assert_eq!(may(Viewer, Member), (false, false));
    }

    #[test]
    fn a_custom_role_counts_as_what_it_allows_and_a_lost_one_is_given_by_nobody() {
        let id = RoleId::from_uuid(Uuid::nil());
        let book = RoleBook::of(vec![CustomRole {
            id,
            name: "Keeper".to_owned(),
            description: String::new(),
            permissions: Permissions::of(&[Permission::ManageRoles]),
            version: 1,
            updated_at: Default::default(),
        }]);
        assert!(doer(Admin).may_give(Role::Custom(id), &book));
        assert!(!doer(Manager).may_give(Role::Custom(id), &book));
        assert!(!doer(Manager).may_touch(Role::Custom(id), &book));
        let lost = Role::Custom(RoleId::from_uuid(Uuid::max()));
        assert!(!doer(Owner).may_give(lost, &book));
    }

    #[test]
    fn nobody_is_offered_to_shut_themselves_out() {
        let book = RoleBook::of(Vec::new());
        let own = UserId::from_uuid(Uuid::nil());
        let role = Role::BuiltIn(Admin);
        let offers = Offers::to(&doer(Admin), own, role, UserStatus::Active, &book);
        assert!(offers.change && !offers.suspend && !offers.remove && !offers.deactivate);
        let reader = Offers::to(&doer(Member), own, role, UserStatus::Active, &book);
        assert_eq!(reader, Offers::default());
    }
}
