//! New people. Seats are reserved before, by whoever calls.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{EmailAddress, FreeFields, PersonName, Role, UserId, UserStatus, text};
use uuid::Uuid;

use super::{BATCH, columns_of, counts, words};
use crate::schema::tenant::users;
use crate::{StoreError, TenantTx};

/// A person to be written down.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Made by the caller.
    pub id: UserId,
    /// Their address.
    pub email: EmailAddress,
    /// Their name, or what stands in for it.
    pub name: PersonName,
    /// `Invited` for people; others for the demo's.
    pub status: UserStatus,
    /// Their role.
    pub role: Role,
    /// Where they work.
    pub department: Option<String>,
    /// Where they sit.
    pub location: Option<String>,
    /// How they are called.
    pub phone: Option<String>,
    /// The tenant's own fields.
    pub fields: FreeFields,
    /// Who invited them.
    pub invited_by: Option<UserId>,
    /// When they were invited.
    pub invited_at: Option<DateTime<Utc>>,
    /// When they last signed in: the demo's people have.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// Writes people down, many to a statement. Answers those who are in: an address that is taken by
/// somebody who is not removed leaves its person out.
///
/// # Errors
/// The database's.
pub fn add<P>(tx: &mut TenantTx<'_, P>, people: &[NewUser]) -> Result<Vec<UserId>, StoreError> {
    let tenant = tx.tenant().uuid();
    let now = tx.now();
    let mut added = Vec::with_capacity(people.len());
    for batch in people.chunks(BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|person| {
                let (role, role_id) = columns_of(person.role);
                (
                    users::tenant_id.eq(tenant),
                    users::id.eq(person.id.uuid()),
                    users::email.eq(&person.email),
                    users::email_folded.eq(person.email.folded()),
                    users::name.eq(&person.name),
                    users::name_folded.eq(person.name.folded()),
                    users::status.eq(person.status),
                    users::role.eq(role),
                    users::role_id.eq(role_id),
                    (
                        users::department.eq(&person.department),
                        users::department_folded.eq(person.department.as_deref().map(text::fold)),
                        users::location.eq(&person.location),
                        users::phone.eq(&person.phone),
                        users::fields.eq(fields_json(&person.fields)),
                    ),
                    users::invited_by.eq(person.invited_by.map(UserId::uuid)),
                    users::invited_at.eq(person.invited_at),
                    users::last_sign_in_at.eq(person.last_sign_in_at),
                    users::created_at.eq(person.created_at),
                    users::updated_at.eq(now),
                )
            })
            .collect();
        let ids: Vec<Uuid> = diesel::insert_into(users::table)
            .values(rows)
            .on_conflict_do_nothing()
            .returning(users::id)
            .get_results(tx.connection())?;
        added.extend(ids.into_iter().map(UserId::from_uuid));
    }
    let in_now: std::collections::HashSet<UserId> = added.iter().copied().collect();
    let came: Vec<&NewUser> = people.iter().filter(|p| in_now.contains(&p.id)).collect();
    words::write(tx, &came)?;
    counts::arrive(tx, came.iter().map(|person| person.status))?;
    Ok(added)
}

/// The fields as the column keeps them.
pub(super) fn fields_json(fields: &FreeFields) -> serde_json::Value {
    fields
        .iter()
        .map(|(name, value)| (name.to_owned(), serde_json::Value::from(value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
