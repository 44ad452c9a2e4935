//! What a request brings along: its JSON and its query, read strictly and only after the key was looked at.

mod objects;

use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::http::{StatusCode, header::HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use domain::FieldErrors;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::fault::Fault;
use crate::config::Limits;
use crate::web::body;

/// A JSON body of this kind, not read yet.
pub struct Body<T> {
    payload: Payload,
    kind: PhantomData<fn() -> T>,
}

impl<T> std::fmt::Debug for Body<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body(…)")
    }
}

impl<T> FromRequest for Body<T> {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(_: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            payload: payload.take(),
            kind: PhantomData,
        }))
    }
}

impl<T: DeserializeOwned> Body<T> {
    /// Reads it: the value, and the bytes for whoever compares them.
    pub(super) async fn read(
        self,
        headers: &HeaderMap,
        limits: &Limits,
    ) -> Result<(T, Vec<u8>), Fault> {
        let bytes = body::read(
            headers,
            self.payload,
            limits.form_bytes,
            limits.body_timeout,
        )
        .await
        .map_err(|refusal| from_refusal(&refusal))?;
        if !bytes.is_empty() && !is_json(headers) {
            return Err(Fault::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body is not said to be JSON.",
                "Send \"Content-Type: application/json\".",
            ));
        }
        // A body may be left out where nothing in it is required.
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let mut from = serde_json::Deserializer::from_slice(text);
        let objects = objects::Objects(&mut from);
        let value = serde_path_to_error::deserialize(objects).map_err(|error| {
            let path = error.path().to_string();
            wrong(&path, error.inner())
        })?;
        from.end().map_err(|error| wrong(".", &error))?;
        Ok((value, bytes))
    }
}

/// The error of a refusal, whose words hold nothing of the request.
pub(super) fn from_refusal(refusal: &crate::web::refusal::Refusal) -> Fault {
    use actix_web::ResponseError;
    let (status, words) = (refusal.status_code(), refusal.sentence());
    let code = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "payload_too_large",
        StatusCode::REQUEST_TIMEOUT => "request_timeout",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
        StatusCode::FORBIDDEN => "tenant_access_denied",
        _ => "malformed_request",
    };
    Fault::new(
        status,
        code,
        words,
        "Send the request as the reference shows it.",
    )
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE);
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let kind = value.to_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

fn wrong(path: &str, error: &serde_json::Error) -> Fault {
    if error.classify() != Category::Data {
        let place = format!("line {}, column {}", error.line(), error.column());
        return Fault::malformed(format!("The body is no JSON: {place}."));
    }
    let text = error.to_string();
    let words = text.split(" at line ").next().unwrap_or_default();
    // An unknown or missing field is named inside the words; its path is where it stands.
    let named = words.split('`').nth(1).unwrap_or_default();
    let of_field = words.starts_with("unknown field")
        || words.starts_with("missing field")
        || words.starts_with("duplicate field");
    let field = match (path, of_field) {
        (".", true) => named.to_owned(),
        (path, true) if path.rsplit('.').next() == Some(named) => path.to_owned(),
        (path, true) => format!("{path}.{named}"),
        (path, false) => path.to_owned(),
    };
    Fault::invalid(&FieldErrors::one(field, sentence(words)))
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// The numbers of queries, which would be taken for left out where nothing is written behind their name.
const NUMBERS: [&str; 3] = ["page", "page_size", "grace_period_days"];
/// Those of queries that are true or false, likewise.
const SWITCHES: [&str; 2] = ["include_indexes", "include_constraints"];

/// A query of this kind, not read yet.
#[derive(Debug)]
pub struct Query<T> {
    text: String,
    kind: PhantomData<fn() -> T>,
}

impl<T> FromRequest for Query<T> {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            text: request.query_string().to_owned(),
            kind: PhantomData,
        }))
    }
}

impl<T: DeserializeOwned> Query<T> {
    pub(super) fn read(&self) -> Result<T, Fault> {
        let mut pairs = url::form_urlencoded::parse(self.text.as_bytes());
        let empty = pairs.find_map(|(name, value)| {
            let wanted = match &*name {
                _ if !value.is_empty() => return None,
                name if NUMBERS.contains(&name) => "Write a whole number, or leave it out.",
                name if SWITCHES.contains(&name) => "Write true or false, or leave it out.",
                _ => return None,
            };
            Some((name, wanted))
        });
        if let Some((name, words)) = empty {
            return Err(Fault::invalid(&FieldErrors::one(name.into_owned(), words)));
        }
        serde_html_form::from_str(&self.text).map_err(|error| {
            let words = error.to_string();
            let named = words.split('`').nth(1).unwrap_or("query").to_owned();
            let field = if words.contains("field `") {
                named
            } else {
                "query".to_owned()
            };
            Fault::invalid(&FieldErrors::one(field, sentence(&words)))
        })
    }
}
