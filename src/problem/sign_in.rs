//! The answer to whoever must sign in first: straight to the sign-in page for a page that was asked for,
//! a form of its own, with what was typed, for something that was sent.

use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use askama::Template;
use url::Url;

use super::sign_in_address;
use crate::config::Config;
use crate::route::AtPlatform;
use crate::web::forms::Posted;
use crate::web::kept::Kept;
use crate::web::peer::Peer;
use crate::web::redirect::NextPage;

const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

#[derive(Template)]
#[template(path = "problem/sign_in.html")]
struct Page<'a> {
    words: &'a str,
    request_id: &'a str,
    next: &'a str,
    kept: Option<Kept>,
    /// Whether one may stay signed in here: not staff.
    keeps: bool,
}

/// Turns a bare 401 into a way in.
pub(super) fn lead(
    answer: ServiceResponse<BoxBody>,
    words: &str,
    request_id: &str,
) -> ServiceResponse<BoxBody> {
    let request = answer.request();
    if navigates(request) {
        let to = sign_in_address(here(request).as_str());
        return answer.map_body(|head, _| {
            head.status = StatusCode::SEE_OTHER;
            point(head.headers_mut(), header::LOCATION, &to);
            BoxBody::new(())
        });
    }
    let next = page_before(request);
    let posted = request.extensions().get::<Posted>().cloned();
    let path = here(request);
    let page = Page {
        words,
        request_id,
        next: next.as_str(),
        keeps: !at_platform(request),
        kept: posted.and_then(|Posted(body)| Kept::sent(path.as_str(), &body)),
    };
    let text = page.render().unwrap_or_default();
    let scripted = request.headers().contains_key(HX_REQUEST);
    let to = sign_in_address(next.as_str());
    answer.map_body(|head, _| {
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        head.headers_mut().insert(header::CONTENT_TYPE, html);
        head.headers_mut().remove(header::CONTENT_LENGTH);
        if scripted {
            point(head.headers_mut(), HX_REDIRECT, &to);
        }
        BoxBody::new(text)
    })
}

fn at_platform(request: &HttpRequest) -> bool {
    let config = request.app_data::<Data<Config>>();
    let extensions = request.extensions();
    config
        .zip(extensions.get::<Peer>())
        .is_some_and(|(config, peer)| AtPlatform(config.platform.clone()).admits(peer))
}

fn point(headers: &mut HeaderMap, name: HeaderName, to: &str) {
    if let Ok(to) = HeaderValue::from_str(to) {
        headers.insert(name, to);
    }
}

/// Whether a person goes to a page, and no script asks for a part of one.
pub(super) fn navigates(request: &HttpRequest) -> bool {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let mode = request.headers().get(FETCH_MODE);
    let scripted = request.headers().contains_key(HX_REQUEST);
    reads && !scripted && mode.is_none_or(|mode| mode == "navigate")
}

/// The path that was asked for.
fn here(request: &HttpRequest) -> NextPage {
    let path = request.uri().path_and_query();
    NextPage::or_home(path.map(|path| path.as_str()))
}

/// The page from which a form was sent or a part was asked for, as the browser says.
fn page_before(request: &HttpRequest) -> NextPage {
    let from = request.headers().get(header::REFERER);
    let from = from.and_then(|from| Url::parse(from.to_str().ok()?).ok());
    let path = from.map(|from| match from.query() {
        Some(query) => format!("{}?{query}", from.path()),
        None => from.path().to_owned(),
    });
    // After a failed sign-in the page before is the sign-in page itself.
    NextPage::or_home(path.as_deref().filter(|path| !path.starts_with("/sign-in")))
}
