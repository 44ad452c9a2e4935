//! Analytics as programs see them. What was not asked for is left out; what is not known is null, and `absent` says why.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// What a tenant's figures say.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalyticsOfTenant {
    /// 7d, 30d or 90d, today included.
    pub period: String,
    /// Whose.
    pub tenant_id: String,
    /// The figures.
    pub analytics: FiguresFields,
    /// Where things go, from whole days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trends: Option<TrendsFields>,
    /// The parts by which it was asked for, the greatest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentFields>,
    /// Why a figure is null, by its place: `user_metrics.user_retention_rate`.
    pub absent: BTreeMap<String, String>,
}

/// The figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresFields {
    /// People.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_metrics: Option<UserFields>,
    /// How much was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_metrics: Option<UsageFields>,
    /// How far each feature is taken up, from 0 to 1: of those who used pages the part that used it; of the API, of the keys the
    /// part that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature_adoption: Option<BTreeMap<String, Option<f64>>>,
    /// How well it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performance_metrics: Option<PerformanceFields>,
}

/// People.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserFields {
    /// How many there are now: invited ones are among them, removed ones not.
    pub total_users: i64,
    /// How many different people used pages in the period.
    pub active_users: i64,
    /// The same of the last 30 days, whatever the period.
    pub active_users_30d: i64,
    /// How many were added in the period.
    pub new_users: i64,
    /// The same of the last 30 days, whatever the period.
    pub new_users_30d: i64,
    /// Of those who used pages in the period before, the part that did so in this one.
    pub user_retention_rate: Option<f64>,
    /// How long a stay was on average: a run of pages of one person with no half hour between two of them.
    pub avg_session_duration_minutes: Option<f64>,
    /// How many more people there are than at the beginning of the period, as a part of those.
    pub user_growth_rate: Option<f64>,
    /// Those who joined in a week, and how many of them used pages in that week and in each one after it.
    pub cohorts: Vec<CohortFields>,
}

/// Those who joined in one week.
#[derive(Debug, Serialize, ToSchema)]
pub struct CohortFields {
    /// The Monday of that week.
    pub week: String,
    /// How many joined and are still there.
    pub joined: i64,
    /// How many of them came in that week and in each one after it.
    pub came: Vec<i64>,
}

/// How much was used.
#[derive(Debug, Serialize, ToSchema)]
pub struct UsageFields {
    /// Calls of the API.
    pub api_calls_total: i64,
    /// On each day of the period, on average.
    pub api_calls_per_day_avg: f64,
    /// How much more is stored than when it was first measured in the period.
    pub storage_growth_gb: Option<f64>,
    /// The most people who used pages within five minutes of each other, as one process saw them.
    pub peak_concurrent_users: i64,
    /// Milliseconds until an answer began, on average over calls and pages.
    pub avg_response_time_ms: Option<f64>,
}

/// How well it went.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerformanceFields {
    /// The part of looks from outside that were answered, in hundredths.
    pub uptime_percentage: Option<f64>,
    /// The part of calls and pages that failed by our fault, from 0 to 1.
    pub error_rate: Option<f64>,
    /// The part of reads that a cache answered: there is none.
    pub cache_hit_rate: Option<f64>,
    /// Milliseconds that a piece of work in the database took, on average.
    pub database_query_avg_ms: Option<f64>,
}

/// Where things go: increasing, steady or decreasing; of rates increasing, stable or decreasing.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrendsFields {
    /// How many people there are.
    pub user_growth: Option<String>,
    /// How much is stored.
    pub storage_usage: Option<String>,
    /// Calls of the API.
    pub api_usage: Option<String>,
    /// The part of calls and pages that failed by our fault.
    pub error_rate: Option<String>,
}

/// The parts by which it was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SegmentFields {
    /// users, storage or api.
    pub by: String,
    /// Each part.
    pub parts: Vec<PartFields>,
}

/// One part.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartFields {
    /// A role, a table, or a route.
    pub name: String,
    /// People, bytes, or calls.
    pub amount: i64,
    /// Of all, from 0 to 1; null where all is nothing.
    pub share: Option<f64>,
}
