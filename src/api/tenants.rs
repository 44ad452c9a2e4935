//! The tenant of a key, as it may know itself.

use domain::permission::ReadOverview;
use serde::Serialize;
use services::users;
use utoipa::ToSchema;

use super::fields::Nothing;
use super::{Api, Outcome, Query};

/// The tenant of the key.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnTenant {
    /// Which.
    pub tenant: TenantFields,
    /// What it uses.
    pub usage: Usage,
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantFields {
    /// Which.
    pub id: String,
    /// The name.
    pub name: String,
    /// The name that it is reached by.
    pub schema_name: String,
    /// The host of its pages.
    pub domain: String,
    /// Where it stands.
    pub status: String,
    /// Language and region.
    pub locale: String,
    /// The time zone.
    pub timezone: String,
}

/// What a tenant uses of what it may.
#[derive(Debug, Serialize, ToSchema)]
pub struct Usage {
    /// Seats; none where there is no limit.
    pub users: Option<Used>,
}

/// What is used of one thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Used {
    /// In use.
    pub current: i64,
    /// The most there can be.
    pub limit: i64,
    /// In use, of a hundred.
    pub usage_percent: f64,
}

impl Used {
    fn of(current: i64, limit: i64) -> Self {
        let tenths = current
            .saturating_mul(1_000)
            .checked_div(limit)
            .unwrap_or(1_000);
        Self {
            current,
            limit,
            usage_percent: f64::from(i32::try_from(tenths).unwrap_or(i32::MAX)) / 10.0,
        }
    }
}

/// `GET /tenants/{tenant_id}`
///
/// # Errors
/// See [`Api::read`].
pub async fn read(api: Api<ReadOverview>, query: Query<Nothing>) -> Outcome<OwnTenant> {
    let entry = std::sync::Arc::clone(api.entry());
    api.read(query, move |tx, _| {
        let seats = users::seats(tx)?;
        Ok(OwnTenant {
            tenant: TenantFields {
                id: entry.scope.tenant().to_string(),
                name: entry.name.clone(),
                schema_name: entry.slug.clone(),
                domain: entry.canonical_host.clone(),
                status: entry.status.clone(),
                locale: entry.locale.clone(),
                timezone: entry.timezone.clone(),
            },
            usage: Usage {
                users: seats.map(|seats| Used::of(seats.used, seats.hard)),
            },
        })
    })
    .await
}
