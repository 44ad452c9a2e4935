//! Figures for a collector. Labels come from fixed sets only: a route's pattern, a method, a class of
//! status, a kind of job; never a tenant, a path, an address or a person.

mod labels;
mod listener;
mod requests;
mod state;

use std::sync::Mutex;
use std::time::Instant;

use prometheus_client::encoding::text::encode;
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
    requests: requests::Requests,
    state: state::State,
    /// What the queue looked like a moment ago: however often somebody comes, the database is asked seldom.
    queue: Mutex<Option<(Instant, Vec<QueueFigure>)>>,
}

impl Metrics {
    /// Everything at nought.
    #[must_use]
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("tenantry");
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version that runs", version);
        Self {
            requests: requests::Requests::register(&mut registry),
            state: state::State::register(&mut registry),
            queue: Mutex::default(),
            registry,
        }
    }

    /// All figures as OpenMetrics text. It may ask the database, so it blocks.
    ///
    /// # Errors
    /// Never: writing into a text does not fail.
    pub fn text(&self, app: &App) -> Result<String, std::fmt::Error> {
        self.state.look(app, &self.queue);
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
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
