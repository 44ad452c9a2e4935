//! Single-use links for letters: made here, bound to their step and to the address they go to. What
//! using one does is in `invitation` and `password_reset`.

use chrono::{DateTime, TimeDelta, Utc};
use domain::token::{InvitationKind, KeepKind, PasswordResetKind, Token, TokenKind};
use domain::{EmailAddress, UserId};
pub use store::links::LinkHolder;
use store::links::{self, NewLink, Purpose};
use store::{StoreError, TenantTx};

use crate::tokens;

/// A kind of token that goes out by mail.
pub trait Mailed: TokenKind {
    /// What it may be used for.
    const PURPOSE: Purpose;
    /// How long it works.
    const LIFETIME: TimeDelta;
    /// The path of the page that takes it; the token follows.
    const PATH: &'static str;
}

impl Mailed for InvitationKind {
    const PURPOSE: Purpose = Purpose::Invitation;
    const LIFETIME: TimeDelta = TimeDelta::days(7);
    const PATH: &'static str = "/invitations/";
}

impl Mailed for PasswordResetKind {
    const PURPOSE: Purpose = Purpose::PasswordReset;
    const LIFETIME: TimeDelta = TimeDelta::hours(1);
    const PATH: &'static str = "/password-reset/";
}

impl Mailed for KeepKind {
    const PURPOSE: Purpose = Purpose::Keep;
    // As long as any days of grace; each is minted until its tenant's own day.
    const LIFETIME: TimeDelta = TimeDelta::days(3_650);
    const PATH: &'static str = "/keep/";
}

/// A link that is about to be mailed: the only moment at which its token is known.
#[derive(Debug)]
pub struct Minted<K: TokenKind> {
    /// The token.
    pub token: Token<K>,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

impl<K: Mailed> Minted<K> {
    /// The path of the page, for the letter.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}{}", K::PATH, self.token.reveal().as_str())
    }
}

/// Makes a link for this person, to be mailed to this address of theirs. Earlier ones of the same kind
/// stop working.
///
/// # Errors
/// The database's.
pub fn mint<K: Mailed, P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    email: &EmailAddress,
) -> Result<Minted<K>, StoreError> {
    let expires_at = tx.now() + K::LIFETIME;
    mint_until(tx, user, email, expires_at)
}

/// The same, for one that works until a day that is given.
///
/// # Errors
/// The database's.
pub fn mint_until<K: Mailed, P>(
    tx: &mut TenantTx<'_, P>,
    user: UserId,
    email: &EmailAddress,
    expires_at: DateTime<Utc>,
) -> Result<Minted<K>, StoreError> {
    let token = tokens::draw::<K>();
    let link = NewLink {
        user,
        purpose: K::PURPOSE,
        token_hash: token.hash(),
        email,
        expires_at,
    };
    links::add(tx, &link)?;
    Ok(Minted { token, expires_at })
}

/// Makes the mailed links of this kind void: an invitation that was revoked.
///
/// # Errors
/// The database's.
pub fn void<K: Mailed, P>(tx: &mut TenantTx<'_, P>, user: UserId) -> Result<usize, StoreError> {
    links::void(tx, user, K::PURPOSE)
}

/// Makes the mailed links of this kind void, whoever has them.
///
/// # Errors
/// The database's.
pub(crate) fn void_everybodys<K: Mailed, P>(tx: &mut TenantTx<'_, P>) -> Result<usize, StoreError> {
    links::void_everybodys(tx, K::PURPOSE)
}

/// Makes every mailed link of a person void: their address changed, or they were removed.
///
/// # Errors
/// The database's.
pub fn void_all<P>(tx: &mut TenantTx<'_, P>, user: UserId) -> Result<usize, StoreError> {
    links::void_all(tx, user)
}

/// Whom the link was made for, if it works; it stays unused. A token of another kind does not parse.
pub(crate) fn look<K: Mailed, P>(
    tx: &mut TenantTx<'_, P>,
    token: &Token<K>,
) -> Result<Option<LinkHolder>, StoreError> {
    links::look(tx, K::PURPOSE, &token.hash())
}

/// Uses the link up; one of any number of callers at once gets the person. The person's row is to be
/// locked before, in the order of all verbs: person, then link.
pub(crate) fn take<K: Mailed, P>(
    tx: &mut TenantTx<'_, P>,
    token: &Token<K>,
) -> Result<Option<LinkHolder>, StoreError> {
    links::take(tx, K::PURPOSE, &token.hash())
}
