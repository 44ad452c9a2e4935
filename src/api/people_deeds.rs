//! What is done to a user: suspending, restoring, removing, giving a role.

use domain::permission::ManageUsers;
use domain::{FieldErrors, Role, UserId};
use serde::Deserialize;
use services::users::deed::{self, Deed};
use services::users::list;
use services::{StoreError, TenantTx, VerbError};
use utoipa::ToSchema;

use super::door::Door;
use super::fields::Nothing;
use super::people::{OneUser, User, role_in};
use super::{Api, Body, Outcome};

/// Why somebody is suspended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// In words, for the log.
    pub reason: Option<String>,
}

/// The role that somebody is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenRole {
    /// owner, admin (tenant_admin), manager, analyst, user (member), viewer, or a role's id.
    #[schema(
        pattern = "^(owner|admin|tenant_admin|ADMIN|manager|analyst|user|USER|member|viewer|super_admin|role_[0-7][0-9a-hjkmnp-tv-z]{25})$"
    )]
    pub role: String,
}

const MAX_REASON: usize = 200;

fn done(
    tx: &mut TenantTx<'_, ManageUsers>,
    id: Option<UserId>,
    deed: Deed<'_>,
) -> Result<OneUser, VerbError> {
    let id = id.ok_or(StoreError::NotFound)?;
    deed::one(tx, id, deed)?;
    let person = list::person(tx, id)?;
    Ok(OneUser {
        user: User::read(tx.tenant(), &person),
    })
}

/// `DELETE /tenants/{tenant_id}/users/{user_id}`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn remove(api: Api<ManageUsers>, body: Body<Nothing>) -> Outcome<OneUser> {
    let id = api.part("user_id");
    api.write(body, move |tx, _| done(tx, id, Deed::Remove))
        .await
}

/// `POST /tenants/{tenant_id}/users/{user_id}/suspension`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn suspend(api: Api<ManageUsers>, body: Body<Suspension>) -> Outcome<OneUser> {
    let id = api.part("user_id");
    api.write(body, move |tx, body| {
        let reason = body.reason.as_deref().unwrap_or_default();
        let reason = domain::text::optional_line(reason, MAX_REASON);
        let reason = reason.map_err(|error| FieldErrors::one("reason", error.to_string()))?;
        let reason = reason.unwrap_or_default();
        done(tx, id, Deed::Suspend { reason: &reason })
    })
    .await
}

/// `POST /tenants/{tenant_id}/users/{user_id}/restoration`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn restore(api: Api<ManageUsers>, body: Body<Nothing>) -> Outcome<OneUser> {
    let id = api.part("user_id");
    api.write(body, move |tx, _| done(tx, id, Deed::Restore))
        .await
}

/// `PUT /tenants/{tenant_id}/users/{user_id}/role`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn give_role(api: Api<ManageUsers>, body: Body<GivenRole>) -> Outcome<OneUser> {
    let id = api.part("user_id");
    api.write(body, move |tx, body| {
        let role = role_in(&body.role).parse::<Role>();
        let role = role.map_err(|_| FieldErrors::one("role", "There is no such role."))?;
        if services::roles::RoleBook::read(tx)?.find(role).is_none() {
            return Err(FieldErrors::one("role", "There is no such role.").into());
        }
        done(tx, id, Deed::GiveRole(role))
    })
    .await
}
