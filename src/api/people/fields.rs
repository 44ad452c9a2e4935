//! A user as the API takes and gives them: the reference's fields and words.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{FreeFields, TenantId};
use serde::{Deserialize, Serialize};
use services::users::{ListedUser, Person};
use utoipa::ToSchema;

use super::words::role_out;
use crate::api::fields::Pages;

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
