//! Which letters there are, each with what only its verb knows. What they say is in `words` and `notice`.

use chrono::{DateTime, Utc};

use super::Notice;

/// The letters there are, each with what only its verb knows.
#[derive(Debug, Clone, Copy)]
pub enum Letter<'a> {
    /// Come and join.
    Invitation {
        /// Who invites.
        inviter: &'a str,
        /// As what.
        role: &'a str,
        /// The single-use link's path, from `/`.
        path: &'a str,
        /// Until when it opens.
        expires_at: DateTime<Utc>,
    },
    /// The way to a new password.
    PasswordReset {
        /// The single-use link's path.
        path: &'a str,
        /// Until when it opens.
        expires_at: DateTime<Utc>,
    },
    /// The password is another one now: a warning, in case it was somebody else.
    PasswordChanged {
        /// On which device.
        device: &'a str,
    },
    /// The invitation was accepted.
    Welcome,
    /// To the first owner of a tenant that the platform made: choose a password.
    OwnerInvitation {
        /// The single-use link's path.
        path: &'a str,
        /// Until when it opens.
        expires_at: DateTime<Utc>,
    },
    /// To whoever signs up: prove that the address is yours, and the tenant is made.
    SignUp {
        /// What the tenant is to be called.
        organisation: &'a str,
        /// The single-use link's path.
        path: &'a str,
        /// Until when it opens.
        expires_at: DateTime<Utc>,
    },
    /// To the first owner who has a password already.
    TenantReady,
    /// To the person who is to own the tenant next.
    OwnershipOffer {
        /// Who offers.
        owner: &'a str,
        /// The single-use link's path.
        path: &'a str,
        /// Until when it opens.
        expires_at: DateTime<Utc>,
    },
    /// Prove that the new address is yours.
    AddressChange {
        /// The single-use link's path.
        path: &'a str,
        /// Until when it opens.
        expires_at: DateTime<Utc>,
    },
    /// Somebody of the platform asks to enter.
    VisitAsked {
        /// Who of the staff.
        visitor: &'a str,
        /// Why.
        reason: &'a str,
        /// How long.
        hours: i32,
        /// What for: "sees your pages and changes nothing".
        reach: &'a str,
        /// The page that decides.
        path: &'a str,
    },
    /// Somebody of the platform may come in by the tenant's own policy.
    VisitAllowed {
        /// Who of the staff.
        visitor: &'a str,
        /// Why.
        reason: &'a str,
        /// Until when.
        until: DateTime<Utc>,
        /// The visit's page.
        path: &'a str,
    },
    /// To the owners: what becomes of the tenant.
    Notice(Notice<'a>),
    /// To the old address: it is another one now.
    AddressChanged {
        /// The new one.
        email: &'a str,
    },
}

impl Letter<'_> {
    /// As the outbox names it.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::PasswordReset { .. } => "password_reset",
            Self::PasswordChanged { .. } => "password_changed",
            Self::Welcome => "welcome",
            Self::OwnerInvitation { .. } => "owner_invitation",
            Self::SignUp { .. } => "sign_up",
            Self::TenantReady => "tenant_ready",
            Self::OwnershipOffer { .. } => "ownership_offer",
            Self::AddressChange { .. } => "address_change",
            Self::AddressChanged { .. } => "address_changed",
            Self::VisitAsked { .. } => "visit_asked",
            Self::VisitAllowed { .. } => "visit_allowed",
            Self::Notice(notice) => notice.key(),
        }
    }
}
