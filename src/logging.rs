//! Logs: how lines look, and the one line that each request leaves.
//! Never in a line: addresses with their query, cookies, tokens, addresses of mail.

use std::{fmt::Display, io, io::IsTerminal, time::Instant};

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
};
use tracing::{Instrument, info_span};
use tracing_subscriber::{EnvFilter, fmt, fmt::MakeWriter};

use crate::{
    config::{Format, Log},
    route::pattern,
    web::headers::RequestId,
};

/// Starts logging to standard error; a second call changes nothing.
///
/// # Errors
/// When the filter cannot be read.
pub fn start(log: &Log) -> anyhow::Result<()> {
    let pretty = match log.format {
        Format::Auto => io::stderr().is_terminal(),
        Format::Pretty => true,
        Format::Json => false,
    };
    let lines = subscriber(EnvFilter::try_new(&log.filter)?, pretty, io::stderr);
    // Only a test has a subscriber already, and keeps it.
    let _ = tracing::subscriber::set_global_default(lines);
    Ok(())
}

fn subscriber<W>(
    filter: EnvFilter,
    pretty: bool,
    writer: W,
) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt().with_env_filter(filter).with_writer(writer);
    if pretty {
        Box::new(
            lines
                .compact()
                .with_target(false)
                .with_ansi(io::stderr().is_terminal())
                .finish(),
        )
    } else {
        Box::new(lines.json().flatten_event(true).finish())
    }
}

/// The tenant of a request, as its line shows it.
struct LoggedTenant(String);

/// Lets the request's line name its tenant; called where the host was resolved.
pub fn note_tenant(request: &HttpRequest, tenant: impl Display) {
    request
        .extensions_mut()
        .insert(LoggedTenant(tenant.to_string()));
}

/// Middleware, inside [`crate::web::headers::dress`]: one line a request, with the route's pattern instead of its address.
///
/// # Errors
/// Those of the inner service.
pub async fn each_request<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let start = Instant::now();
    let id = request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.to_string())
        .unwrap_or_default();
    let method = request.method().to_string();
    let span = info_span!("request", request_id = id);
    let result = next.call(request).instrument(span).await;
    let (status, route, tenant) = match &result {
        Ok(response) => (
            response.status(),
            pattern(response.request()),
            response
                .request()
                .extensions()
                .get::<LoggedTenant>()
                .map(|tenant| tenant.0.clone()),
        ),
        Err(error) => (error.as_response_error().status_code(), None, None),
    };
    let line = Line {
        id,
        method,
        route: route.as_deref().unwrap_or("none"),
        status,
        tenant: tenant.as_deref().unwrap_or_default(),
    };
    line.write(start.elapsed().as_secs_f64() * 1_000.0);
    result
}

struct Line<'a> {
    id: String,
    method: String,
    route: &'a str,
    status: StatusCode,
    tenant: &'a str,
}

impl Line<'_> {
    fn write(&self, ms: f64) {
        let Self {
            id,
            method,
            route,
            status,
            tenant,
        } = self;
        let (status, ms) = (status.as_u16(), (ms * 10.0).round() / 10.0);
        if status >= 500 {
            tracing::error!(
                request_id = id,
                method,
                route,
                status,
                ms,
                tenant,
                "request"
            );
        } else {
            tracing::info!(
                request_id = id,
                method,
                route,
                status,
                ms,
                tenant,
                "request"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use std::{
        io::Write,
        sync::{Arc, Mutex},
    };

    use actix_web::{
        App,
        middleware::from_fn,
        test::{TestRequest, call_service, init_service},
        web::{self, Data},
    };

    use super::*;
    use crate::{
        config::{Config, Sources},
        web::headers,
    };

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    async fn line(pretty: bool) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let guard = tracing::subscriber::set_default(subscriber(
            EnvFilter::new("info"),
            pretty,
            move || writer.clone(),
        ));
        let app = init_service(
            App::new()
                .app_data(Data::new(Config::read(&Sources::default()).unwrap()))
                .route(
                    "/invitations/{token}",
                    web::get().to(|request: HttpRequest| async move {
                        note_tenant(&request, "tenant_1");
                        "x"
                    }),
                )
                .wrap(from_fn(each_request))
                .wrap(from_fn(headers::dress)),
        )
        .await;
        let request = TestRequest::with_uri(
            "/invitations/PLANTED?password=PLANTED&email=PLANTED@x.y&api_key=PLANTED",
        )
        .insert_header(("cookie", "session=PLANTED"))
        .insert_header(("authorization", "Bearer PLANTED"))
        .insert_header(("x-api-key", "PLANTED"))
        .insert_header(("x-tenant-id", "PLANTED"))
        .insert_header(("referer", "http://a.localhost/?PLANTED"));
        call_service(&app, request.to_request()).await;
        drop(guard);
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[actix_web::test]
    async fn ses_11_a_requests_line_names_the_route_and_no_secret() {
        let json = line(false).await;
        assert_eq!(json.lines().count(), 1, "{json}");
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value.get("route").unwrap(), "/invitations/{token}");
        assert_eq!(value.get("status").unwrap(), 200);
        assert_eq!(value.get("tenant").unwrap(), "tenant_1");
        assert_eq!(value.get("request_id").unwrap().as_str().unwrap().len(), 36);
        assert!(value.get("ms").unwrap().is_number());
        let pretty = line(true).await;
        assert!(pretty.contains("/invitations/{token}"), "{pretty}");
        assert!(
            !json.contains("PLANTED") && !pretty.contains("PLANTED"),
            "{json}{pretty}"
        );
    }
}
