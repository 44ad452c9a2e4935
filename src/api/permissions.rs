//! The permissions that a body may name, as the description lists them.

use domain::StaffPermission;
use domain::permission::Permission;
use utoipa::openapi::{Array, ArrayBuilder, ObjectBuilder, Type};

/// Of a role.
pub(super) fn of_role() -> Array {
    let keys = Permission::ALL.iter().map(|one| one.key());
    listed("What it allows, as `users:read`.", keys)
}

/// Of a key, of a tenant or of the platform.
pub(super) fn of_key() -> Array {
    let own = Permission::ALL.iter().map(|one| one.key());
    let platforms = StaffPermission::ALL.iter().map(|one| one.key());
    let about = "What it may do, as `users:read`; a key of the platform as `tenants:read`.";
    listed(about, own.chain(platforms))
}

fn listed(about: &str, keys: impl Iterator<Item = &'static str>) -> Array {
    let key = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(keys));
    ArrayBuilder::new()
        .items(key)
        .description(Some(about))
        .build()
}
