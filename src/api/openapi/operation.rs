//! One route in the description: what it needs, takes and gives, and all the ways in which it can fail.

use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, Ref, Required, ResponseBuilder, Schema, Type,
};

use super::ERRORS;
use super::envelope::success;
use crate::api::route::{ApiRoute, Scope};
use crate::api::sheet::Sheet;

pub(super) fn method(route: &ApiRoute) -> HttpMethod {
    match route.method {
        "post" => HttpMethod::Post,
        "put" => HttpMethod::Put,
        "delete" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

/// What one route takes and gives. What needs no key is said to take none; what is more than a page may fail in
/// all the ways there are.
pub(super) fn operation(route: &ApiRoute, sheet: Sheet) -> OperationBuilder {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(route.handler))
        .tag(route.group)
        .summary(Some(route.words));
    let needs = match route.scope {
        Scope::Open => None,
        Scope::Tenant(key) => Some(format!("Needs a key of the tenant with `{key}`.")),
        Scope::Platform(key) => Some(format!("Needs a key of the platform with `{key}`.")),
        Scope::Either(own, any) => Some(format!(
            "Needs a key of the tenant with `{own}`, or one of the platform with `{any}`."
        )),
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
    // A question to the tables is no write: nobody keeps its answer.
    if needs.is_some() && route.method != "get" && route.handler != "console_run" {
        operation = operation.parameter(idempotency_key());
    }
    if let Some(body) = sheet.body {
        let content = ContentBuilder::new().schema(Some(body)).build();
        // Where nothing must stand in it, it may be left out.
        let required = if sheet.needs_body {
            Required::True
        } else {
            Required::False
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
    if needs.is_none() && route.method == "get" {
        return operation;
    }
    for (status, _) in ERRORS {
        operation = operation.response(
            status.to_string(),
            Ref::from_response_name(status.to_string()),
        );
    }
    let Some(needs) = needs else {
        return operation;
    };
    let nothing: [&str; 0] = [];
    operation
        .description(Some(needs))
        .security(SecurityRequirement::new("bearer", nothing))
        .security(SecurityRequirement::new("header", nothing))
}

/// The names between braces.
pub(in crate::api) fn names(path: &str) -> impl Iterator<Item = &str> {
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
