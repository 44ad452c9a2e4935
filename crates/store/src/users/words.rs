//! The words by which people are found: of the name and of the address, beside a copy of the status.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::{EmailAddress, PersonName, UserId, UserStatus, text};
use uuid::Uuid;

use super::{NewUser, uuids};
use crate::schema::tenant::user_words;
use crate::{StoreError, TenantTx};

/// Rows a statement; each has four values.
const BATCH: usize = 5_000;

/// What a person is found by the beginning of: each word of the name, each word before the `@`, and
/// the whole address.
fn words_of(name: &PersonName, email: &EmailAddress) -> BTreeSet<String> {
    let mut words = name.search_words();
    words.extend(text::words(email.local_part()));
    words.insert(email.folded());
    words
}

/// Writes the words of new people.
pub(super) fn write<P>(tx: &mut TenantTx<'_, P>, people: &[&NewUser]) -> Result<(), StoreError> {
    let rows = people.iter().flat_map(|person| {
        words_of(&person.name, &person.email)
            .into_iter()
            .map(|word| (person.id.uuid(), word, person.status))
    });
    insert(tx, rows.collect())
}

/// Writes the words of a person anew, after a change of name or address.
pub(super) fn rewrite<P>(
    tx: &mut TenantTx<'_, P>,
    person: UserId,
    name: &PersonName,
    email: &EmailAddress,
    status: UserStatus,
) -> Result<(), StoreError> {
    diesel::delete(user_words::table)
        .filter(user_words::tenant_id.eq(tx.tenant().uuid()))
        .filter(user_words::user_id.eq(person.uuid()))
        .execute(tx.connection())?;
    let rows = words_of(name, email)
        .into_iter()
        .map(|word| (person.uuid(), word, status));
    insert(tx, rows.collect())
}

/// Copies a new status beside the words.
pub(super) fn set_status<P>(
    tx: &mut TenantTx<'_, P>,
    people: &[UserId],
    status: UserStatus,
) -> Result<(), StoreError> {
    diesel::update(user_words::table)
        .filter(user_words::tenant_id.eq(tx.tenant().uuid()))
        .filter(user_words::user_id.eq_any(uuids(people)))
        .set(user_words::status.eq(status))
        .execute(tx.connection())?;
    Ok(())
}

fn insert<P>(
    tx: &mut TenantTx<'_, P>,
    rows: Vec<(Uuid, String, UserStatus)>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant().uuid();
    for batch in rows.chunks(BATCH) {
        let values: Vec<_> = batch
            .iter()
            .map(|(person, word, status)| {
                (
                    user_words::tenant_id.eq(tenant),
                    user_words::user_id.eq(person),
                    user_words::word.eq(word),
                    user_words::status.eq(*status),
                )
            })
            .collect();
        diesel::insert_into(user_words::table)
            .values(values)
            .on_conflict_do_nothing()
            .execute(tx.connection())?;
    }
    Ok(())
}
