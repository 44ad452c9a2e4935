//! What the host of a request to the API says about whose it is.

use std::sync::Arc;

use actix_web::web::Data;
use services::directory::TenantEntry;

use super::Fault;
use crate::app::App;
use crate::portal;
use crate::web::host::Host;
use crate::web::peer::Peer;

/// What the host says.
pub(super) enum HostSays {
    /// This tenant.
    Tenant(Arc<TenantEntry>),
    /// The platform.
    Platform,
    /// Nothing: the API's own name, or an address.
    Nothing,
    /// A name that is nobody's.
    Nobody,
}

pub(super) async fn of_host(app: &Data<App>, peer: &Peer) -> Result<HostSays, Fault> {
    let Host::Name(host) = &peer.host else {
        return Ok(HostSays::Nothing);
    };
    let addresses = &app.config.addresses;
    if *host == app.config.platform.host {
        return Ok(HostSays::Platform);
    }
    let prefix = host.strip_suffix(addresses.base_domain.as_str());
    if !addresses.mode.is_single() && matches!(prefix, Some("" | "api.")) {
        return Ok(HostSays::Nothing);
    }
    let found = match app.directory.remembered(host) {
        Some(found) => found,
        None => {
            let (asking, host) = (app.clone(), host.clone());
            let asked = move || asking.directory.ask(&host);
            app.outside(asked).await?
        }
    };
    match found {
        Some(entry) if addresses.serves(host) => Ok(HostSays::Tenant(entry)),
        Some(entry) => Err(Fault::elsewhere(&portal::links(&app.config, &entry))),
        None => Ok(HostSays::Nobody),
    }
}
