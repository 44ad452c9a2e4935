//! What requests come and how they are answered: counted by route, method and class of status.

use std::time::Instant;

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web::Data,
};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::family;
use super::labels::{class, door, method, outcome};
use crate::app::App;
use crate::route::pattern;

/// Seconds, from a page out of memory to the longest that anybody waits.
const SECONDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// The door at which people sign in.
const SIGN_IN: &str = "/sign-in";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    method: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    route: String,
    method: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Tried {
    door: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone)]
struct Seconds;

impl MetricConstructor<Histogram> for Seconds {
    fn new_metric(&self) -> Histogram {
        Histogram::new(SECONDS)
    }
}

/// The counters of requests.
#[derive(Debug)]
pub(super) struct Requests {
    answered: Family<Answered, Counter>,
    seconds: Family<Asked, Histogram, Seconds>,
    in_flight: Gauge,
    sign_ins: Family<Tried, Counter>,
}

impl Requests {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let requests = Self {
            answered: Family::default(),
            seconds: Family::new_with_constructor(Seconds),
            in_flight: Gauge::default(),
            sign_ins: Family::default(),
        };
        family(
            registry,
            "requests",
            "Requests answered, by the pattern of their route",
            &requests.answered,
        );
        registry.register(
            "request_duration_seconds",
            "Time from a request's head to its answer's",
            requests.seconds.clone(),
        );
        registry.register(
            "requests_in_flight",
            "Requests being answered",
            requests.in_flight.clone(),
        );
        family(
            registry,
            "sign_ins",
            "Tries to sign in with a password, by what came of them",
            &requests.sign_ins,
        );
        requests
    }

    fn note(&self, asked: Asked, door: &'static str, status: StatusCode, seconds: f64) {
        if asked.route == SIGN_IN && asked.method == "POST" {
            let outcome = outcome(status);
            self.sign_ins.get_or_create(&Tried { door, outcome }).inc();
        }
        self.seconds.get_or_create(&asked).observe(seconds);
        let answered = Answered {
            route: asked.route,
            method: asked.method,
            status: class(status),
        };
        self.answered.get_or_create(&answered).inc();
    }
}

/// Counts a request as running until dropped, also when its client goes away first.
struct InFlight(Gauge);

impl InFlight {
    fn begin(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Middleware: counts a request, whatever becomes of it.
///
/// # Errors
/// Those of the inner service.
pub async fn each_request<B: MessageBody + 'static>(
    app: Data<App>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let start = Instant::now();
    let method = method(request.method());
    let requests = &app.metrics.requests;
    let running = InFlight::begin(&requests.in_flight);
    let result = next.call(request).await;
    drop(running);
    let status = match &result {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    let (door, route) = match &result {
        Ok(response) => (door(&app, response.request()), pattern(response.request())),
        // Refused before anybody looked who comes and where to.
        Err(_) => ("none", None),
    };
    let asked = Asked {
        route: route.unwrap_or_else(|| "none".to_owned()),
        method,
    };
    requests.note(asked, door, status, start.elapsed().as_secs_f64());
    result
}
