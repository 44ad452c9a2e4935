//! The HTTP server: the app wired with its middleware, from the outermost to the routes.

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, PathConfig};
use actix_web::{App as Routes, HttpServer};
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::problem::Problem;
use crate::route::{AtBase, AtPlatform};
use crate::web::{assets, body, cookies, csrf, headers, leaving, peer};
use crate::{logging, measure, metrics, problem, routes, session};

/// Binds the listener and begins to serve. Answers the running server and the port it got.
///
/// # Errors
/// The address cannot be listened on.
pub fn start(app: Data<App>, secret: &SecretString) -> std::io::Result<(Server, u16)> {
    let server = app.config.server.clone();
    let config = Data::new(app.config.clone());
    let at_platform = AtPlatform(app.config.platform.clone());
    let at_base = AtBase::of(&app.config);
    let key = session::cookie_key(secret.expose_secret());
    // Each worker may use them all: the gates bound how many are busy at once.
    let database = &app.config.database;
    let connections = database.pool.saturating_add(database.platform_pool);
    let connections = connections.saturating_add(app.config.console.connections);
    // Tenants with connections to themselves do not pass the gate that all share.
    let connections = connections.saturating_add(database.dedicated + 1);
    let blocking = usize::try_from(connections).unwrap_or(4).max(1);
    let origins = app.config.api.origins.clone();
    let listening = HttpServer::new(move || {
        // Listed from the inside out: the last one wrapped sees a request first.
        Routes::new()
            .app_data(app.clone())
            .app_data(config.clone())
            // A value of a path that is none of its kind is a path that leads nowhere, in our own words.
            .app_data(PathConfig::default().error_handler(|_, _| Problem::not_found().into()))
            .wrap(from_fn(cookies::keep_ours))
            .wrap(from_fn(csrf::refuse_foreign_writes))
            .wrap(from_fn(body::refuse_compressed))
            .wrap(from_fn(peer::examine))
            .wrap(from_fn(problem::show))
            .wrap(from_fn(measure::each_request))
            .wrap(Compress::default())
            .wrap(from_fn(logging::each_request))
            .wrap(from_fn(metrics::each_request))
            .wrap(from_fn(headers::dress))
            .wrap(from_fn(leaving::say_goodbye))
            .wrap(from_fn(body::end_with_unread))
            .configure(|table| routes::all(table, &at_platform, &at_base, &key, &origins))
    })
    .workers(server.workers)
    .worker_max_blocking_threads(blocking)
    .max_connections(server.connections)
    .client_request_timeout(server.head_timeout)
    .keep_alive(server.keep_alive)
    .client_disconnect_timeout(server.goodbye_timeout)
    .shutdown_timeout(server.shutdown_timeout.as_secs())
    // Whoever closes their side is gone: what is done for them ends.
    .h1_allow_half_closed(false)
    .disable_signals()
    .bind(server.address())?;
    let port = listening
        .addrs()
        .first()
        .map_or(server.port, std::net::SocketAddr::port);
    // Compressing the browser's files takes a moment; nobody waits for it.
    std::thread::spawn(assets::warm);
    Ok((listening.run(), port))
}
