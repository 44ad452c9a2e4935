//! The outbox: letters wait here until a job has sent them. The bodies hold single-use links and are
//! emptied as soon as nobody needs them.

use diesel::prelude::*;
use domain::LetterId;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::{brands, letters};

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
