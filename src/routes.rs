//! The table of contents: each route, its handler, and with the handler's `Tenant<…>` its permission.

use actix_web::web::{self, ServiceConfig, get, post};

use crate::problem::Problem;
use crate::web::{
    assets, audit, health, invitation, mailbox, me, password, sessions, sign_in, theme,
};

/// Every route there is.
pub fn all(routes: &mut ServiceConfig) {
    routes
        // Anyone, on any host
        .route("/livez", get().to(health::live))
        .route("/readyz", get().to(health::ready))
        .route("/assets/{file}", get().to(assets::file))
        .route("/theme.css", get().to(theme::sheet))
        .route("/icon.svg", get().to(theme::icon))
        // Anyone, at a tenant's door
        .route("/sign-in", get().to(sign_in::form))
        .route("/sign-in", post().to(sign_in::submit))
        .route("/sign-out", post().to(sign_in::leave))
        .route("/password-reset", get().to(password::form))
        .route("/password-reset", post().to(password::ask))
        .route("/password-reset/{token}", get().to(password::choose))
        .route("/password-reset/{token}", post().to(password::set))
        .route("/invitations/{token}", get().to(invitation::page))
        .route("/invitations/{token}", post().to(invitation::accept))
        // Whoever sits at the machine, while developing
        .route("/dev/mailbox", get().to(mailbox::list))
        .route("/dev/mailbox/{name}", get().to(mailbox::letter))
        // Whoever is signed in, about themselves
        .route("/me", get().to(me::show))
        .route("/me", post().to(me::change))
        .route("/me/preferences", post().to(me::change_preferences))
        .route("/me/password", get().to(me::password::show))
        .route("/me/password", post().to(me::password::change))
        .route("/me/sessions", get().to(sessions::list))
        .route("/me/sessions/others/end", post().to(sessions::end_others))
        .route("/me/sessions/{id}/end", post().to(sessions::end))
        // Audit
        .route("/audit", get().to(audit::list))
        .route("/audit.csv", get().to(audit::export::csv))
        .route("/audit.ndjson", get().to(audit::export::ndjson))
        .route("/audit/verification", get().to(audit::verification))
        .route("/audit/{id}", get().to(audit::entry))
        .default_service(web::to(|| async { Err::<String, _>(Problem::not_found()) }));
}
