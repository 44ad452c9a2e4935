//! A user as the API takes and gives them: the reference's fields and words.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{BuiltInRole, FieldErrors, FreeFields, Role, TenantId, UserId};
use serde::{Deserialize, Serialize};
use services::VerbError;
use services::users::change::Typed;
use services::users::list::Step;
use services::users::{ListedUser, Person};
use utoipa::{IntoParams, ToSchema};

use crate::api::fields::Pages;

/// How the list is narrowed down, sorted and paged.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct UserQuery {
    /// The page, from 1.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub page: Option<u32>,
    /// The most users of a page; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200)]
    pub page_size: Option<u32>,
    /// created_at, name or email.
    pub sort: Option<String>,
    /// asc or desc.
    pub order: Option<String>,
    /// A piece of a name or an address.
    pub search: Option<String>,
    /// invited, active, suspended or inactive.
    pub status: Option<String>,
    /// Empty to begin, then the next_cursor of the answer before: for lists that are read to their end.
    pub cursor: Option<String>,
}

/// A page of users.
#[derive(Debug, Serialize, ToSchema)]
pub struct Users {
    /// Who they are.
    pub users: Vec<User>,
    /// Where the page stands; not with a cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pages>,
    /// What to go on with; not at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One user.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneUser {
    /// Who.
    pub user: User,
}

/// A user who was created.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedUser {
    /// Who.
    pub user: User,
    /// Whether an invitation goes out: to whoever got no password.
    pub welcome_email_sent: bool,
    /// Always false: no password is made up.
    pub temporary_password: bool,
}

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// Who.
    pub id: String,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// owner, admin, manager, analyst, user, viewer, or the id of a role of the tenant.
    pub role: String,
    /// invited, active, suspended or inactive.
    pub status: String,
    /// When they signed in last.
    pub last_login_at: Option<DateTime<Utc>>,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// What is known of them.
    pub profile: Profile,
    /// The tenant; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// What they chose; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferences: Option<Preferences>,
    /// When something about them changed last; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<DateTime<Utc>>,
    /// To be sent with a change, which is refused when somebody was faster; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
}

/// What is known of a user.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The department; empty for none.
    pub department: Option<String>,
    /// The place; empty for none.
    pub location: Option<String>,
    /// The telephone number; empty for none.
    pub phone: Option<String>,
    /// Fields of the tenant's own, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<BTreeMap<String, String>>,
}

/// What a user chose for themselves.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// The time zone, as `America/Chicago`; empty for the tenant's.
    pub timezone: Option<String>,
    /// Language and region, as `en-US`; empty for the tenant's.
    pub locale: Option<String>,
    /// What they are told of.
    pub notifications: Option<Notifications>,
}

/// What a user is told of.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Notifications {
    /// By mail.
    pub email: Option<bool>,
    /// In the portal.
    pub in_app: Option<bool>,
}

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
    pub email: String,
    /// The name.
    pub name: String,
    /// With a password they may sign in at once; without one they are invited by mail.
    pub password: Option<String>,
    /// owner, admin (tenant_admin), manager, analyst, user (member), viewer, or a role's id; user where nothing is said.
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
    pub email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The role.
    pub role: Option<String>,
    /// What is known of them.
    pub profile: Option<Profile>,
    /// What is chosen for them.
    pub preferences: Option<Preferences>,
}

impl User {
    /// As a row of a list.
    pub(super) fn listed(of: &ListedUser) -> Self {
        Self {
            id: of.id.to_string(),
            email: of.email.as_str().to_owned(),
            name: of.name.to_string(),
            role: role_out(of.role),
            status: of.status.to_string(),
            last_login_at: of.last_sign_in_at,
            created_at: of.created_at,
            profile: profile(&of.department, &of.location, &of.phone, &of.fields),
            tenant_id: None,
            preferences: None,
            updated_at: None,
            version: None,
        }
    }

    /// As a whole.
    pub(in crate::api) fn read(tenant: TenantId, of: &Person) -> Self {
        Self {
            id: of.id.to_string(),
            email: of.email.as_str().to_owned(),
            name: of.name.to_string(),
            role: role_out(of.role),
            status: of.status.to_string(),
            last_login_at: of.last_sign_in_at,
            created_at: of.created_at,
            profile: profile(&of.department, &of.location, &of.phone, &of.fields),
            tenant_id: Some(tenant.to_string()),
            preferences: Some(Preferences {
                timezone: of.timezone.clone(),
                locale: of.locale.clone(),
                notifications: Some(Notifications {
                    email: Some(of.notify_email),
                    in_app: Some(of.notify_in_app),
                }),
            }),
            updated_at: Some(of.updated_at),
            version: Some(of.version),
        }
    }
}

fn profile(
    department: &Option<String>,
    location: &Option<String>,
    phone: &Option<String>,
    fields: &FreeFields,
) -> Profile {
    let fields: BTreeMap<String, String> = fields
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Profile {
        department: department.clone(),
        location: location.clone(),
        phone: phone.clone(),
        fields: (!fields.is_empty()).then_some(fields),
    }
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

/// Where a walk goes on: behind this person.
pub(super) fn cursor(of: &ListedUser) -> String {
    format!("{}.{}", of.created_at.timestamp_micros(), of.id)
}

/// Where the text of a cursor says that a walk goes on.
pub(super) fn step(text: &str) -> Option<Step> {
    let (at, id) = text.split_once('.')?;
    Some(Step {
        created_at: DateTime::from_timestamp_micros(at.parse().ok()?)?,
        id: id.parse::<UserId>().ok()?,
    })
}
