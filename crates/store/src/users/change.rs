//! Changing what is written about a person. Role and status have statements of their own.

use diesel::prelude::*;
use domain::{EmailAddress, FreeFields, PersonName, UserId, UserStatus, text};

use super::add::fields_json;
use super::{User, words};
use crate::schema::tenant::users;
use crate::{StoreError, TenantTx};

/// All that a form about a person changes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the columns of the table, which are commented there"
)]
pub struct Change {
    pub email: EmailAddress,
    pub name: PersonName,
    pub department: Option<String>,
    pub location: Option<String>,
    pub phone: Option<String>,
    pub fields: FreeFields,
    pub locale: Option<String>,
    pub timezone: Option<String>,
    pub notify_email: bool,
    pub notify_in_app: bool,
}

impl Change {
    /// What is written about this person now: the start of a change of some of it.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self {
            email: user.email.clone(),
            name: user.name.clone(),
            department: user.department.clone(),
            location: user.location.clone(),
            phone: user.phone.clone(),
            fields: user.fields.clone(),
            locale: user.locale.clone(),
            timezone: user.timezone.clone(),
            notify_email: user.notify_email,
            notify_in_app: user.notify_in_app,
        }
    }
}

/// Writes the change, if the record still has this version. Answers whether it had. The caller has
/// asked whether the address is free.
///
/// # Errors
/// The database's.
pub fn change<P>(
    tx: &mut TenantTx<'_, P>,
    person: UserId,
    version: i32,
    change: &Change,
) -> Result<bool, StoreError> {
    let now = tx.now();
    let tenant = tx.tenant().uuid();
    let status: Option<UserStatus> = diesel::update(users::table)
        .filter(users::tenant_id.eq(tenant))
        .filter(users::id.eq(person.uuid()))
        .filter(users::version.eq(version))
        .set((
            users::email.eq(&change.email),
            users::email_folded.eq(change.email.folded()),
            users::name.eq(&change.name),
            users::name_folded.eq(change.name.folded()),
            users::department.eq(&change.department),
            users::department_folded.eq(change.department.as_deref().map(text::fold)),
            users::location.eq(&change.location),
            users::phone.eq(&change.phone),
            users::fields.eq(fields_json(&change.fields)),
            users::locale.eq(&change.locale),
            users::timezone.eq(&change.timezone),
            users::notify_email.eq(change.notify_email),
            users::notify_in_app.eq(change.notify_in_app),
            users::version.eq(users::version + 1),
            users::updated_at.eq(now),
        ))
        .returning(users::status)
        .get_result(tx.connection())
        .optional()?;
    let Some(status) = status else {
        return Ok(false);
    };
    words::rewrite(tx, person, &change.name, &change.email, status)?;
    Ok(true)
}
