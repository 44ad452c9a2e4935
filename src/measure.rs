//! Measuring what a tenant uses of the doors: each request once, whose it was and what came of it. Where it is kept is in
//! `services::usage`.

mod counted;
mod party;

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use domain::{Meter, Sharer};
use services::usage::{Flusher, Who};

use crate::app::App;
use crate::live::EVENTS;
use crate::route::pattern;
use crate::routes::api::ROOT;
use counted::Counted;
pub use party::Party;

/// The door at which people sign in.
const SIGN_IN: &str = "/sign-in";

/// A request of a tenant that was answered.
#[derive(Debug)]
struct Answered {
    app: Data<App>,
    party: Party,
    is_call: bool,
    /// Whether it follows a page that was asked for before: nobody's wish, of which only the bytes are measured.
    follows: bool,
    endpoint: Option<String>,
    signs_in: bool,
    status: StatusCode,
    took: Duration,
    bytes_in: i64,
}

/// Starts the thread that writes down what was measured.
///
/// # Errors
/// The system's, when it gives no more threads.
pub fn start(app: &App) -> std::io::Result<Flusher> {
    let clock = app.clock.clone();
    let usage = Arc::clone(&app.usage);
    Flusher::start(usage, app.store.clone(), move || clock.now())
}

/// Middleware, where answers are not compressed yet: notes each request of a tenant once its answer went or was given up.
///
/// # Errors
/// Those of the inner service.
pub async fn each_request<B: MessageBody + 'static>(
    app: Data<App>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Counted>, Error> {
    let start = Instant::now();
    let is_post = request.method() == Method::POST;
    let is_call = request.path().starts_with(ROOT);
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let response = next.call(request).await?;
    let party = response.request().extensions().get::<Party>().cloned();
    let endpoint = pattern(response.request());
    // Of the API only what a key was proven for counts: else strangers would use up what others pay for.
    let party = party.filter(|party| !is_call || party.who.get().is_some());
    let answered = party.map(|party| Answered {
        party,
        app,
        is_call,
        follows: is_of_events(response.headers()),
        signs_in: is_post && endpoint.as_deref() == Some(SIGN_IN),
        endpoint,
        status: response.status(),
        took: start.elapsed(),
        bytes_in: length.unwrap_or(0),
    });
    Ok(response.map_body(|_, body| Counted::of(body.boxed(), answered)))
}

fn is_of_events(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(EVENTS.as_bytes()))
}

impl Answered {
    fn note(self, bytes_out: i64) {
        let at = self.app.clock.now();
        let (usage, tenant) = (&self.app.usage, self.party.tenant);
        let micros = i64::try_from(self.took.as_micros()).unwrap_or(i64::MAX);
        let (all, errors, sum, times) = if self.is_call {
            (
                Meter::API_CALLS,
                Meter::API_ERRORS,
                Meter::API_MICROS,
                Meter::API_TIMES,
            )
        } else {
            (
                Meter::PAGE_VIEWS,
                Meter::PAGE_ERRORS,
                Meter::PAGE_MICROS,
                Meter::PAGE_TIMES,
            )
        };
        let failed = self.status.is_client_error() || self.status.is_server_error();
        let refused = self.is_call && self.status == StatusCode::TOO_MANY_REQUESTS;
        let admitted = self.signs_in && self.status == StatusCode::SEE_OTHER;
        let turned_away = self.signs_in && self.status == StatusCode::UNAUTHORIZED;
        let signs_in = self.signs_in.then_some(self.took);
        let endpoint = self.endpoint.as_deref();
        let metrics = &self.app.metrics;
        metrics.note(tenant, endpoint, self.status, signs_in);
        let endpoint = self.endpoint.map(|id| Who {
            kind: Sharer::Endpoint,
            id,
        });
        let who = self.party.who.get().cloned().flatten();
        let feature = self.party.feature.get().filter(|_| !failed);
        usage.note(tenant, at, |notes| {
            notes.add(&Meter::BYTES_IN, self.bytes_in);
            notes.add(&Meter::BYTES_OUT, bytes_out);
            if self.follows {
                return;
            }
            notes.add(&all, 1);
            notes.add(&errors, i64::from(self.status.is_server_error()));
            notes.add(&Meter::API_REFUSED, i64::from(refused));
            notes.add(&Meter::SIGN_INS, i64::from(admitted));
            notes.add(&Meter::SIGN_INS_REFUSED, i64::from(turned_away));
            notes.add(&sum, micros);
            notes.time(&times, micros.unsigned_abs());
            for who in endpoint.iter().chain(&who) {
                notes.share(&all, who);
            }
            if let Some(person) = who.as_ref().filter(|who| who.kind == Sharer::User) {
                notes.see(&person.id);
            }
            if let Some((feature, who)) = feature.zip(who.as_ref()) {
                notes.share(&Meter::feature(feature.key()), who);
            }
        });
    }
}
