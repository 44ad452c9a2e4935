//! Making, changing and removing custom roles. Nobody puts more into a role than they have.

use domain::permission::{ManageRoles, ReadRoles};
use domain::{FieldErrors, Permission, Permissions, Role, RoleId, text};
use serde_json::json;
use store::TenantTx;
use store::roles::{self, CustomRole, RoleText};
use store::users;

use super::RoleBook;
use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};
use crate::users::rules::Doer;

/// The most custom roles of a tenant.
pub const MAX_CUSTOM: usize = 50;
const MAX_NAME: usize = 60;
const MAX_DESCRIPTION: usize = 300;

/// All roles, with how many people hold each.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// The roles.
    pub book: RoleBook,
    /// Role and holders; a role that nobody holds is not named.
    pub holders: Vec<(Role, i64)>,
}

impl Matrix {
    /// How many people hold this role.
    #[must_use]
    pub fn holders_of(&self, role: Role) -> i64 {
        self.holders
            .iter()
            .find(|(held, _)| *held == role)
            .map_or(0, |(_, count)| *count)
    }
}

/// The page of roles.
///
/// # Errors
/// The database's.
pub fn matrix(tx: &mut TenantTx<'_, ReadRoles>) -> Result<Matrix, VerbError> {
    Ok(Matrix {
        book: RoleBook::read(tx)?,
        holders: roles::holders(tx)?,
    })
}

/// One custom role and the first who hold it.
///
/// # Errors
/// `StoreError::NotFound`, or the database's.
pub fn read<P>(
    tx: &mut TenantTx<'_, P>,
    id: RoleId,
) -> Result<(CustomRole, Vec<(domain::UserId, String)>), VerbError> {
    let role = roles::lock(tx, id)?;
    let holders = users::holders_of(tx, id, 10)?;
    let holders = holders
        .into_iter()
        .map(|(id, name, _)| (id, name.to_string()));
    Ok((role, holders.collect()))
}

/// Reads what a form says about a role: the name, what it is for, the keys of what it allows.
///
/// # Errors
/// [`VerbError::Invalid`], by field.
pub fn text_of(name: &str, description: &str, keys: &[String]) -> Result<RoleText, FieldErrors> {
    let mut errors = FieldErrors::new();
    let name = errors
        .check("name", text::line(name, MAX_NAME))
        .unwrap_or_default();
    let description = errors
        .check(
            "description",
            text::optional_paragraph(description, MAX_DESCRIPTION),
        )
        .flatten()
        .unwrap_or_default();
    let mut permissions = Vec::new();
    for key in keys {
        match Permission::from_key(key) {
            Some(permission) => permissions.push(permission),
            None => errors.add("permissions", "One of the permissions does not exist."),
        }
    }
    if permissions.is_empty() {
        errors.add(
            "permissions",
            "Choose at least one thing that the role allows.",
        );
    }
    if errors.is_empty() {
        Ok(RoleText {
            name,
            description,
            permissions: Permissions::of(&permissions),
        })
    } else {
        Err(errors)
    }
}

/// Makes a role.
///
/// # Errors
/// More than one has, a name that is taken, too many roles, or the database's.
pub fn create(tx: &mut TenantTx<'_, ManageRoles>, role: &RoleText) -> Result<RoleId, VerbError> {
    let book = RoleBook::read(tx)?;
    refuse_more_than_one_has(tx, &role.permissions)?;
    refuse_taken_name(&book, None, &role.name)?;
    if book.iter().filter(|info| info.version.is_some()).count() >= MAX_CUSTOM {
        return Err(VerbError::Conflict(format!(
            "There are {MAX_CUSTOM} custom roles already. Remove one that nobody holds first."
        )));
    }
    let id = roles::add(tx, role)?.ok_or_else(|| name_taken(&role.name))?;
    let data = json!({ "id": id, "name": role.name, "permissions": role.permissions.keys() });
    events::emit(tx, EventKind::RoleCreated, Some(id.uuid()), &data)?;
    let entry = Entry::done(Action::RoleCreated, target(id, &role.name));
    audit::record(
        tx,
        entry.after(fields(&role.name, &role.description, &role.permissions)),
    )?;
    Ok(id)
}

/// Changes a role that still has this version.
///
/// # Errors
/// [`VerbError::Stale`] when somebody changed it meanwhile; more than one has, before or after; a name
/// that is taken; or the database's.
pub fn change(
    tx: &mut TenantTx<'_, ManageRoles>,
    id: RoleId,
    version: i32,
    new: &RoleText,
) -> Result<(), VerbError> {
    let old = roles::lock(tx, id)?;
    refuse_more_than_one_has(tx, &old.permissions)?;
    refuse_more_than_one_has(tx, &new.permissions)?;
    if old.version != version {
        return Err(VerbError::Stale);
    }
    refuse_taken_name(&RoleBook::read(tx)?, Some(id), &new.name)?;
    roles::change(tx, id, new)?;
    let data = json!({ "id": id, "name": new.name, "permissions": new.permissions.keys() });
    events::emit(tx, EventKind::RoleUpdated, Some(id.uuid()), &data)?;
    let entry = Entry::done(Action::RoleChanged, target(id, &new.name))
        .before(fields(&old.name, &old.description, &old.permissions))
        .after(fields(&new.name, &new.description, &new.permissions));
    Ok(audit::record(tx, entry)?)
}

/// Removes a role that nobody holds.
///
/// # Errors
/// [`VerbError::Conflict`] naming who holds it, or the database's.
pub fn remove(tx: &mut TenantTx<'_, ManageRoles>, id: RoleId) -> Result<String, VerbError> {
    let (role, holders) = read(tx, id)?;
    refuse_more_than_one_has(tx, &role.permissions)?;
    if !holders.is_empty() {
        let names: Vec<_> = holders
            .iter()
            .take(5)
            .map(|(_, name)| name.as_str())
            .collect();
        let more = if holders.len() > names.len() {
            " and others"
        } else {
            ""
        };
        return Err(VerbError::Conflict(format!(
            "“{}” is held by {}{more}. Give them another role first.",
            role.name,
            names.join(", ")
        )));
    }
    roles::remove(tx, id)?;
    let data = json!({ "id": id, "name": role.name });
    events::emit(tx, EventKind::RoleRemoved, Some(id.uuid()), &data)?;
    let entry = Entry::done(Action::RoleRemoved, target(id, &role.name));
    audit::record(
        tx,
        entry.before(fields(&role.name, &role.description, &role.permissions)),
    )?;
    Ok(role.name)
}

fn refuse_more_than_one_has<P>(
    tx: &TenantTx<'_, P>,
    permissions: &Permissions,
) -> Result<(), VerbError> {
    if Doer::of(tx)?.permissions.cover(permissions) {
        Ok(())
    } else {
        Err(VerbError::Refused(
            "The role allows more than you may do yourself.".to_owned(),
        ))
    }
}

fn refuse_taken_name(book: &RoleBook, own: Option<RoleId>, name: &str) -> Result<(), VerbError> {
    match book.named(name) {
        Some(info) if own.map(Role::Custom) != Some(info.role) => Err(name_taken(&info.name)),
        _ => Ok(()),
    }
}

fn name_taken(name: &str) -> VerbError {
    let sentence = format!("There is a role named “{name}” already.");
    VerbError::Invalid(FieldErrors::one("name", sentence))
}

fn target(id: RoleId, name: &str) -> Target {
    Target::of(TargetKind::Role, id.uuid(), name)
}

fn fields(name: &str, description: &str, permissions: &Permissions) -> serde_json::Value {
    json!({ "name": name, "description": description, "permissions": permissions.keys() })
}
