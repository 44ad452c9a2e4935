//! What a request shows at a tenant's door: a session, a visit, or nothing. Whether it opens anything is
//! the guard's to say.

use actix_web::HttpRequest;
use domain::{TenantId, TokenHash};
use services::{Asked, Credential};

use crate::session;

/// The one credential of a request. Whoever is on a visit is a visitor, whatever else their browser holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing.
    Nobody,
    /// A session's token.
    Session(TokenHash),
    /// The same, of a page that asks by itself.
    Watching(TokenHash),
    /// A visit's token.
    Visit(TokenHash),
}

impl Shown {
    pub(super) fn of(request: &HttpRequest, tenant: TenantId) -> Self {
        if let Some(hash) = session::visit::shown(request) {
            return Self::Visit(hash);
        }
        session::shown(request, tenant).map_or(Self::Nobody, Self::Session)
    }

    pub(super) fn is_visit(self) -> bool {
        matches!(self, Self::Visit(_))
    }

    pub(super) fn credential<'a>(&'a self, asked: Asked<'a>) -> Credential<'a> {
        match self {
            Self::Nobody => Credential::Anonymous,
            Self::Session(hash) => Credential::Session(hash),
            Self::Watching(hash) => Credential::Watching(hash),
            Self::Visit(hash) => Credential::Visit(hash, asked),
        }
    }
}
