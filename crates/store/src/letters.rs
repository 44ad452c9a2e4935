//! The outbox: letters wait here until a job has sent them. The bodies hold single-use links and are
//! emptied as soon as nobody needs them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{EmailAddress, LetterId, Locale, TimeZone};

use crate::StoreError;
use crate::guard::TenantTx;
use crate::raw::StillThere;
use crate::schema::tenant::{brands, letters, users};

/// A letter to be put into the outbox.
#[derive(Debug, Clone)]
pub struct NewLetter<'a> {
    /// The address.
    pub recipient: &'a str,
    /// The name beside it.
    pub recipient_name: &'a str,
    /// Which letter it is.
    pub template: &'static str,
    /// The subject.
    pub subject: &'a str,
    /// The plain text.
    pub body_text: &'a str,
    /// The HTML.
    pub body_html: &'a str,
}

/// Puts a letter into the outbox.
///
/// # Errors
/// The database's.
pub fn add<P>(tx: &mut TenantTx<'_, P>, letter: &NewLetter<'_>) -> Result<LetterId, StoreError> {
    let (tenant, id, now) = (tx.tenant().uuid(), tx.fresh_uuid(), tx.now());
    diesel::insert_into(letters::table)
        .values((
            letters::tenant_id.eq(tenant),
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

/// The tenant's brand colour, as `#rrggbb`, if it chose one.
///
/// # Errors
/// The database's.
pub fn colour<P>(tx: &mut TenantTx<'_, P>) -> Result<Option<String>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(brands::table
        .filter(brands::tenant_id.eq(tenant))
        .select(brands::primary_color)
        .first(tx.connection())
        .optional()?)
}

/// The language and region and the zone that the person with this address chose, where somebody has it.
///
/// # Errors
/// The database's.
pub fn choices<P>(
    tx: &mut TenantTx<'_, P>,
    email: &EmailAddress,
) -> Result<(Option<Locale>, Option<TimeZone>), StoreError> {
    let tenant = tx.tenant().uuid();
    let row: Option<(Option<String>, Option<String>)> = users::table
        .filter(users::tenant_id.eq(tenant))
        .filter(users::email_folded.eq(email.folded()))
        .filter(StillThere)
        .select((users::locale, users::timezone))
        .first(tx.connection())
        .optional()?;
    let (locale, zone) = row.unwrap_or_default();
    Ok((
        locale.and_then(|locale| locale.parse().ok()),
        zone.and_then(|zone| zone.parse().ok()),
    ))
}

/// A letter that is still to be sent.
#[derive(Debug, Clone, Queryable)]
pub struct Waiting {
    /// The address.
    pub recipient: EmailAddress,
    /// The name beside it.
    pub recipient_name: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub body_text: String,
    /// The HTML.
    pub body_html: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// The letter, if it is still to be sent.
///
/// # Errors
/// The database's.
pub fn waiting<P>(
    tx: &mut TenantTx<'_, P>,
    letter: LetterId,
) -> Result<Option<Waiting>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(letters::table
        .filter(letters::tenant_id.eq(tenant))
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

/// Whether a letter to this address was ever put into the outbox.
///
/// # Errors
/// The database's.
pub fn was_written_to<P>(
    tx: &mut TenantTx<'_, P>,
    email: &EmailAddress,
) -> Result<bool, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(diesel::select(diesel::dsl::exists(
        letters::table
            .filter(letters::tenant_id.eq(tenant))
            .filter(letters::recipient.eq(email.as_str())),
    ))
    .get_result(tx.connection())?)
}

/// The letter was handed over: its bodies go.
///
/// # Errors
/// The database's.
pub fn sent<P>(tx: &mut TenantTx<'_, P>, letter: LetterId) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    diesel::update(letters::table)
        .filter(letters::tenant_id.eq(tenant))
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
pub fn failed<P>(
    tx: &mut TenantTx<'_, P>,
    letter: LetterId,
    why: &str,
) -> Result<Option<(String, String)>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(diesel::update(letters::table)
        .filter(letters::tenant_id.eq(tenant))
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
