//! What a request says about who asks and for which tenant. Several signals may speak; those that do must
//! agree, and none of them opens anything by itself.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderName};
use actix_web::web::Data;
use domain::ApiKey;
use percent_encoding::percent_decode_str;
use services::directory::TenantEntry;

use super::fault::Fault;
pub(super) use super::host::{HostSays, of_host};
use crate::app::App;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const TENANT_ID: HeaderName = HeaderName::from_static("x-tenant-id");

/// The key that came in a header; the error of a bad one never falls through to another.
pub(super) fn key(request: &HttpRequest) -> Result<Option<ApiKey>, Fault> {
    let own = one(request, &API_KEY)?;
    let bearer = match one(request, &AUTHORIZATION)? {
        Some(value) => Some(bearer(value).ok_or_else(Fault::unauthenticated)?),
        None => None,
    };
    let text = match (own, bearer) {
        (Some(own), Some(bearer)) if own != bearer => {
            return Err(Fault::malformed(
                "X-API-Key and Authorization hold different keys.",
            ));
        }
        (Some(text), _) | (None, Some(text)) => text,
        (None, None) => return Ok(None),
    };
    ApiKey::parse(text)
        .map(Some)
        .ok_or_else(Fault::unauthenticated)
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, text) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| text.trim())
}

/// The one value of a header; two are a contradiction even where they agree.
fn one<'a>(request: &'a HttpRequest, name: &HeaderName) -> Result<Option<&'a str>, Fault> {
    let mut values = request.headers().get_all(name);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value
            .to_str()
            .map(|text| Some(text.trim()))
            .map_err(|_| Fault::malformed(format!("{name} is not plain text."))),
        (Some(_), Some(_)) => Err(Fault::malformed(format!("{name} is there twice."))),
    }
}

/// Keys that stand in the address, where logs and histories keep them.
pub(super) fn exposed(request: &HttpRequest) -> Option<ApiKey> {
    let address = request.uri().to_string();
    if !address.contains("tn") && !address.contains('%') {
        return None;
    }
    let plain = percent_decode_str(&address).decode_utf8_lossy();
    plain
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-')
        .find_map(ApiKey::parse)
}

/// The refusal of a key in the address.
pub(super) fn in_address() -> Fault {
    Fault::new(
        StatusCode::BAD_REQUEST,
        "key_in_url",
        "A key stands in the address of the request, where logs keep it. It was flagged.",
        "Send keys in a header only, and rotate this one.",
    )
}

/// The tenant that a name in the request means: an identifier as it is shown, or a slug.
pub(super) async fn named(app: &Data<App>, name: &str) -> Result<Option<Arc<TenantEntry>>, Fault> {
    if name.len() > 64 {
        return Ok(None);
    }
    if let Some(found) = app.directory.remembered_named(name) {
        return Ok(found);
    }
    let (asking, name) = (app.clone(), name.to_owned());
    let asked = move || asking.directory.ask_named(&name);
    Ok(app.outside(asked).await?)
}

/// Whether everything else in the request names this tenant too, or nothing.
pub(super) async fn agree(
    request: &HttpRequest,
    app: &Data<App>,
    host: &HostSays,
    tenant: &TenantEntry,
) -> Result<(), Fault> {
    let id = tenant.scope.tenant();
    match host {
        HostSays::Nothing => {}
        HostSays::Tenant(other) if other.scope.tenant() == id => {}
        _ => return Err(Fault::cross_tenant()),
    }
    let path = request.match_info().get("tenant_id");
    let names = [one(request, &TENANT_ID)?, path.filter(|name| *name != "me")];
    for name in names.into_iter().flatten() {
        match named(app, name).await? {
            Some(other) if other.scope.tenant() == id => {}
            _ => return Err(Fault::cross_tenant()),
        }
    }
    Ok(())
}

/// Refuses a header that names another tenant than the path; a platform key has none of its own.
pub(super) async fn refuse_other_than_path(
    request: &HttpRequest,
    app: &Data<App>,
) -> Result<(), Fault> {
    let Some(name) = one(request, &TENANT_ID)? else {
        return Ok(());
    };
    let path = match request.match_info().get("tenant_id") {
        Some(path) => named(app, path).await?,
        None => None,
    };
    match (path, named(app, name).await?) {
        (Some(path), Some(named)) if path.scope.tenant() == named.scope.tenant() => Ok(()),
        _ => Err(Fault::cross_tenant()),
    }
}

/// Refuses a tenant that is not open.
pub(super) fn refuse_resting(entry: &TenantEntry) -> Result<(), Fault> {
    let soon = std::time::Duration::from_secs(30);
    let closed = |words: &str| {
        let fault = Fault::new(
            StatusCode::FORBIDDEN,
            "tenant_access_denied",
            entry
                .status_reason
                .clone()
                .unwrap_or_else(|| words.to_owned()),
            "Ask whoever runs the platform.",
        );
        Err(fault.details(serde_json::json!({ "status": entry.status.as_str() })))
    };
    match entry.status.as_str() {
        "active" | "trial" => Ok(()),
        "suspended" => closed("The tenant is suspended."),
        "deletion_scheduled" => closed("The tenant is closed and will be deleted."),
        "maintenance" => Err(Fault::unavailable("The tenant is under maintenance.", soon)),
        "moving" | "provisioning" => {
            Err(Fault::unavailable("The tenant is being made ready.", soon))
        }
        _ => Err(Fault::unauthenticated()),
    }
}
