//! The health of tenants as programs see it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::api::fields::Pages;

/// A page of tenants with their health.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthOfTenants {
    /// healthy where no tenant is degraded or unhealthy, else degraded.
    pub overall_status: String,
    /// All tenants that are not deleted, as far as the search finds them.
    pub total_tenants: i64,
    /// How many are how.
    pub counts: HealthCounts,
    /// Which, the worst first.
    pub tenants: Vec<HealthRow>,
    /// Where the page stands.
    pub pagination: Pages,
}

/// How many tenants are how.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthCounts {
    /// Nothing is wrong.
    pub healthy: i64,
    /// Something needs a look.
    pub degraded: i64,
    /// Their people cannot work.
    pub unhealthy: i64,
    /// Nobody looked: they are new, or rest.
    pub unchecked: i64,
}

/// A tenant with its health.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthRow {
    /// Which.
    pub id: String,
    /// The name.
    pub name: String,
    /// Where it stands in its life.
    pub tenant_status: String,
    /// How it was found.
    #[serde(flatten)]
    pub health: HealthFields,
}

/// How a tenant was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthFields {
    /// healthy, degraded, unhealthy, or unchecked where nobody looked.
    pub status: String,
    /// Since when it is so.
    pub since: Option<DateTime<Utc>>,
    /// Whether its rows can be read.
    pub database: Option<HealthPartFields>,
    /// What it uses of what it may.
    pub resources: Option<HealthPartFields>,
    /// Its jobs and letters.
    pub services: Option<HealthPartFields>,
    /// What it connected.
    pub integrations: Option<HealthPartFields>,
    /// How many people took a seat.
    pub user_count: Option<i64>,
    /// How long the look at its rows took.
    pub response_time_ms: Option<i64>,
    /// When it was looked at.
    pub last_checked: Option<DateTime<Utc>>,
    /// Why its rows could not be read; for the platform alone.
    pub error: Option<String>,
}

/// How a part was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthPartFields {
    /// none, unknown, healthy, warning or unhealthy.
    pub status: String,
    /// That in a sentence.
    pub message: String,
    /// The numbers it was told from.
    pub details: Json,
}

/// One tenant with its health, and how much of the time it was there.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthOfTenant {
    /// Which.
    pub tenant_id: String,
    /// How it was found.
    #[serde(flatten)]
    pub health: HealthFields,
    /// How much of the last 24 hours, 7 days and 30 days it was there.
    pub uptime: Vec<UptimeFields>,
}

/// How much of the time a tenant was there.
#[derive(Debug, Serialize, ToSchema)]
pub struct UptimeFields {
    /// Over what.
    pub period: String,
    /// Probes that were made.
    pub probes: i64,
    /// Of these: failed.
    pub failed: i64,
    /// In hundredths, rounded down to a tenth; none where no probe was made.
    pub percent: Option<f64>,
}

/// What came of asking for a look.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedHealth {
    /// Whether it was begun; false where one is being done already.
    pub begun: bool,
}
