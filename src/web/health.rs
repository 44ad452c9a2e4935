//! What a load balancer asks: is the process alive, and may it be sent requests.

use actix_web::HttpResponse;
use actix_web::web::{self, Data};

use crate::app::App;

/// `GET /livez`: the process answers; whether its database does is not asked.
pub async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers too.
pub async fn ready(app: Data<App>) -> HttpResponse {
    let store = app.store.clone();
    match web::block(move || store.answers()).await {
        Ok(true) => HttpResponse::Ok().body("ok\n"),
        _ => HttpResponse::ServiceUnavailable().body("the database does not answer\n"),
    }
}
