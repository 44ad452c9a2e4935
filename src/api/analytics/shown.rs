//! From what was found to what programs see of it.

use std::collections::BTreeMap;

use domain::{TenantId, Trend};
use services::analytics::{Analytics, Figure};

use super::asked::Asked;
use super::fields::{
    AnalyticsOfTenant, CohortFields, FiguresFields, PartFields, PerformanceFields, SegmentFields,
    TrendsFields, UsageFields, UserFields,
};

/// Why figures are null.
#[derive(Default)]
struct Absent(BTreeMap<String, String>);

impl Absent {
    /// The figure, or nothing and the reason kept.
    fn or<T>(&mut self, group: &str, name: &str, figure: Figure<T>) -> Option<T> {
        let noted = figure.map_err(|why| self.0.insert(format!("{group}.{name}"), why.to_owned()));
        noted.ok()
    }
}

impl AnalyticsOfTenant {
    pub(super) fn of(tenant: TenantId, found: &Analytics, asked: &Asked) -> Self {
        let mut absent = Absent::default();
        let analytics = FiguresFields {
            user_metrics: asked.some("user_metrics", || users(found, &mut absent)),
            usage_metrics: asked.some("usage_metrics", || usage(found, &mut absent)),
            feature_adoption: asked.some("feature_adoption", || {
                let each = found.adoption.iter().map(|one| {
                    let key = one.feature.key();
                    (key.to_owned(), absent.or("feature_adoption", key, one.rate))
                });
                each.collect()
            }),
            performance_metrics: asked.some("performance_metrics", || {
                let mut of = |name, figure| absent.or("performance_metrics", name, figure);
                PerformanceFields {
                    uptime_percentage: of("uptime_percentage", found.uptime()),
                    error_rate: of("error_rate", found.error_rate()),
                    cache_hit_rate: of("cache_hit_rate", found.cache_hits()),
                    database_query_avg_ms: of("database_query_avg_ms", found.database_ms()),
                }
            }),
        };
        Self {
            period: found.period.to_string(),
            tenant_id: tenant.to_string(),
            analytics,
            trends: asked.some("trends", || trends(found, &mut absent)),
            segment: asked.segment.map(|by| SegmentFields {
                by: by.word().to_owned(),
                parts: parts(&found.parts),
            }),
            absent: absent.0,
        }
    }
}

fn users(found: &Analytics, absent: &mut Absent) -> UserFields {
    let people = &found.people;
    let mut of = |name, figure| absent.or("user_metrics", name, figure);
    UserFields {
        total_users: people.total,
        active_users: people.active,
        active_users_30d: people.active_month,
        new_users: people.new,
        new_users_30d: people.new_month,
        user_retention_rate: of("user_retention_rate", people.retention),
        avg_session_duration_minutes: of("avg_session_duration_minutes", people.stay_minutes),
        user_growth_rate: of("user_growth_rate", people.growth),
        cohorts: found
            .cohorts
            .iter()
            .map(|cohort| CohortFields {
                week: cohort.first_day.to_string(),
                joined: cohort.joined,
                came: cohort.came.clone(),
            })
            .collect(),
    }
}

fn usage(found: &Analytics, absent: &mut Absent) -> UsageFields {
    let mut of = |name, figure| absent.or("usage_metrics", name, figure);
    UsageFields {
        api_calls_total: found.calls(),
        api_calls_per_day_avg: found.calls_a_day(),
        storage_growth_gb: of("storage_growth_gb", found.storage_growth()),
        peak_concurrent_users: found.at_once(),
        avg_response_time_ms: of("avg_response_time_ms", found.response_ms()),
    }
}

fn trends(found: &Analytics, absent: &mut Absent) -> TrendsFields {
    let mut of = |name, figure: Figure<Trend>| absent.or("trends", name, figure);
    let amount = |trend: Trend| trend.to_string();
    TrendsFields {
        user_growth: of("user_growth", found.trends.users).map(amount),
        storage_usage: of("storage_usage", found.trends.storage).map(amount),
        api_usage: of("api_usage", found.trends.calls).map(amount),
        error_rate: of("error_rate", found.trends.errors).map(|trend| trend.of_rate().to_owned()),
    }
}

fn parts(of: &[(String, i64)]) -> Vec<PartFields> {
    let all: i64 = of.iter().fold(0, |sum, part| sum.saturating_add(part.1));
    let part = |(name, amount): &(String, i64)| PartFields {
        name: name.clone(),
        amount: *amount,
        share: services::analytics::ratio(*amount, all),
    };
    of.iter().map(part).collect()
}
