//! A tenant's limits as programs see them: the plan's number, its own, why and until when.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use services::tenants::own_limits::{OwnLimit, Wish};
use utoipa::ToSchema;

/// A limit of a tenant's own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveLimit {
    /// How much of it there may be.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub limit: i64,
    /// Why, in a line.
    #[schema(max_length = 200)]
    pub reason: String,
    /// When the plan's number holds again; it stays where nothing is said.
    pub ends_at: Option<DateTime<Utc>>,
}

/// What a tenant may have, resource by resource.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnLimits {
    /// The tenant.
    pub tenant_id: String,
    /// Every resource.
    pub limits: Vec<OwnLimitFields>,
}

/// What a tenant may have of a resource.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnLimitFields {
    /// Of what.
    pub resource: String,
    /// The plan's number; null for as much as one likes.
    pub plan: Option<i64>,
    /// The tenant's own, which stands above it; null where it has none.
    pub own: Option<i64>,
    /// Why it has one; null where that was not said.
    pub reason: Option<String>,
    /// When the plan's number holds again; null where it stays.
    pub ends_at: Option<DateTime<Utc>>,
    /// When it was given.
    pub set_at: Option<DateTime<Utc>>,
    /// By whom.
    pub set_by: Option<String>,
}

impl GiveLimit {
    pub(super) fn wish(&self) -> Wish {
        Wish {
            limit: self.limit,
            reason: self.reason.clone(),
            ends_at: self.ends_at,
        }
    }
}

impl From<OwnLimit> for OwnLimitFields {
    fn from(limit: OwnLimit) -> Self {
        let terms = limit.terms;
        Self {
            resource: limit.resource,
            plan: limit.of_plan,
            own: limit.own,
            reason: terms.as_ref().map(|terms| terms.reason.clone()),
            ends_at: terms.as_ref().and_then(|terms| terms.ends_at),
            set_at: terms.as_ref().map(|terms| terms.set_at),
            set_by: terms.map(|terms| terms.set_by),
        }
    }
}
