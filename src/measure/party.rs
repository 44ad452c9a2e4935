//! Whose request it is, and what of the plan it uses.

use std::sync::{Arc, OnceLock};

use actix_web::{HttpMessage, HttpRequest};
use domain::{Sharer, TenantId};
use services::Actor;
use services::features::Feature;
use services::usage::Who;

/// Whose request it is: known once the host or the key named a tenant, and more once somebody was proven.
#[derive(Debug, Clone)]
pub struct Party {
    pub(super) tenant: TenantId,
    pub(super) who: Arc<OnceLock<Option<Who>>>,
    pub(super) feature: Arc<OnceLock<Feature>>,
}

impl Party {
    /// Keeps with the request that it is this tenant's.
    #[must_use]
    pub fn begin(request: &HttpRequest, tenant: TenantId) -> Self {
        let party = Self {
            tenant,
            who: Arc::default(),
            feature: Arc::default(),
        };
        request.extensions_mut().insert(party.clone());
        party
    }

    /// Keeps who was proven to ask.
    pub fn note(&self, actor: &Actor) {
        let who = match actor {
            Actor::User(user) => Some((Sharer::User, user.id.to_string())),
            Actor::Key(key) => Some((Sharer::Key, key.id.to_string())),
            Actor::Anonymous | Actor::Visitor(_) | Actor::System(_) => None,
        };
        // A second transaction of the same request finds the same one.
        let _ = self.who.set(who.map(|(kind, id)| Who { kind, id }));
    }

    /// Keeps that the request passed the gate of this feature.
    pub fn uses(&self, feature: Feature) {
        let _ = self.feature.set(feature);
    }
}
