//! The API's description for programs, OpenAPI 3.1, made from the table of routes and the types of their
//! handlers.

mod envelope;
mod operation;

use actix_web::HttpResponse;
use serde_json::Value as Json;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Paths};

use super::{Fault, groups};
use crate::routes::api::{ALL, ROOT};
use envelope::{error_schema, failure};
use operation::{method, operation};

/// The statuses of errors, and what each means.
const ERRORS: [(u16, &str); 12] = [
    (400, "The request cannot be read."),
    (401, "No key, or one that opens nothing."),
    (
        403,
        "The key may not do this, or the request names different tenants.",
    ),
    (404, "Not there, or not yours to see."),
    (408, "The request took too long to arrive."),
    (409, "It cannot be done to the thing as it is now."),
    (413, "The body is longer than is read."),
    (415, "The body is no JSON."),
    (422, "Fields are wrong; the details name each by its path."),
    (429, "Too often, or a limit of the tenant is reached."),
    (503, "No room or no database at the moment."),
    (504, "The database took too long."),
];

/// `GET /api/v1/openapi.json`
///
/// # Errors
/// None of its own.
pub async fn document() -> Result<HttpResponse, Fault> {
    let text = printed().map_err(Fault::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(text))
}

/// The description as text.
///
/// # Errors
/// Types of ours that do not become JSON, which a test would find.
pub fn printed() -> Result<String, serde_json::Error> {
    described().to_pretty_json()
}

/// The description.
#[must_use]
pub fn described() -> OpenApi {
    let mut paths = Paths::new();
    let mut components = ComponentsBuilder::new()
        .schema("Error", error_schema())
        .security_scheme(
            "bearer",
            SecurityScheme::Http(
                HttpBuilder::new()
                    .scheme(HttpAuthScheme::Bearer)
                    .description(Some(
                        "A key of the tenant (tnt_…) or of the platform (tnp_…).",
                    ))
                    .build(),
            ),
        )
        .security_scheme(
            "header",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key"))),
        );
    for (status, words) in ERRORS {
        components = components.response(status.to_string(), failure(words));
    }
    for route in ALL {
        let mut sheet = (route.sheet)();
        components = components.schemas_from_iter(std::mem::take(&mut sheet.types));
        let path = format!("{ROOT}{}", route.path);
        paths.add_path_operation(path, vec![method(route)], operation(route, sheet));
    }
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Tenantry")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Everything that the portal does, for programs. Each answer is an envelope with its data or an error with a code.",
                )),
        )
        .tags(Some(tags()))
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

/// The groups of which something is said.
fn tags() -> Vec<Tag> {
    let mut names: Vec<&str> = ALL.iter().map(|route| route.group).collect();
    names.dedup();
    let said = names.into_iter().filter_map(|name| {
        let words = groups::about(name)?;
        Some(
            TagBuilder::new()
                .name(name)
                .description(Some(words))
                .build(),
        )
    });
    said.collect()
}

/// The description as a value, for whoever looks things up in it.
pub(super) fn value() -> Json {
    serde_json::to_value(described()).unwrap_or_default()
}
