//! Single-use links of staff: made here, bound to their step. What using one does is in `invitation` and
//! `password_reset`.

use chrono::{DateTime, TimeDelta, Utc};
use domain::StaffId;
use domain::token::{StaffInvitationKind, StaffResetKind, Token, TokenKind};
use store::staff::links::{self as stored, Holder, Purpose};
use store::{PlatformTx, StoreError};

use crate::tokens;

/// A kind of token that goes out by mail, or is shown once by the command line.
pub(super) trait Mailed: TokenKind {
    /// What it may be used for.
    const PURPOSE: Purpose;
    /// How long it works.
    const LIFETIME: TimeDelta;
    /// The path of the page that takes it; the token follows.
    const PATH: &'static str;
}

impl Mailed for StaffInvitationKind {
    const PURPOSE: Purpose = Purpose::Invitation;
    const LIFETIME: TimeDelta = TimeDelta::days(3);
    const PATH: &'static str = "/invitations/";
}

impl Mailed for StaffResetKind {
    const PURPOSE: Purpose = Purpose::PasswordReset;
    const LIFETIME: TimeDelta = TimeDelta::hours(1);
    const PATH: &'static str = "/password-reset/";
}

/// A link that was just made: the only moment at which its path is known.
#[derive(Debug)]
pub(super) struct Minted {
    /// The path of the page that takes it.
    pub(super) path: String,
    /// Until when it works.
    pub(super) expires_at: DateTime<Utc>,
}

/// Makes a link for this person. Earlier ones of the same kind stop working.
pub(super) fn mint<K: Mailed>(tx: &mut PlatformTx<'_>, id: StaffId) -> Result<Minted, StoreError> {
    let token = tokens::draw::<K>();
    let expires_at = tx.now() + K::LIFETIME;
    stored::add(tx, id, K::PURPOSE, &token.hash(), expires_at)?;
    Ok(Minted {
        path: format!("{}{}", K::PATH, token.reveal().as_str()),
        expires_at,
    })
}

/// Whom the link was made for, if it works; it stays unused.
pub(super) fn look<K: Mailed>(
    tx: &mut PlatformTx<'_>,
    token: &Token<K>,
) -> Result<Option<Holder>, StoreError> {
    stored::look(tx, K::PURPOSE, &token.hash())
}

/// Uses the link up; one of any number of callers at once gets the person, whose row is to be locked before.
pub(super) fn take<K: Mailed>(
    tx: &mut PlatformTx<'_>,
    token: &Token<K>,
) -> Result<Option<Holder>, StoreError> {
    stored::take(tx, K::PURPOSE, &token.hash())
}
