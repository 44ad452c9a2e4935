//! Figures by tenant, by the names that the field's guides give them. There are as many labels as `metrics.tenants` allows: the
//! tenants with the most traffic of the last 30 days have series of their own, all others share `other`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use domain::TenantId;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use services::usage::{Standings, standings};

use super::family;
use super::fleet::Fleet;
use super::labels::class;
use crate::app::App;

/// How long it is told again which tenants are the greatest, and what they use.
const FOR: Duration = Duration::from_secs(60);
/// Whoever has no series of its own.
const OTHER: &str = "other";
/// Seconds until somebody who signs in has an answer: hashing a password is most of it.
const SECONDS: [f64; 9] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    tenant_id: String,
    endpoint: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Of {
    pub(super) tenant_id: String,
}

#[derive(Debug, Clone)]
struct Seconds;

impl MetricConstructor<Histogram> for Seconds {
    fn new_metric(&self) -> Histogram {
        Histogram::new(SECONDS)
    }
}

/// What is counted by tenant, and who is told apart.
#[derive(Debug)]
pub(super) struct Tenants {
    requests: Family<Answered, Counter>,
    auth: Family<Of, Histogram, Seconds>,
    fleet: Fleet,
    /// Each of the greatest with its label.
    told: RwLock<HashMap<TenantId, String>>,
    looked: Mutex<Option<Instant>>,
}

impl Tenants {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let tenants = Self {
            requests: Family::default(),
            auth: Family::new_with_constructor(Seconds),
            fleet: Fleet::register(registry),
            told: RwLock::default(),
            looked: Mutex::default(),
        };
        let requests = "Requests answered, by tenant, pattern of the route and class of status";
        family(registry, "tenant_requests", requests, &tenants.requests);
        registry.register(
            "tenant_auth_duration_seconds",
            "Time until somebody who signs in with a password has an answer, by tenant",
            tenants.auth.clone(),
        );
        tenants
    }

    /// Notes a request of a tenant that was answered; `signs_in` where it was a try to sign in.
    pub(super) fn note(
        &self,
        tenant: TenantId,
        endpoint: Option<&str>,
        status: StatusCode,
        signs_in: Option<Duration>,
    ) {
        let tenant_id = self.label(tenant);
        if let Some(took) = signs_in {
            let of = Of {
                tenant_id: tenant_id.clone(),
            };
            self.auth.get_or_create(&of).observe(took.as_secs_f64());
        }
        let answered = Answered {
            tenant_id,
            endpoint: endpoint.unwrap_or("none").to_owned(),
            status: class(status),
        };
        self.requests.get_or_create(&answered).inc();
    }

    /// Looks, where that was long ago, who is the greatest and what they use. Where the database is away it stays as it is.
    pub(super) fn look(&self, app: &App) {
        let most = app.config.metrics.tenants;
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if most == 0 || looked.is_some_and(|at| at.elapsed() < FOR) {
            return;
        }
        let found = app
            .store
            .platform(app.clock.now(), |tx| standings(tx, i64::from(most)));
        let Ok(found) = found else {
            return;
        };
        *looked = Some(Instant::now());
        self.tell_apart(&found);
        self.fleet.set(&found);
    }

    /// Gives the greatest series of their own. Once one of them is none of the greatest any more its series end, and so that
    /// nobody's are left over all begin anew: a collector takes that as it takes a restart.
    fn tell_apart(&self, found: &Standings) {
        let label = |tenant: &TenantId| (*tenant, tenant.to_string());
        let fresh: HashMap<TenantId, String> = found.top.iter().map(label).collect();
        let mut told = self.told.write().unwrap_or_else(PoisonError::into_inner);
        if told.keys().any(|tenant| !fresh.contains_key(tenant)) {
            self.requests.clear();
            self.auth.clear();
        }
        *told = fresh;
    }

    fn label(&self, tenant: TenantId) -> String {
        let told = self.told.read().unwrap_or_else(PoisonError::into_inner);
        told.get(&tenant).map_or(OTHER, String::as_str).to_owned()
    }
}
