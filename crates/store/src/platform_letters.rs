//! The platform's own outbox: letters to staff and to whoever has no tenant yet. The bodies hold
//! single-use links and are emptied as soon as nobody needs them.

use diesel::prelude::*;
use domain::LetterId;

use crate::StoreError;
use crate::letters::{NewLetter, Waiting};
use crate::platform::PlatformTx;
use crate::schema::catalogue::letters;

/// Puts a letter into the outbox.
///
/// # Errors
/// The database's.
pub fn add(tx: &mut PlatformTx<'_>, letter: &NewLetter<'_>) -> Result<LetterId, StoreError> {
    let (id, now) = (tx.fresh_uuid(), tx.now());
    diesel::insert_into(letters::table)
        .values((
            letters::id.eq(id),
            letters::recipient.eq(letter.recipient),
            letters::recipient_name.eq(letter.recipient_name),
            letters::template.eq(letter.template),
            letters::subject.eq(letter.subject),
            letters::body_text.eq(letter.body_text),
            letters::body_html.eq(letter.body_html),
            letters::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(LetterId::from_uuid(id))
}

/// The letter, if it is still to be sent.
///
/// # Errors
/// The database's.
pub fn waiting(tx: &mut PlatformTx<'_>, letter: LetterId) -> Result<Option<Waiting>, StoreError> {
    Ok(letters::table
        .filter(letters::id.eq(letter.uuid()))
        .filter(letters::state.eq("queued"))
        .select((
            letters::recipient,
            letters::recipient_name,
            letters::subject,
            letters::body_text.assume_not_null(),
            letters::body_html.assume_not_null(),
            letters::created_at,
        ))
        .first(tx.connection())
        .optional()?)
}

/// The letter was handed over: its bodies go.
///
/// # Errors
/// The database's.
pub fn sent(tx: &mut PlatformTx<'_>, letter: LetterId) -> Result<(), StoreError> {
    let now = tx.now();
    diesel::update(letters::table)
        .filter(letters::id.eq(letter.uuid()))
        .filter(letters::state.eq("queued"))
        .set((
            letters::state.eq("sent"),
            letters::sent_at.eq(now),
            letters::body_text.eq(None::<String>),
            letters::body_html.eq(None::<String>),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// The letter was given up: its bodies go too. Answers its subject and recipient, unless it had gone.
///
/// # Errors
/// The database's.
pub fn failed(
    tx: &mut PlatformTx<'_>,
    letter: LetterId,
    why: &str,
) -> Result<Option<(String, String)>, StoreError> {
    Ok(diesel::update(letters::table)
        .filter(letters::id.eq(letter.uuid()))
        .filter(letters::state.eq("queued"))
        .set((
            letters::state.eq("failed"),
            letters::last_error.eq(why),
            letters::body_text.eq(None::<String>),
            letters::body_html.eq(None::<String>),
        ))
        .returning((letters::subject, letters::recipient))
        .get_result(tx.connection())
        .optional()?)
}
