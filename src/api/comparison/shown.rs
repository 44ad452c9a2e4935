//! From what was found to what programs see of it.

use std::collections::BTreeMap;

use services::analytics::Figure;
use services::comparison::{Comparison, Part, Tenant};

use super::asked::Asked;
use super::fields::{
    AggregatedFields, CrossTenantAnalytics, PlatformHealthFields, RevenueFields,
    TenantBesideFields, TenantsFields,
};
use crate::api::usage::gigabytes;

impl CrossTenantAnalytics {
    pub(super) fn of(found: &Comparison, asked: &Asked) -> Self {
        let (totals, health) = (&found.totals, &found.health);
        let mut absent = BTreeMap::new();
        let aggregated_metrics = asked.some("aggregated_metrics", || {
            let mut why = |name: &str, why: &'static str| {
                absent.insert(format!("aggregated_metrics.{name}"), why.to_owned());
            };
            AggregatedFields {
                total_users: or(totals.users, |of| why("total_users", of)),
                active_users: or(totals.active, |of| why("active_users", of)),
                total_storage_gb: or(totals.bytes, |of| why("total_storage_gb", of)).map(gigabytes),
                total_api_calls: or(totals.calls, |of| why("total_api_calls", of)),
                average_response_time_ms: or(totals.response_ms, |of| {
                    why("average_response_time_ms", of);
                }),
                platform_uptime: or(totals.uptime, |of| why("platform_uptime", of)),
                total_resources: totals.told.clone(),
            }
        });
        let platform_health = asked.some("platform_health", || {
            let mut why = |name: &str, why: &'static str| {
                absent.insert(format!("platform_health.{name}"), why.to_owned());
            };
            PlatformHealthFields {
                overall_status: health.status.to_owned(),
                resource_utilization: or(health.utilization, |of| why("resource_utilization", of)),
                error_rate: or(health.error_rate, |of| why("error_rate", of)),
                performance_score: or(health.score, |of| why("performance_score", of)),
            }
        });
        let compares = asked.some("tenant_comparison", || ()).is_some();
        Self {
            period: asked.period.to_string(),
            tenants_included: totals.tenants,
            aggregated_metrics,
            tenant_comparison: compares.then(|| found.tenants.iter().map(compared).collect()),
            pagination: compares.then(|| found.pagination.into()),
            segments: asked
                .segment
                .map(|_| found.parts.iter().map(together).collect()),
            revenue: asked.some("revenue", || revenue(found)),
            platform_health,
            absent,
        }
    }
}

fn or<T>(figure: Figure<T>, why: impl FnOnce(&'static str)) -> Option<T> {
    figure.map_err(why).ok()
}

fn compared(of: &Tenant) -> TenantBesideFields {
    let row = &of.row;
    TenantBesideFields {
        tenant_id: of.id().to_string(),
        name: row.name.clone(),
        plan: row.plan.clone(),
        status: row.status.clone(),
        placement: row.placement.clone(),
        node: row.node.clone(),
        user_count: row.users,
        active_users: row.active,
        storage_gb: row.bytes.map(gigabytes),
        api_calls: row.calls,
        requests: row.requests,
        avg_response_time_ms: of.response_ms(),
        growth_rate: of.growth.ok(),
        total_revenue_cents: of.pays.as_ref().ok().map(|pays| pays.0),
        currency: of.pays.as_ref().ok().map(|pays| pays.1.clone()),
        resources: of.told.clone(),
        churn_risk: of.risk.to_string(),
        churn_signs: of.signs.iter().map(ToString::to_string).collect(),
    }
}

fn together(part: &Part) -> TenantsFields {
    TenantsFields {
        name: part.name.clone(),
        tenants: part.tenants,
        total_users: part.users,
        active_users: part.active,
        total_storage_gb: part.bytes.map(gigabytes),
        total_api_calls: part.calls,
    }
}

fn revenue(found: &Comparison) -> Vec<RevenueFields> {
    let each = found.revenue.iter().map(|one| RevenueFields {
        plan: one.plan.clone(),
        currency: one.currency.clone(),
        paying_tenants: one.paying,
        total_cents: one.cents,
        agreed_tenants: one.agreed,
    });
    each.collect()
}
