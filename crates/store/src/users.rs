//! People: their rows as the floors above see them. Each operation has its file; what a person may do
//! is decided above.

mod access;
mod add;
mod change;
mod counts;
mod departments;
mod few;
mod list;
mod narrow;
mod read;
mod status;
mod walk;
mod words;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{BuiltInRole, EmailAddress, FreeFields, PersonName, Role, RoleId, UserId, UserStatus};
use uuid::Uuid;

use crate::schema::tenant::users;

pub use access::{open_sessions, void_links};
pub use add::{NewUser, add};
pub use change::{Change, change};
pub use counts::{count, counts};
pub use departments::departments;
pub use few::{Few, few};
pub use list::{ListedUser, after, list, matching_ids};
pub use read::{
    Known, by_addresses, field_names, holders_of, lock, lock_owners, names, read, read_many,
    removed_at,
};
pub use status::{Step, set_role, set_status, signed_in};
pub use walk::{WalkStep, walk};

/// How many rows one statement of a batch carries.
pub(crate) const BATCH: usize = 1_000;

/// A person, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the columns of the table, which are commented there"
)]
pub struct User {
    pub id: UserId,
    pub email: EmailAddress,
    pub name: PersonName,
    pub status: UserStatus,
    pub role: Role,
    pub department: Option<String>,
    pub location: Option<String>,
    pub phone: Option<String>,
    pub fields: FreeFields,
    pub locale: Option<String>,
    pub timezone: Option<String>,
    pub notify_email: bool,
    pub notify_in_app: bool,
    pub invited_by: Option<UserId>,
    pub invited_at: Option<DateTime<Utc>>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub removed_at: Option<DateTime<Utc>>,
    pub status_before: Option<UserStatus>,
    pub status_reason: Option<String>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct Row {
    id: Uuid,
    email: EmailAddress,
    name: PersonName,
    status: UserStatus,
    role: String,
    role_id: Option<Uuid>,
    department: Option<String>,
    location: Option<String>,
    phone: Option<String>,
    fields: serde_json::Value,
    locale: Option<String>,
    timezone: Option<String>,
    notify_email: bool,
    notify_in_app: bool,
    invited_by: Option<Uuid>,
    invited_at: Option<DateTime<Utc>>,
    last_sign_in_at: Option<DateTime<Utc>>,
    removed_at: Option<DateTime<Utc>>,
    status_before: Option<UserStatus>,
    status_reason: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: UserId::from_uuid(row.id),
            email: row.email,
            name: row.name,
            status: row.status,
            role: role_of(&row.role, row.role_id),
            department: row.department,
            location: row.location,
            phone: row.phone,
            fields: serde_json::from_value(row.fields).unwrap_or_default(),
            locale: row.locale,
            timezone: row.timezone,
            notify_email: row.notify_email,
            notify_in_app: row.notify_in_app,
            invited_by: row.invited_by.map(UserId::from_uuid),
            invited_at: row.invited_at,
            last_sign_in_at: row.last_sign_in_at,
            removed_at: row.removed_at,
            status_before: row.status_before,
            status_reason: row.status_reason,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The role of the two columns. The table's check makes a word without a role impossible; should it
/// happen, it is the role that opens the least.
pub(crate) fn role_of(role: &str, role_id: Option<Uuid>) -> Role {
    match (role.parse::<BuiltInRole>(), role_id) {
        (Ok(role), _) => Role::BuiltIn(role),
        (Err(()), Some(id)) => Role::Custom(RoleId::from_uuid(id)),
        (Err(()), None) => Role::BuiltIn(BuiltInRole::Viewer),
    }
}

/// The two columns of a role.
pub(crate) fn columns_of(role: Role) -> (&'static str, Option<Uuid>) {
    match role {
        Role::BuiltIn(role) => (role.key(), None),
        Role::Custom(id) => ("custom", Some(id.uuid())),
    }
}

/// Identifiers as the database takes them.
pub(crate) fn uuids(ids: &[UserId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}
