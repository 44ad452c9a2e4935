//! The reference's words for roles and fields of a user, and ours.

use domain::{BuiltInRole, FieldErrors, Role};
use services::VerbError;

/// The reference's words for roles, and ours; anything else is a role's id or wrong.
pub(in crate::api) fn role_in(word: &str) -> String {
    let role = match word {
        "user" | "USER" => BuiltInRole::Member,
        "tenant_admin" | "ADMIN" => BuiltInRole::Admin,
        "super_admin" => BuiltInRole::Owner,
        other => return other.to_owned(),
    };
    role.key().to_owned()
}

/// A role as the reference calls it.
pub(in crate::api) fn role_out(role: Role) -> String {
    match role {
        Role::BuiltIn(BuiltInRole::Member) => "user".to_owned(),
        other => other.to_string(),
    }
}

/// Errors beside the fields as the body nests them.
pub(in crate::api) fn named(error: VerbError) -> VerbError {
    let VerbError::Invalid(errors) = error else {
        return error;
    };
    let nested: FieldErrors = errors
        .iter()
        .fold(FieldErrors::new(), |all, (field, words)| {
            let place = match field {
                "department" | "location" | "phone" | "fields" => "user.profile.",
                "timezone" | "locale" => "user.preferences.",
                _ => "user.",
            };
            all.with(format!("{place}{field}"), words)
        });
    VerbError::Invalid(nested)
}
