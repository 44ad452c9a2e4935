//! The last word of a process that was told to stop: each answer ends its connection, so that a proxy that
//! keeps connections open has none left to send on when the listener closes.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{ConnectionType, Version},
    middleware::Next,
    web::Data,
};

use crate::app::App;

/// Middleware: closes the connection after the answer once the process is leaving.
///
/// # Errors
/// Those of the inner service.
pub async fn say_goodbye<B: MessageBody + 'static>(
    app: Data<App>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut answered = next.call(request).await?;
    if app.store.health().is_leaving() && answered.request().version() <= Version::HTTP_11 {
        answered
            .response_mut()
            .head_mut()
            .set_connection_type(ConnectionType::Close);
    }
    Ok(answered)
}
