//! The listener of `/metrics`: apart from that of the pages, so that no host and no proxy of theirs leads here.

use actix_web::dev::Server;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Data};
use actix_web::{App as Routes, HttpResponse, HttpServer};

use crate::app::App;

/// The form of the text, as collectors ask for it.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Binds the listener, where one is set. Answers the running server and the port it got.
///
/// # Errors
/// The address cannot be listened on; the error names it.
pub fn start(app: &Data<App>) -> std::io::Result<Option<(Server, u16)>> {
    let Some(address) = app.config.metrics.address() else {
        return Ok(None);
    };
    let shared = app.clone();
    let listening = HttpServer::new(move || {
        Routes::new()
            .app_data(shared.clone())
            .route("/metrics", web::get().to(show))
    })
    .workers(1)
    .worker_max_blocking_threads(2)
    .max_connections(64)
    .shutdown_timeout(1)
    .disable_signals()
    .bind(address)
    .map_err(|error| {
        std::io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })?;
    let port = listening
        .addrs()
        .first()
        .map_or(address.port(), std::net::SocketAddr::port);
    tracing::info!(address = %address.ip(), port, "metrics are served");
    Ok(Some((listening.run(), port)))
}

async fn show(app: Data<App>) -> HttpResponse {
    let text = web::block(move || app.metrics.text(&app)).await;
    match text {
        Ok(Ok(text)) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, OPEN_METRICS))
            .body(text),
        _ => HttpResponse::ServiceUnavailable().finish(),
    }
}
