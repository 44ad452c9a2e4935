//! Steps from status to status and from role to role, for one person or many in one statement. Which
//! step may be taken, and by whom, is decided above.

use diesel::prelude::*;
use domain::{Role, UserId, UserStatus};
use uuid::Uuid;

use super::{columns_of, counts, uuids, words};
use crate::raw::Always;
use crate::schema::tenant::users;
use crate::{StoreError, TenantTx};

/// A step of people who all stand in the same status.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Where they stand; a person who does not any more is left alone.
    pub from: UserStatus,
    /// Where they go.
    pub to: UserStatus,
    /// Why, where that is asked for.
    pub reason: Option<&'a str>,
}

/// Takes the step, in the rows, beside the words and in the counts. Answers how many took it.
///
/// # Errors
/// The database's.
pub fn set_status<P>(
    tx: &mut TenantTx<'_, P>,
    people: &[UserId],
    step: Step<'_>,
) -> Result<i64, StoreError> {
    let now = tx.now();
    let back = step.from == UserStatus::Removed;
    let gone = step.to == UserStatus::Removed;
    let before = gone.then_some(step.from);
    let query = diesel::update(users::table)
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(users::id.eq_any(uuids(people)))
        .filter(users::status.eq(step.from));
    let common = (
        users::status.eq(step.to),
        users::status_before.eq(before),
        users::removed_at.eq(gone.then_some(now)),
        users::version.eq(users::version + 1),
        users::updated_at.eq(now),
    );
    // A removal and its undoing keep the reason of a suspension.
    let taken = if gone || back {
        query.set(common).execute(tx.connection())?
    } else {
        query
            .set((common, users::status_reason.eq(step.reason)))
            .execute(tx.connection())?
    };
    let taken = i64::try_from(taken).unwrap_or(i64::MAX);
    words::set_status(tx, people, step.to)?;
    counts::shift(tx, step.from, step.to, taken)?;
    Ok(taken)
}

/// Gives people a role. Answers how many did not have it before.
///
/// # Errors
/// The database's.
pub fn set_role<P>(
    tx: &mut TenantTx<'_, P>,
    people: &[UserId],
    role: Role,
) -> Result<usize, StoreError> {
    let now = tx.now();
    let (word, role_id) = columns_of(role);
    Ok(diesel::update(users::table)
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(users::id.eq_any(uuids(people)))
        .set((
            users::role.eq(word),
            users::role_id.eq(role_id),
            users::version.eq(users::version + 1),
            users::updated_at.eq(now),
        ))
        .execute(tx.connection())?)
}

/// A person signed in just now. No change of the record: the version stays.
///
/// # Errors
/// The database's.
pub fn signed_in<P>(tx: &mut TenantTx<'_, P>, person: UserId) -> Result<(), StoreError> {
    let now = tx.now();
    let seen = diesel::update(users::table)
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(users::id.eq(person.uuid()))
        .set(users::last_sign_in_at.eq(now))
        .returning(users::id);
    Always(seen).load::<Uuid>(tx.connection())?;
    Ok(())
}
