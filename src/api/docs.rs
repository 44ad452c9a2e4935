//! The reference for people: each route with what it needs, takes and gives, and an example to copy. It is made
//! from the same description that programs read.

mod example;

use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use askama::Template;
use serde_json::Value as Json;

use super::fields::typed;
use super::openapi;
use super::route::{ApiRoute, Scope};
use super::{Fault, groups};
use crate::routes::api::{ALL, ROOT};
use crate::web::peer::Peer;
pub use example::example;

#[derive(Template)]
#[template(path = "api/reference.html")]
struct Page {
    groups: Vec<Group>,
}

/// Routes that belong together.
struct Group {
    name: &'static str,
    anchor: String,
    about: Option<&'static str>,
    routes: Vec<Shown>,
}

/// A route as it is shown.
struct Shown {
    anchor: &'static str,
    method: String,
    path: String,
    words: &'static str,
    needs: String,
    query: Vec<Field>,
    takes: Vec<Field>,
    gives: Vec<Field>,
    example: String,
}

/// A field with its type and what it means.
struct Field {
    name: String,
    kind: String,
    words: String,
}

/// `GET /api/v1/docs`
///
/// # Errors
/// 500 when the page cannot be drawn.
pub async fn page(request: HttpRequest) -> Result<HttpResponse, Fault> {
    let origin = request.extensions().get::<Peer>().map(Peer::origin);
    let text = drawn(&origin.unwrap_or_default()).map_err(Fault::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(text))
}

fn drawn(origin: &str) -> askama::Result<String> {
    let document = openapi::value();
    let mut all: Vec<Group> = Vec::new();
    for route in ALL {
        let shown = shown(&document, route, origin);
        match all.iter_mut().find(|group| group.name == route.group) {
            Some(group) => group.routes.push(shown),
            None => all.push(Group {
                name: route.group,
                anchor: route.group.to_lowercase().replace(' ', "-"),
                about: groups::about(route.group),
                routes: vec![shown],
            }),
        }
    }
    Page { groups: all }.render()
}

fn shown(document: &Json, route: &ApiRoute, origin: &str) -> Shown {
    let at = document
        .get("paths")
        .and_then(|paths| paths.get(format!("{ROOT}{}", route.path)))
        .and_then(|path| path.get(route.method))
        .unwrap_or(&Json::Null);
    let needs = match route.scope {
        Scope::Open => "Needs no key.".to_owned(),
        Scope::Tenant(key) => format!("A key of the tenant with {key}."),
        Scope::Platform(key) => format!("A key of the platform with {key}."),
        Scope::Either(own, any) => {
            format!("A key of the tenant with {own}, or one of the platform with {any}.")
        }
    };
    let query = at.get("parameters").and_then(Json::as_array);
    let query = query
        .into_iter()
        .flatten()
        .filter(|one| text(one, "in") == "query");
    let body = at.pointer("/requestBody/content/application~1json/schema");
    let answer = at.get("responses").and_then(|all| {
        let mut good = ["200", "201", "202"].iter();
        let done = good.find_map(|status| all.get(*status))?;
        done.pointer("/content/application~1json/schema/properties/data")
    });
    Shown {
        anchor: route.handler,
        method: route.method.to_uppercase(),
        path: format!("{ROOT}{}", route.path),
        words: route.words,
        needs,
        query: query
            .map(|one| Field {
                name: text(one, "name"),
                kind: one.get("schema").map(typed).unwrap_or_default(),
                words: about(one),
            })
            .collect(),
        takes: body
            .map(|schema| fields(document, schema))
            .unwrap_or_default(),
        gives: answer
            .map(|schema| fields(document, schema))
            .unwrap_or_default(),
        example: example(route, origin),
    }
}

fn text(of: &Json, name: &str) -> String {
    let text = of.get(name).and_then(Json::as_str);
    text.unwrap_or_default().to_owned()
}

/// What a field means; of one that may be null it stands beside the type.
fn about(of: &Json) -> String {
    let either = of.get("oneOf").and_then(Json::as_array);
    let beside = either
        .into_iter()
        .flatten()
        .map(|one| text(one, "description"));
    let mut all = std::iter::once(text(of, "description")).chain(beside);
    let words = all.find(|words| !words.is_empty()).unwrap_or_default();
    words.replace('`', "")
}

/// The fields of a type and of those inside it, each by its path.
fn fields(document: &Json, schema: &Json) -> Vec<Field> {
    let mut found = Vec::new();
    collect(document, schema, "", 0, &mut found);
    found
}

fn collect(document: &Json, schema: &Json, path: &str, depth: u8, found: &mut Vec<Field>) {
    // No type of ours holds itself; the bound keeps a mistake from turning round for ever.
    if depth > 6 {
        return;
    }
    let schema = resolved(document, schema);
    if let Some(items) = schema.get("items") {
        return collect(document, items, &format!("{path}[]"), depth + 1, found);
    }
    let properties = schema.get("properties").and_then(Json::as_object);
    for (name, of) in properties.into_iter().flatten() {
        let place = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        let inner = resolved(document, of);
        found.push(Field {
            name: place.clone(),
            kind: typed(inner),
            words: about(of),
        });
        collect(document, inner, &place, depth + 1, found);
    }
}

/// The type that a reference, or a type or nothing, stands for.
fn resolved<'a>(document: &'a Json, schema: &'a Json) -> &'a Json {
    let either = schema.get("oneOf").and_then(Json::as_array);
    let schema = either
        .and_then(|all| all.iter().find(|one| one.get("$ref").is_some()))
        .unwrap_or(schema);
    let reference = schema.get("$ref").and_then(Json::as_str);
    reference
        .and_then(|path| document.pointer(path.trim_start_matches('#')))
        .unwrap_or(schema)
}
