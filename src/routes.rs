//! The table of contents: each route, its handler, and with the handler's `Tenant<…>` its permission.

use actix_web::web::{self, ServiceConfig, get};

use crate::problem::Problem;
use crate::web::{assets, health, theme};

/// Every route there is.
pub fn all(routes: &mut ServiceConfig) {
    routes
        // Anyone, on any host
        .route("/livez", get().to(health::live))
        .route("/readyz", get().to(health::ready))
        .route("/assets/{file}", get().to(assets::file))
        .route("/theme.css", get().to(theme::sheet))
        .route("/icon.svg", get().to(theme::icon))
        .default_service(web::to(|| async { Err::<String, _>(Problem::not_found()) }));
}
