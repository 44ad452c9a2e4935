//! What an application says of what it counts, beside reservations: what is there no more, and what it measured.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use services::limits::{self, Counter};
use services::{TenantTx, VerbError};
use utoipa::ToSchema;

use super::at::At;
use super::deed::{Counting, Deed, done};
use crate::api::{Body, Outcome};

/// Something that is there no more.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenBack {
    /// How much of it.
    #[schema(minimum = 1, maximum = 1_000_000_000_000i64)]
    pub amount: i64,
}

/// What was measured.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// How much there is.
    #[schema(minimum = 0, maximum = 1_000_000_000_000i64)]
    pub value: i64,
}

/// A counter as it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneCounter {
    /// Which resource.
    pub resource: String,
    /// In use.
    pub current: i64,
    /// Set aside and not used yet.
    pub reserved: i64,
    /// The most there can be; null where nothing is limited.
    pub limit: Option<i64>,
    /// When the span began that it counts; for a gauge, when it was measured.
    pub since: Option<DateTime<Utc>>,
}

impl From<Counter> for OneCounter {
    fn from(counter: Counter) -> Self {
        Self {
            current: counter.used,
            reserved: counter.held,
            limit: (counter.hard != i64::MAX).then_some(counter.hard),
            since: counter.began_at,
            resource: counter.resource,
        }
    }
}

impl Deed for GivenBack {
    type Out = OneCounter;

    fn done<P>(&self, tx: &mut TenantTx<'_, P>, at: &At) -> Result<OneCounter, VerbError> {
        Ok(limits::give_back(tx, &at.resource, self.amount)?.into())
    }
}

impl Deed for Measured {
    type Out = OneCounter;

    fn done<P>(&self, tx: &mut TenantTx<'_, P>, at: &At) -> Result<OneCounter, VerbError> {
        Ok(limits::measure(tx, &at.resource, self.value)?.into())
    }
}

/// `POST /tenants/{tenant_id}/limits/{resource}/return`
///
/// # Errors
/// No right, more than there is, a resource that is not counted so, or no database.
pub async fn give_back(api: Counting, body: Body<GivenBack>) -> Outcome<OneCounter> {
    done(api, body, Ok).await
}

/// `PUT /tenants/{tenant_id}/usage/{resource}`
///
/// # Errors
/// No right, a resource that is not measured, or no database.
pub async fn measure(api: Counting, body: Body<Measured>) -> Outcome<OneCounter> {
    done(api, body, Ok).await
}
