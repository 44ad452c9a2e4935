//! Single-use links that were mailed, by the hash of their token. What each opens is decided above.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{EmailAddress, LinkId, TokenHash, UserId, UserStatus};
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::{links, users};

/// What a link was made for; one of another purpose is never found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Choosing the first password.
    Invitation,
    /// Choosing another password.
    PasswordReset,
    /// Keeping the tenant that was closed.
    Keep,
}

impl Purpose {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
            Self::Keep => "keep",
        }
    }
}

/// A link to be written down before its token is mailed.
#[derive(Debug, Clone, Copy)]
pub struct NewLink<'a> {
    /// For whom.
    pub user: UserId,
    /// For what.
    pub purpose: Purpose,
    /// What the token in the mail hashes to.
    pub token_hash: TokenHash,
    /// The address it is mailed to: another one later makes it void.
    pub email: &'a EmailAddress,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

/// The person whom a link that still works was made for.
#[derive(Debug, Clone)]
pub struct LinkHolder {
    /// Who.
    pub user: UserId,
    /// The name as shown.
    pub name: String,
    /// The address as shown.
    pub email: EmailAddress,
    /// Their state.
    pub status: UserStatus,
    /// Who invited them, where somebody did.
    pub invited_by: Option<UserId>,
    /// Until when the link works.
    pub expires_at: DateTime<Utc>,
}

/// Writes the link down. Earlier ones of the same person and purpose stop working: the last mail counts.
///
/// # Errors
/// The database's.
pub fn add<P>(tx: &mut TenantTx<'_, P>, link: &NewLink<'_>) -> Result<LinkId, StoreError> {
    void(tx, link.user, link.purpose)?;
    let (tenant, id, now) = (tx.tenant().uuid(), tx.fresh_uuid(), tx.now());
    diesel::insert_into(links::table)
        .values((
            links::tenant_id.eq(tenant),
            links::id.eq(id),
            links::user_id.eq(link.user.uuid()),
            links::purpose.eq(link.purpose.key()),
            links::token_hash.eq(link.token_hash),
            links::email_folded.eq(link.email.folded()),
            links::created_at.eq(now),
            links::expires_at.eq(link.expires_at),
        ))
        .execute(tx.connection())?;
    Ok(LinkId::from_uuid(id))
}

/// Ends the links of this person and purpose that still work; answers how many.
///
/// # Errors
/// The database's.
pub fn void<P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    purpose: Purpose,
) -> Result<usize, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    Ok(diesel::update(links::table)
        .filter(links::tenant_id.eq(tenant))
        .filter(links::user_id.eq(user.uuid()))
        .filter(links::purpose.eq(purpose.key()))
        .filter(links::used_at.is_null())
        .set(links::used_at.eq(now))
        .execute(tx.connection())?)
}

/// Ends the links of this purpose that still work, whoever has them.
///
/// # Errors
/// The database's.
pub fn void_everybodys<P>(tx: &mut TenantTx<'_, P>, purpose: Purpose) -> Result<usize, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    Ok(diesel::update(links::table)
        .filter(links::tenant_id.eq(tenant))
        .filter(links::purpose.eq(purpose.key()))
        .filter(links::used_at.is_null())
        .set(links::used_at.eq(now))
        .execute(tx.connection())?)
}

/// Ends every link of this person: after a change of the password or of the address.
///
/// # Errors
/// The database's.
pub fn void_all<P>(tx: &mut TenantTx<'_, P>, user: UserId) -> Result<usize, StoreError> {
    let invitations = void(tx, user, Purpose::Invitation)?;
    let resets = void(tx, user, Purpose::PasswordReset)?;
    Ok(invitations + resets + void(tx, user, Purpose::Keep)?)
}

/// Whom a link was made for, if it still works: unused, in time, and its person's address unchanged.
/// It is not used up.
///
/// # Errors
/// The database's.
pub fn look<P>(
    tx: &mut TenantTx<'_, P>,
    purpose: Purpose,
    token_hash: &TokenHash,
) -> Result<Option<LinkHolder>, StoreError> {
    type Row = (
        Uuid,
        String,
        EmailAddress,
        UserStatus,
        Option<Uuid>,
        DateTime<Utc>,
    );
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let row: Option<Row> = links::table
        .inner_join(
            users::table.on(users::tenant_id
                .eq(links::tenant_id)
                .and(users::id.eq(links::user_id))
                .and(users::email_folded.eq(links::email_folded))),
        )
        .filter(links::tenant_id.eq(tenant))
        .filter(users::tenant_id.eq(tenant))
        .filter(links::purpose.eq(purpose.key()))
        .filter(links::token_hash.eq(*token_hash))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(now))
        .select((
            users::id,
            users::name,
            users::email,
            users::status,
            users::invited_by,
            links::expires_at,
        ))
        .first(tx.connection())
        .optional()?;
    let holder = |(user, name, email, status, invited_by, expires_at): Row| LinkHolder {
        user: UserId::from_uuid(user),
        name,
        email,
        status,
        invited_by: invited_by.map(UserId::from_uuid),
        expires_at,
    };
    Ok(row.map(holder))
}

/// Uses the link up. Of any number of callers at once exactly one is answered with the person.
///
/// # Errors
/// The database's.
pub fn take<P>(
    tx: &mut TenantTx<'_, P>,
    purpose: Purpose,
    token_hash: &TokenHash,
) -> Result<Option<LinkHolder>, StoreError> {
    let Some(holder) = look(tx, purpose, token_hash)? else {
        return Ok(None);
    };
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let taken = diesel::update(links::table)
        .filter(links::tenant_id.eq(tenant))
        .filter(links::purpose.eq(purpose.key()))
        .filter(links::token_hash.eq(*token_hash))
        .filter(links::used_at.is_null())
        .set(links::used_at.eq(now))
        .execute(tx.connection())?;
    Ok((taken == 1).then_some(holder))
}
