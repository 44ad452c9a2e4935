//! Secrets of 256 random bits that a person carries in a link or a cookie, and the hash under which
//! they rest. The random bytes come from outside; whether a token still holds is the store's to say.

use std::fmt;
use std::marker::PhantomData;

use data_encoding::BASE64URL_NOPAD;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Binary;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// What a token is for. The prefix is part of its text and of its hash, so that a token of one step
/// never opens another.
pub trait TokenKind {
    /// The text before the random part.
    const PREFIX: &'static str;
}

macro_rules! kinds {
    ($($(#[$about:meta])* $kind:ident = $prefix:literal, $alias:ident;)+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $kind {}

        impl TokenKind for $kind {
            const PREFIX: &'static str = $prefix;
        }

        $(#[$about])*
        pub type $alias = Token<$kind>;
    )+};
}

kinds! {
    /// A session, carried in the cookie.
    SessionKind = "ses_", SessionToken;
    /// An invitation, carried in a mail.
    InvitationKind = "inv_", InvitationToken;
    /// The way to a new password, carried in a mail.
    PasswordResetKind = "rst_", PasswordResetToken;
    /// A browser that a person signed in with before, carried in a cookie of its own.
    KnownDeviceKind = "dev_", KnownDeviceToken;
    /// The proof of a new address, carried in a mail.
    AddressChangeKind = "adr_", AddressChangeToken;
    /// A session of staff, carried in a cookie of the platform's host.
    StaffSessionKind = "sst_", StaffSessionToken;
    /// An invitation to run the platform, carried in a mail or printed once by the command line.
    StaffInvitationKind = "sin_", StaffInvitationToken;
    /// The way of staff to a new password, carried in a mail.
    StaffResetKind = "srt_", StaffResetToken;
    /// The way from the platform's host onto a tenant's: used once, within a minute.
    VisitTicketKind = "vti_", VisitTicket;
    /// A visit under way, carried in a cookie of the tenant's host.
    VisitKind = "vis_", VisitToken;
    /// The way to answer an offer of a tenant's ownership, carried in a mail.
    OwnershipKind = "own_", OwnershipToken;
    /// The proof of an address that signs up for a tenant, carried in a mail.
    SignUpKind = "sup_", SignUpToken;
    /// The way of whoever signed up into the tenant that was made, carried by the browser that chose the password.
    ArrivalKind = "arr_", ArrivalToken;
    /// The way of an owner to keep the tenant that was closed, carried in a mail.
    KeepKind = "kep_", KeepToken;
}

/// 256 random bits for one purpose. It is never logged, and wiped from memory when dropped.
pub struct Token<K> {
    secret: Zeroizing<[u8; 32]>,
    kind: PhantomData<K>,
}

impl<K: TokenKind> Token<K> {
    /// A token of 32 bytes that the caller drew from the system's random source.
    #[must_use]
    pub fn from_random(secret: [u8; 32]) -> Self {
        Self {
            secret: Zeroizing::new(secret),
            kind: PhantomData,
        }
    }

    /// Reads the text of a token of this kind; anything else is `None`, without a reason.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(K::PREFIX)?;
        let mut secret = Zeroizing::new([0; 32]);
        if BASE64URL_NOPAD.decode_len(encoded.len()).ok()? != secret.len() {
            return None;
        }
        BASE64URL_NOPAD
            .decode_mut(encoded.as_bytes(), secret.as_mut())
            .ok()?;
        Some(Self {
            secret,
            kind: PhantomData,
        })
    }

    /// The text that the person carries, safe in a URL and a cookie. Shown once, stored nowhere.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(K::PREFIX.len() + 43));
        text.push_str(K::PREFIX);
        BASE64URL_NOPAD.encode_append(self.secret.as_ref(), &mut text);
        text
    }

    /// The form that is stored and looked for.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        let mut hasher = Sha256::new();
        hasher.update(K::PREFIX.as_bytes());
        hasher.update(self.secret.as_ref());
        TokenHash(hasher.finalize().into())
    }
}

impl<K> Clone for Token<K> {
    fn clone(&self) -> Self {
        Self {
            secret: self.secret.clone(),
            kind: PhantomData,
        }
    }
}

impl<K: TokenKind> fmt::Debug for Token<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}…)", K::PREFIX)
    }
}

/// The SHA-256 of a token. Equality takes the same time wherever two hashes differ.
#[derive(Clone, Copy, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash with these bytes, of a secret that is no [`Token`].
    pub(crate) const fn of(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for TokenHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

impl<DB> ToSql<Binary, DB> for TokenHash
where
    DB: Backend,
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        ToSql::<Binary, DB>::to_sql(self.0.as_slice(), out)
    }
}

impl<DB> FromSql<Binary, DB> for TokenHash
where
    DB: Backend,
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, DB>>::from_sql(bytes)?;
        let hash = <[u8; 32]>::try_from(bytes).map_err(|_| "a token hash has 32 bytes")?;
        Ok(Self(hash))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_token_goes_round_through_its_text() {
        let token = SessionToken::from_random([7; 32]);
        let text = token.reveal();
        assert_eq!(*text, "ses_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
        assert_eq!(SessionToken::parse(&text).unwrap().hash(), token.hash());
    }

    #[test]
    fn a_token_is_bound_to_its_step() {
        let text = InvitationToken::from_random([7; 32]).reveal();
        assert!(PasswordResetToken::parse(&text).is_none());
        let (invitation, reset) = (
            InvitationToken::from_random([7; 32]),
            PasswordResetToken::from_random([7; 32]),
        );
        assert_ne!(invitation.hash(), reset.hash());
    }

    #[test]
    fn neither_a_token_nor_its_hash_is_shown() {
        let token = InvitationToken::from_random([7; 32]);
        assert_eq!(
            format!("{token:?} {:?}", token.hash()),
            "Token(inv_…) TokenHash(…)"
        );
    }

    proptest! {
        #[test]
        fn every_token_is_read_back(secret: [u8; 32]) {
            let token = PasswordResetToken::from_random(secret);
            let text = token.reveal();
            prop_assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'));
            prop_assert_eq!(PasswordResetToken::parse(&text).unwrap().hash(), token.hash());
        }

        #[test]
        fn no_other_text_is_a_token(text in "(ses_)?[A-Za-z0-9_=+/-]{0,60}") {
            if let Some(token) = SessionToken::parse(&text) {
                prop_assert_eq!(&*token.reveal(), &text);
            }
        }
    }
}
