//! Usage as programs see it. What was not asked for is left out.

use serde::Serialize;
use utoipa::ToSchema;

use super::ahead::ProjectionsFields;
use super::gaps::GapFields;
use crate::api::limits::LimitFields;

/// What a tenant used over a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageOfTenant {
    /// Whose.
    pub tenant_id: String,
    /// 1h, 24h, 7d, 30d or 90d.
    pub period: String,
    /// What was measured.
    pub usage: MeasuredFields,
    /// Who had which part, the greatest first, ten at most of each kind. These are kept by days: for 1h and 24h they are of the days
    /// on which those hours lie.
    pub shares: Option<SharesFields>,
    /// By hours or days, the earliest first.
    pub series: Option<Vec<SeriesFields>>,
    /// Where the tenant stands in everything that is limited.
    pub limits: Option<Vec<LimitFields>>,
    /// What is to be expected, where that was asked for and something can be said: after a week of whole days.
    pub projections: Option<ProjectionsFields>,
    /// Spans in which something that was measured is missing, the earliest first.
    pub gaps: Vec<GapFields>,
}

/// What was measured.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasuredFields {
    /// Calls of the API by the tenant's own keys.
    pub api: Option<RequestFields>,
    /// Pages.
    pub pages: Option<RequestFields>,
    /// People who signed in.
    pub sign_ins: Option<SignInFields>,
    /// Work in the database.
    pub database: Option<DatabaseFields>,
    /// Bytes that are stored.
    pub storage: Option<StorageFields>,
    /// Bytes that came and went.
    pub traffic: Option<TrafficFields>,
    /// Jobs.
    pub jobs: Option<JobsFields>,
    /// Letters that a mail server took.
    pub letters: Option<i64>,
    /// What your application said was used, of each counter.
    pub resources: Option<Vec<UsedFields>>,
}

/// What was used of a resource.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsedFields {
    /// Its key.
    pub resource: String,
    /// How much.
    pub amount: i64,
    /// As much in the period before; null where nothing was said then.
    pub before: Option<i64>,
}

/// Calls or pages.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequestFields {
    /// How many calls; of pages, how many were asked for or sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<i64>,
    /// See `calls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<i64>,
    /// As many in the period before; null where nothing was measured then.
    pub before: Option<i64>,
    /// Of these: failed by our fault.
    pub errors: i64,
    /// The part of errors in all, from 0 to 1; null where there were none.
    pub error_rate: Option<f64>,
    /// Calls that were refused because a limit or a rate of the tenant was reached; null of pages.
    pub rate_limit_hits: Option<i64>,
    /// Milliseconds until an answer began, on average.
    pub avg_response_time_ms: Option<f64>,
    /// Half were answered within so many milliseconds.
    pub p50_response_time_ms: Option<f64>,
    /// 95 of 100 were. Of a histogram: wrong by a fifth at most.
    pub p95_response_time_ms: Option<f64>,
    /// 99 of 100 were.
    pub p99_response_time_ms: Option<f64>,
    /// How many different people asked: programs by a key are none.
    pub unique_users: i64,
    /// How many different keys asked.
    pub unique_keys: i64,
}

/// People who signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInFields {
    /// How often.
    pub admitted: i64,
    /// How often somebody was refused.
    pub refused: i64,
}

/// Work in the database.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatabaseFields {
    /// The most connections that one process held at once for the tenant's requests.
    pub peak_connections: i64,
    /// Pieces of work, each a transaction or a few.
    pub queries: i64,
    /// Milliseconds that one took on average.
    pub avg_execution_time_ms: Option<f64>,
    /// Those that took longer than half a second.
    pub slow_queries_count: i64,
}

/// Bytes of the tenant's rows and their indexes. In tables that tenants share they are reckoned from a sample of the tenant's rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct StorageFields {
    /// When it was measured last, which is done every hour; null where it was not in this period.
    pub used_bytes: Option<i64>,
    /// How many more than when it was first measured in this period; null where it was not measured twice.
    pub growth_bytes: Option<i64>,
}

/// Bytes of bodies.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrafficFields {
    /// That came.
    pub bytes_in: i64,
    /// That went, before they are compressed.
    pub bytes_out: i64,
}

/// Jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobsFields {
    /// That were done.
    pub done: i64,
    /// That were given up.
    pub given_up: i64,
}

/// Who had which part.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharesFields {
    /// Calls of the API by key.
    pub api_by_key: Vec<SharingFields>,
    /// Calls of the API by route.
    pub api_by_endpoint: Vec<SharingFields>,
    /// Pages by person.
    pub pages_by_user: Vec<SharingFields>,
    /// Pages by route.
    pub pages_by_endpoint: Vec<SharingFields>,
}

/// One part.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharingFields {
    /// A person's or key's id, or a route.
    pub id: String,
    /// The name; null of who is not there any more, and of people and keys for the platform.
    pub name: Option<String>,
    /// How much.
    pub amount: i64,
}

/// One meter over the period.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesFields {
    /// What was measured.
    pub metric: String,
    /// Each hour or day.
    pub points: Vec<PointFields>,
}

/// One hour or day.
#[derive(Debug, Serialize, ToSchema)]
pub struct PointFields {
    /// When the hour began; of a day, its date.
    pub at: String,
    /// How much.
    pub amount: i64,
    /// How much there was in the same step of the period before; null where nothing was measured then.
    pub before: Option<i64>,
}
