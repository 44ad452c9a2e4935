//! What there is of tenants and what they use, as the roll-ups have it: the same in every process.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use services::usage::Standings;

use super::family;
use super::tenants::Of;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Used {
    tenant_id: String,
    resource_type: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Status {
    status: String,
}

/// No label: as a family, what was never measured can be absent.
type Nothing = [(&'static str, &'static str); 0];

/// The gauges; what was never measured is absent.
#[derive(Debug, Default)]
pub(super) struct Fleet {
    active: Gauge,
    count: Family<Status, Gauge>,
    people: Family<Of, Gauge<f64, AtomicU64>>,
    used: Family<Used, Gauge<f64, AtomicU64>>,
    migration: Family<Nothing, Gauge<f64, AtomicU64>>,
}

impl Fleet {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let fleet = Self::default();
        let active = "Tenants whose pages or API somebody used within the last hour";
        registry.register("active_tenants_total", active, fleet.active.clone());
        family(registry, "tenant_count", "Tenants, by status", &fleet.count);
        let people = "People of the tenants with the most traffic, as of the last hour";
        family(registry, "tenant_users_total", people, &fleet.people);
        let used = "What the tenants with the most traffic used of a resource in the span that is limited, or have of it now";
        family(registry, "tenant_resource_usage", used, &fleet.used);
        let migration = "What the schemas of the latest rollouts took on average";
        family(
            registry,
            "migration_time_per_tenant_seconds",
            migration,
            &fleet.migration,
        );
        fleet
    }

    pub(super) fn set(&self, found: &Standings) {
        self.active.set(found.active);
        self.count.clear();
        for (status, count) in &found.tenants {
            let status = status.clone();
            self.count
                .get_or_create_owned(&Status { status })
                .set(*count);
        }
        self.people.clear();
        self.used.clear();
        for used in &found.used {
            let tenant_id = used.tenant.to_string();
            if used.resource == "users" {
                let of = Of {
                    tenant_id: tenant_id.clone(),
                };
                self.people.get_or_create_owned(&of).set(used.amount);
            }
            let gauge = self.used.get_or_create_owned(&Used {
                tenant_id,
                resource_type: used.resource.clone(),
            });
            gauge.set(used.amount);
        }
        if let Some(seconds) = found.migration_seconds {
            self.migration.get_or_create_owned(&[]).set(seconds);
        }
    }
}
