//! Reading who asks and what they may, before any work begins.

use diesel::PgConnection;
use domain::token::TokenHash;
use domain::{Access, Needs};

use super::{Actor, Asked, Credential, Request};
use crate::scope::TenantScope;
use crate::{StoreError, keys, sessions, visits};

pub(super) fn prove<P: Access>(
    connection: &mut PgConnection,
    scope: &TenantScope,
    credential: Credential<'_>,
    request: &Request,
) -> Result<Actor, StoreError> {
    let actor = match credential {
        Credential::Anonymous => Actor::Anonymous,
        Credential::System(name) => Actor::System(name),
        Credential::Session(token_hash) | Credential::Watching(token_hash) => {
            let seen = matches!(credential, Credential::Session(_));
            sessions::live(connection, scope.tenant(), token_hash, request.now, seen)?
                .map_or(Actor::Anonymous, |user| Actor::User(Box::new(user)))
        }
        Credential::Key(token_hash) => {
            keys::live(connection, scope.tenant(), token_hash, request.now)?
                .map_or(Actor::Anonymous, |key| Actor::Key(Box::new(key)))
        }
        Credential::Visit(token_hash, asked) => {
            return visiting(connection, scope, token_hash, asked, request, P::NEEDS);
        }
    };
    match (P::NEEDS, &actor) {
        (Needs::Nothing, _)
        | (Needs::Session, Actor::User(_))
        | (Needs::System, Actor::System(_)) => Ok(actor),
        (Needs::Permission(permission), Actor::User(user))
            if user.permissions.allow(permission) =>
        {
            Ok(actor)
        }
        (Needs::Permission(permission), Actor::Key(key)) if key.permissions.allow(permission) => {
            Ok(actor)
        }
        (Needs::Permission(permission), Actor::User(_) | Actor::Key(_)) => {
            Err(StoreError::Forbidden(permission))
        }
        // The system does what its job says, with every right but a person's own.
        (Needs::Permission(_), Actor::System(_)) => Ok(actor),
        _ => Err(StoreError::Unauthenticated),
    }
}

/// A visitor's way in: what they may is looked at as a person's is, and what they see is written down
/// before they see it.
fn visiting(
    connection: &mut PgConnection,
    scope: &TenantScope,
    token_hash: &TokenHash,
    asked: Asked<'_>,
    request: &Request,
    needs: Needs,
) -> Result<Actor, StoreError> {
    let visitor = visits::live(connection, scope.tenant(), token_hash, request.now)?;
    match (needs, visitor) {
        (Needs::Nothing, visitor) => Ok(visitor.map_or(Actor::Anonymous, Actor::Visitor)),
        (_, None) | (Needs::System, _) => Err(StoreError::Unauthenticated),
        (Needs::Session, Some(_)) => Err(StoreError::NoPerson),
        (Needs::Permission(permission), Some(visitor)) => {
            if !visitor.permissions.allow(permission) {
                return Err(StoreError::Forbidden(permission));
            }
            visits::note_page(connection, scope.tenant(), visitor.visit, asked, request)?;
            Ok(Actor::Visitor(visitor))
        }
    }
}
