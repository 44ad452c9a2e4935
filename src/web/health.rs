//! What a load balancer asks: is the process alive, and may it be sent requests. Neither question waits
//! for a connection or a thread: a full house must still answer.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::app::App;

/// `GET /livez`: the process answers; whether its database does is not asked.
pub async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database was there when it was last looked at, a moment ago, and was found safe,
/// and this process was not told to stop.
pub async fn ready(app: Data<App>) -> HttpResponse {
    let (mut answer, word) = if app.store.health().is_ready() {
        (HttpResponse::Ok(), "ok\n")
    } else {
        (
            HttpResponse::ServiceUnavailable(),
            "not now: the database does not answer, or this process is stopping\n",
        )
    };
    answer.content_type("text/plain; charset=utf-8").body(word)
}
