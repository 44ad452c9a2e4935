//! Roles of a tenant: the six that every tenant has and its own.

use domain::permission::{ManageRoles, ReadRoles};
use domain::{Role, RoleId};
use serde::{Deserialize, Serialize};
use services::roles::{self, Matrix, RoleInfo};
use services::{StoreError, TenantTx, VerbError};
use utoipa::ToSchema;

use super::door::Door;
use super::fields::Nothing;
use super::{Api, Body, Outcome, Query, permissions};

/// The roles of a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Roles {
    /// The six that every tenant has, then its own.
    pub roles: Vec<RoleFields>,
}

/// One role.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneRole {
    /// Which.
    pub role: RoleFields,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleFields {
    /// The word of a built-in role, or the id of one of the tenant's own.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// What it allows.
    pub permissions: Vec<String>,
    /// Whether every tenant has it; then it cannot be changed.
    pub built_in: bool,
    /// How many users hold it.
    pub users: i64,
    /// To be sent with a change, which is refused when somebody was faster.
    pub version: Option<i32>,
}

/// A role to be made or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleText {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it allows, as `users:read`.
    #[schema(schema_with = permissions::of_role)]
    pub permissions: Vec<String>,
}

/// A change of a role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleChange {
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it allows.
    #[schema(schema_with = permissions::of_role)]
    pub permissions: Vec<String>,
    /// The version that was read.
    pub version: i32,
}

/// A role that was removed.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemovedRole {
    /// Which.
    pub role_id: String,
    /// Always true.
    pub removed: bool,
}

fn fields(info: &RoleInfo, matrix: &Matrix) -> RoleFields {
    RoleFields {
        id: info.role.to_string(),
        name: info.name.clone(),
        description: info.description.clone(),
        permissions: info.permissions.keys(),
        built_in: info.version.is_none(),
        users: matrix.holders_of(info.role),
        version: info.version,
    }
}

/// `GET /tenants/{tenant_id}/roles`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(api: Api<ReadRoles>, query: Query<Nothing>) -> Outcome<Roles> {
    api.read(query, |tx, _| {
        let matrix = roles::matrix(tx)?;
        let roles = matrix.book.iter().map(|info| fields(info, &matrix));
        Ok(Roles {
            roles: roles.collect(),
        })
    })
    .await
}

/// `GET /tenants/{tenant_id}/roles/{role_id}`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn read(api: Api<ReadRoles>, query: Query<Nothing>) -> Outcome<OneRole> {
    let role = api.part::<Role>("role_id");
    api.read(query, move |tx, _| {
        let matrix = roles::matrix(tx)?;
        let info = role.and_then(|role| matrix.book.find(role));
        let info = info.ok_or(StoreError::NotFound)?;
        Ok(OneRole {
            role: fields(info, &matrix),
        })
    })
    .await
}

/// `POST /tenants/{tenant_id}/roles`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn create(api: Api<ManageRoles>, body: Body<RoleText>) -> Outcome<OneRole, 201> {
    api.write(body, |tx, body| {
        let about = body.description.as_deref().unwrap_or_default();
        let text = roles::text_of(&body.name, about, &body.permissions)?;
        let id = roles::create(tx, &text)?;
        written(tx, id)
    })
    .await
}

/// `PUT /tenants/{tenant_id}/roles/{role_id}`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn change(api: Api<ManageRoles>, body: Body<RoleChange>) -> Outcome<OneRole> {
    let id = api.part::<RoleId>("role_id");
    api.write(body, move |tx, body| {
        let id = id.ok_or(StoreError::NotFound)?;
        let about = body.description.as_deref().unwrap_or_default();
        let text = roles::text_of(&body.name, about, &body.permissions)?;
        roles::change(tx, id, body.version, &text)?;
        written(tx, id)
    })
    .await
}

/// A role as it stands after a write; how many hold it is not asked again for one that nobody can yet.
fn written(tx: &mut TenantTx<'_, ManageRoles>, id: RoleId) -> Result<OneRole, VerbError> {
    let (role, holders) = roles::read(tx, id)?;
    Ok(OneRole {
        role: RoleFields {
            id: role.id.to_string(),
            name: role.name,
            description: role.description,
            permissions: role.permissions.keys(),
            built_in: false,
            users: i64::try_from(holders.len()).unwrap_or(i64::MAX),
            version: Some(role.version),
        },
    })
}

/// `DELETE /tenants/{tenant_id}/roles/{role_id}`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn remove(api: Api<ManageRoles>, body: Body<Nothing>) -> Outcome<RemovedRole> {
    let id = api.part::<RoleId>("role_id");
    api.write(body, move |tx, _| {
        let id = id.ok_or(StoreError::NotFound)?;
        roles::remove(tx, id)?;
        Ok(RemovedRole {
            role_id: id.to_string(),
            removed: true,
        })
    })
    .await
}
