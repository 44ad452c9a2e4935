//! All tenants side by side, as programs see it. What was not asked for is left out; what is not known is null, and `absent` says why.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::fields::Pages;

/// All tenants side by side.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrossTenantAnalytics {
    /// 7d, 30d or 90d, today included.
    pub period: String,
    /// How many tenants are in it.
    pub tenants_included: i64,
    /// What they come to together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregated_metrics: Option<AggregatedFields>,
    /// Each beside the others, a page of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_comparison: Option<Vec<TenantBesideFields>>,
    /// Where that page stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<Pages>,
    /// Put together by what was asked for, the most tenants first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<TenantsFields>>,
    /// What the tenants of each plan pay a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revenue: Option<Vec<RevenueFields>>,
    /// How the platform does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_health: Option<PlatformHealthFields>,
    /// Why a figure is null, by its place: `aggregated_metrics.platform_uptime`.
    pub absent: BTreeMap<String, String>,
}

/// What tenants come to together.
#[derive(Debug, Serialize, ToSchema)]
pub struct AggregatedFields {
    /// People who take a seat.
    pub total_users: Option<i64>,
    /// People who used pages in the period.
    pub active_users: Option<i64>,
    /// Stored, as it was measured last.
    pub total_storage_gb: Option<f64>,
    /// Calls of the API.
    pub total_api_calls: Option<i64>,
    /// Milliseconds until an answer began, on average over calls and pages.
    pub average_response_time_ms: Option<f64>,
    /// The part of looks from outside that were answered, in hundredths.
    pub platform_uptime: Option<f64>,
    /// What applications said was used in the period, by resource.
    pub total_resources: BTreeMap<String, i64>,
}

/// One tenant beside the others. A figure is null where nothing was measured of the tenant in the period.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantBesideFields {
    /// Which.
    pub tenant_id: String,
    /// As it is shown.
    pub name: String,
    /// Its plan.
    pub plan: String,
    /// Its state.
    pub status: String,
    /// shared, schema or database; null where it lives nowhere yet.
    pub placement: Option<String>,
    /// The server that it lives on.
    pub node: Option<String>,
    /// People who take a seat.
    pub user_count: Option<i64>,
    /// People who used pages.
    pub active_users: Option<i64>,
    /// Stored.
    pub storage_gb: Option<f64>,
    /// Calls of the API.
    pub api_calls: Option<i64>,
    /// Calls and pages together.
    pub requests: Option<i64>,
    /// Milliseconds until an answer began, on average.
    pub avg_response_time_ms: Option<f64>,
    /// How many more people there are than at the end of the period before, as a part of those; null where there was nobody.
    pub growth_rate: Option<f64>,
    /// What it pays a month, in hundredths of the currency: the plan's price and what more of something costs. Null where the price
    /// was agreed on by itself; nothing while it is tried or rests.
    pub total_revenue_cents: Option<i64>,
    /// In which currency.
    pub currency: Option<String>,
    /// What its application said was used in the period, by resource: orders, transactions.
    pub resources: BTreeMap<String, i64>,
    /// low, medium (one sign) or high (silence, or two signs).
    pub churn_risk: String,
    /// silent, fewer_people, fewer_calls, trial_ending, limit_pressing.
    pub churn_signs: Vec<String>,
}

/// Tenants with something in common.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantsFields {
    /// A plan, placement, server or state; empty of those that live nowhere yet.
    pub name: String,
    /// How many they are.
    pub tenants: i64,
    /// People who take a seat; each figure is null where nothing was measured of any of them.
    pub total_users: Option<i64>,
    /// People who used pages.
    pub active_users: Option<i64>,
    /// Stored.
    pub total_storage_gb: Option<f64>,
    /// Calls of the API.
    pub total_api_calls: Option<i64>,
}

/// What tenants of a plan pay a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevenueFields {
    /// The plan's name.
    pub plan: String,
    /// The currency; empty where no price is known.
    pub currency: String,
    /// How many pay a price that is known.
    pub paying_tenants: i64,
    /// All of it, in hundredths.
    pub total_cents: i64,
    /// How many have a price that was agreed on by itself, which is not in the sum.
    pub agreed_tenants: i64,
}

/// How the platform does.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformHealthFields {
    /// healthy, or degraded where a server or database did not answer when it was looked at last.
    pub overall_status: String,
    /// Connections in use on all servers, as a part of those that there may be.
    pub resource_utilization: Option<f64>,
    /// The part of calls and pages that failed by our fault, from 0 to 1.
    pub error_rate: Option<f64>,
    /// From 0 to 100: half of it for answering, three tenths for no errors, two tenths for quick answers.
    pub performance_score: Option<f64>,
}
