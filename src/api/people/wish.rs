//! A user to be created or changed, as the API takes them: the reference's fields.

use serde::Deserialize;
use services::users::Person;
use services::users::change::Typed;
use utoipa::ToSchema;

use super::fields::{Preferences, Profile};
use super::words::role_in;

/// A user to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// Who.
    pub user: NewUser,
}

/// A user to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The address, which nobody else of the tenant has.
    #[schema(format = "email")]
    pub email: String,
    /// The name.
    pub name: String,
    /// With a password they may sign in at once; without one they are invited by mail.
    pub password: Option<String>,
    /// owner, admin (tenant_admin), manager, analyst, user (member), viewer, or a role's id; user where nothing is said.
    #[schema(
        pattern = "^(owner|admin|tenant_admin|ADMIN|manager|analyst|user|USER|member|viewer|super_admin|role_[0-7][0-9a-hjkmnp-tv-z]{25})$"
    )]
    pub role: Option<String>,
    /// What is known of them.
    pub profile: Option<Profile>,
    /// What is chosen for them.
    pub preferences: Option<Preferences>,
}

/// A change of a user: what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// What changes.
    pub user: UserChange,
    /// The version that was read; left out, the last change wins.
    pub version: Option<i32>,
}

/// What changes about a user.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// The address.
    #[schema(format = "email")]
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The role.
    #[schema(
        pattern = "^(owner|admin|tenant_admin|ADMIN|manager|analyst|user|USER|member|viewer|super_admin|role_[0-7][0-9a-hjkmnp-tv-z]{25})$"
    )]
    pub role: Option<String>,
    /// What is known of them.
    pub profile: Option<Profile>,
    /// What is chosen for them.
    pub preferences: Option<Preferences>,
}

impl NewUser {
    pub(super) fn typed(&self) -> Typed {
        let mut typed = Typed {
            email: self.email.clone(),
            name: self.name.clone(),
            role: role_in(self.role.as_deref().unwrap_or("user")),
            notify_email: true,
            notify_in_app: true,
            ..Typed::default()
        };
        about(&mut typed, self.profile.as_ref(), self.preferences.as_ref());
        typed
    }
}

impl UserChange {
    /// The person with what changes.
    pub(super) fn over(&self, person: &Person) -> Typed {
        let mut typed = Typed::of(person);
        set(&mut typed.email, self.email.as_ref());
        set(&mut typed.name, self.name.as_ref());
        if let Some(role) = &self.role {
            typed.role = role_in(role);
        }
        about(&mut typed, self.profile.as_ref(), self.preferences.as_ref());
        typed
    }
}

fn set(field: &mut String, value: Option<&String>) {
    if let Some(value) = value {
        field.clone_from(value);
    }
}

fn about(typed: &mut Typed, profile: Option<&Profile>, preferences: Option<&Preferences>) {
    if let Some(profile) = profile {
        set(&mut typed.department, profile.department.as_ref());
        set(&mut typed.location, profile.location.as_ref());
        set(&mut typed.phone, profile.phone.as_ref());
        if let Some(fields) = &profile.fields {
            let pairs = fields.iter();
            typed.fields = pairs.map(|(n, v)| (n.clone(), v.clone())).collect();
        }
    }
    if let Some(preferences) = preferences {
        set(&mut typed.timezone, preferences.timezone.as_ref());
        set(&mut typed.locale, preferences.locale.as_ref());
        if let Some(told) = &preferences.notifications {
            typed.notify_email = told.email.unwrap_or(typed.notify_email);
            typed.notify_in_app = told.in_app.unwrap_or(typed.notify_in_app);
        }
    }
}
