//! From what was found of tenants to what programs see of it.

use domain::TenantId;
use domain::checkup::Part;
use serde_json::Value as Json;
use services::checkups::{Checkup, Counts, Listed, Listing, Uptime};

use super::UNCHECKED;
use super::fields::{
    HealthCounts, HealthFields, HealthOfTenant, HealthOfTenants, HealthPartFields, HealthRow,
    UptimeFields,
};

impl From<Listing> for HealthOfTenants {
    fn from(of: Listing) -> Self {
        let Counts {
            healthy,
            degraded,
            unhealthy,
            unchecked,
        } = of.counts;
        let overall = match of.counts.is_all_well() {
            true => "healthy",
            false => "degraded",
        };
        Self {
            overall_status: overall.to_owned(),
            total_tenants: of.counts.all(),
            counts: HealthCounts {
                healthy,
                degraded,
                unhealthy,
                unchecked,
            },
            tenants: of.tenants.into_iter().map(HealthRow::from).collect(),
            pagination: of.pagination.into(),
        }
    }
}

impl From<Listed> for HealthRow {
    fn from(of: Listed) -> Self {
        Self {
            id: of.id.to_string(),
            name: of.name,
            tenant_status: of.status.to_string(),
            health: HealthFields::from(of.checkup),
        }
    }
}

impl From<Option<Checkup>> for HealthFields {
    fn from(of: Option<Checkup>) -> Self {
        let found = of.as_ref();
        let parts = found.and_then(|one| one.parts.as_ref());
        let status = found.map_or(UNCHECKED, |one| one.health.as_str());
        Self {
            status: status.to_owned(),
            since: found.map(|one| one.since),
            database: parts.map(|parts| HealthPartFields::of(&parts.database)),
            resources: parts.map(|parts| HealthPartFields::of(&parts.resources)),
            services: parts.map(|parts| HealthPartFields::of(&parts.services)),
            integrations: parts.map(|parts| HealthPartFields::of(&parts.integrations)),
            user_count: found.and_then(|one| one.people),
            response_time_ms: found.and_then(|one| one.milliseconds),
            last_checked: found.map(|one| one.checked_at),
            error: of.and_then(|one| one.trouble),
        }
    }
}

impl HealthPartFields {
    fn of(part: &Part) -> Self {
        Self {
            status: part.state.to_string(),
            message: part.message.clone(),
            details: Json::Object(part.details.clone()),
        }
    }
}

impl HealthOfTenant {
    pub(crate) fn of(tenant: TenantId, checkup: Option<Checkup>, uptime: &[Uptime]) -> Self {
        let up = |one: &Uptime| UptimeFields {
            period: one.period.to_string(),
            probes: one.made,
            failed: one.failed,
            percent: one
                .share()
                .and_then(|tenths| i32::try_from(tenths).ok())
                .map(|tenths| f64::from(tenths) / 10.0),
        };
        Self {
            tenant_id: tenant.to_string(),
            health: checkup.into(),
            uptime: uptime.iter().map(up).collect(),
        }
    }

    /// As the tenant itself reads it.
    pub(in crate::api) fn without_error(mut self) -> Self {
        self.health.error = None;
        self
    }
}
