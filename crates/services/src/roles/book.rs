//! All roles of a tenant at once: what each is called and allows.

use domain::{BuiltInRole, Permissions, Role, RoleId, text};
use store::roles::{self, CustomRole};
use store::{StoreError, TenantTx};

/// A role as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleInfo {
    /// Which.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it allows.
    pub permissions: Permissions,
    /// Of a custom role: raised by every change.
    pub version: Option<i32>,
}

/// Every role of the tenant, the most powerful built-in one first, the custom ones by name.
#[derive(Debug, Clone)]
pub struct RoleBook(Vec<RoleInfo>);

impl RoleBook {
    /// Reads the book.
    ///
    /// # Errors
    /// The database's.
    pub fn read<P>(tx: &mut TenantTx<'_, P>) -> Result<Self, StoreError> {
        Ok(Self::of(roles::all(tx)?))
    }

    /// The book with these custom roles.
    #[must_use]
    pub fn of(custom: Vec<CustomRole>) -> Self {
        let built_in = BuiltInRole::ALL.iter().map(|role| RoleInfo {
            role: Role::BuiltIn(*role),
            name: role.name().to_owned(),
            description: describe(*role).to_owned(),
            permissions: role.permissions(),
            version: None,
        });
        let custom = custom.into_iter().map(|role| RoleInfo {
            role: Role::Custom(role.id),
            name: role.name,
            description: role.description,
            permissions: role.permissions,
            version: Some(role.version),
        });
        Self(built_in.chain(custom).collect())
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &RoleInfo> {
        self.0.iter()
    }

    /// This role, if there is one.
    #[must_use]
    pub fn find(&self, role: Role) -> Option<&RoleInfo> {
        self.0.iter().find(|info| info.role == role)
    }

    /// The name of a role; empty for one that is gone.
    #[must_use]
    pub fn name(&self, role: Role) -> &str {
        self.find(role).map_or("", |info| &info.name)
    }

    /// What a role allows; nothing for one that is gone.
    #[must_use]
    pub fn permissions(&self, role: Role) -> Permissions {
        self.find(role)
            .map(|info| info.permissions.clone())
            .unwrap_or_default()
    }

    /// The role that is called so, or whose key this is, whatever the case: as a file names it.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&RoleInfo> {
        let folded = text::fold(name.trim());
        self.0.iter().find(|info| {
            text::fold(&info.name) == folded || info.role.to_string().eq_ignore_ascii_case(&folded)
        })
    }

    /// The custom role with this identifier.
    #[must_use]
    pub fn custom(&self, id: RoleId) -> Option<&RoleInfo> {
        self.find(Role::Custom(id))
    }
}

/// What a built-in role is for.
const fn describe(role: BuiltInRole) -> &'static str {
    match role {
        BuiltInRole::Owner => "May do everything. There is always one.",
        BuiltInRole::Admin => "May do everything but touch an owner.",
        BuiltInRole::Manager => "Runs the people of the organisation.",
        BuiltInRole::Analyst => "Reads and exports everything, changes nothing.",
        BuiltInRole::Member => "Works with the product and sees who else does.",
        BuiltInRole::Viewer => "Sees the overview.",
    }
}
