//! The tenant that a host names, where its pages are shown; elsewhere the way to where they are.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::web::Data;
use services::directory::TenantEntry;

use crate::app::App;
use crate::portal;
use crate::problem::Problem;
use crate::web::host::Host;
use crate::web::peer::Peer;

/// The tenant that is served at the host of this request; the catalogue is asked when it is not remembered.
pub(super) async fn resolve(
    request: &HttpRequest,
    app: &Data<App>,
    peer: &Peer,
) -> Result<Arc<TenantEntry>, Problem> {
    let Host::Name(host) = &peer.host else {
        return Err(Problem::unknown_host());
    };
    let found = match app.directory.remembered(host) {
        Some(found) => found,
        None => {
            let (asking, host) = (app.clone(), host.clone());
            app.outside(move || asking.directory.ask(&host)).await?
        }
    };
    let entry = found.ok_or_else(Problem::unknown_host)?;
    if app.config.addresses.serves(host) {
        return Ok(entry);
    }
    // A host that only leads on, to one that only leads on, would lead around for ever.
    if !app.config.addresses.serves(&entry.canonical_host) {
        return Err(Problem::unknown_host());
    }
    let links = portal::links(&app.config, &entry);
    Err(Problem::elsewhere(request, &links))
}
