//! The API's description for programs, OpenAPI 3.1, made from the table of routes and the types of their
//! handlers.

use actix_web::HttpResponse;
use serde_json::Value as Json;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Paths,
    Ref, RefOr, Required, ResponseBuilder, Schema, Type,
};

use super::Fault;
use super::route::{ApiRoute, Scope, Sheet};
use crate::routes::api::{ALL, ROOT};

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
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

fn method(route: &ApiRoute) -> HttpMethod {
    match route.method {
        "post" => HttpMethod::Post,
        "put" => HttpMethod::Put,
        "delete" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

/// What needs no key is said to take none; everything else may fail in all the ways there are.
fn operation(route: &ApiRoute, sheet: Sheet) -> OperationBuilder {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(route.handler))
        .tag(route.group)
        .summary(Some(route.words));
    let needs = match route.scope {
        Scope::Open => None,
        Scope::Tenant(key) => Some(format!("Needs a key of the tenant with `{key}`.")),
        Scope::Platform(key) => Some(format!("Needs a key of the platform with `{key}`.")),
    };
    for name in names(route.path) {
        let schema = ObjectBuilder::new().schema_type(Type::String).build();
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .description(Some(about(name)))
                .schema(Some(Schema::Object(schema))),
        );
    }
    for parameter in sheet.parameters {
        operation = operation.parameter(parameter);
    }
    if needs.is_some() && route.method != "get" {
        operation = operation.parameter(idempotency_key());
    }
    if let Some(body) = sheet.body {
        let content = ContentBuilder::new().schema(Some(body)).build();
        let required = if route.method == "delete" {
            Required::False
        } else {
            Required::True
        };
        operation = operation.request_body(Some(
            RequestBodyBuilder::new()
                .content("application/json", content)
                .required(Some(required))
                .build(),
        ));
    }
    operation = match sheet.answer {
        Some((status, data)) => operation.response(status.to_string(), success(data)),
        None => operation.response("200", ResponseBuilder::new().description("It.").build()),
    };
    let Some(needs) = needs else {
        return operation;
    };
    for (status, _) in ERRORS {
        operation = operation.response(
            status.to_string(),
            Ref::from_response_name(status.to_string()),
        );
    }
    let nothing: [&str; 0] = [];
    operation
        .description(Some(needs))
        .security(SecurityRequirement::new("bearer", nothing))
        .security(SecurityRequirement::new("header", nothing))
}

/// The names between braces.
pub(super) fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn about(name: &str) -> &'static str {
    match name {
        "tenant_id" => "The tenant's id or slug, or `me` for the tenant of the key.",
        _ => "The thing's id, as another answer gave it.",
    }
}

fn idempotency_key() -> ParameterBuilder {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(255))
        .build();
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A name of your own for this write: asked again with the same name within a day, it is not done again and gets the same answer, without what is shown once.",
        ))
        .schema(Some(Schema::Object(schema)))
}

fn success(data: RefOr<Schema>) -> ResponseBuilder {
    let word = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["success"]))
        .build();
    let envelope = ObjectBuilder::new()
        .property("status", Schema::Object(word))
        .required("status")
        .property("data", data)
        .required("data")
        .build();
    let content = ContentBuilder::new()
        .schema(Some(Schema::Object(envelope)))
        .build();
    ResponseBuilder::new()
        .description("Done.")
        .content("application/json", content)
}

fn failure(words: &str) -> ResponseBuilder {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Error")))
        .build();
    ResponseBuilder::new()
        .description(words)
        .content("application/json", content)
}

/// The envelope of an error.
fn error_schema() -> Schema {
    let text = || Schema::Object(ObjectBuilder::new().schema_type(Type::String).build());
    let error = ObjectBuilder::new()
        .property("code", text())
        .required("code")
        .property("message", text())
        .required("message")
        .property("resolution", text())
        .required("resolution")
        .property(
            "details",
            Schema::Object(ObjectBuilder::new().schema_type(Type::Object).build()),
        )
        .required("details")
        .property("request_id", text())
        .required("request_id")
        .build();
    let word = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(["error"]))
        .build();
    let envelope = ObjectBuilder::new()
        .property("status", Schema::Object(word))
        .required("status")
        .property("error", Schema::Object(error))
        .required("error")
        .build();
    Schema::Object(envelope)
}

/// The description as a value, for whoever looks things up in it.
pub(super) fn value() -> Json {
    serde_json::to_value(described()).unwrap_or_default()
}
