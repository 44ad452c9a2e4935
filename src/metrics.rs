//! Figures for a collector. Labels come from fixed sets only: a route's pattern, a method, a class of
//! status, a kind of job, one of a few tenants' ids; never a path, an address or a person.

mod fleet;
mod labels;
mod listener;
mod requests;
mod state;
mod tenants;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use domain::TenantId;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use services::jobs::QueueFigure;

use crate::app::App;

pub use listener::start;
pub use requests::each_request;

/// What is counted, and what is asked when somebody comes for it.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Those whose names other products know too: without a prefix.
    common: Registry,
    requests: requests::Requests,
    state: state::State,
    tenants: tenants::Tenants,
    /// What the queue looked like a moment ago: however often somebody comes, the database is asked seldom.
    queue: Mutex<Option<(Instant, Vec<QueueFigure>)>>,
}

impl Metrics {
    /// Everything at nought.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("tenantry");
        let mut common = Registry::default();
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version that runs", version);
        Self {
            requests: requests::Requests::register(&mut registry),
            state: state::State::register(&mut registry),
            queue: Mutex::default(),
            registry,
            tenants: tenants::Tenants::register(&mut common),
            common,
        }
    }

    /// All figures as OpenMetrics text. It may ask the database, so it blocks.
    ///
    /// # Errors
    /// Never: writing into a text does not fail.
    pub fn text(&self, app: &App) -> Result<String, std::fmt::Error> {
        self.state.look(app, &self.queue);
        self.tenants.look(app);
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode_registry(&mut text, &self.common)?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

impl Metrics {
    /// Notes a request of a tenant that was answered; `signs_in` where it was a try to sign in, with how long it took.
    pub fn note(
        &self,
        tenant: TenantId,
        endpoint: Option<&str>,
        status: StatusCode,
        signs_in: Option<Duration>,
    ) {
        self.tenants.note(tenant, endpoint, status, signs_in);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// Registers a family under this name.
fn family<S, M>(registry: &mut Registry, name: &str, help: &str, family: &Family<S, M>)
where
    Family<S, M>: prometheus_client::registry::Metric + Clone,
{
    registry.register(name, help, family.clone());
}
