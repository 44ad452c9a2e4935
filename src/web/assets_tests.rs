//! The browser's files through the front door: kept, compressed, found again, small.

#![allow(clippy::unwrap_used, reason = "a failed test should say where")]

use actix_web::{App, http::StatusCode, test};

use super::*;

async fn call(
    address: &str,
    name: header::HeaderName,
    value: &str,
) -> actix_web::dev::ServiceResponse {
    let app = App::new().route("/assets/{file}", web::get().to(file));
    let app = test::init_service(app).await;
    let request = test::TestRequest::get()
        .uri(address)
        .insert_header((name, value));
    test::call_service(&app, request.to_request()).await
}

#[actix_web::test]
async fn a_file_is_kept_for_ever_and_asked_for_once() {
    let address = asset("app.css").unwrap();
    let first = call(address, header::ACCEPT_ENCODING, "gzip, br").await;
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers().get(header::CONTENT_ENCODING).unwrap(), "br");
    assert!(
        first
            .headers()
            .get(header::CACHE_CONTROL)
            .unwrap()
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let etag = first
        .headers()
        .get(header::ETAG)
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let again = call(address, header::IF_NONE_MATCH, &etag).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[actix_web::test]
async fn a_coding_that_is_refused_is_not_used() {
    let address = asset("app.css").unwrap();
    let plain = call(address, header::ACCEPT_ENCODING, "br;q=0, gzip;q=0").await;
    assert_eq!(
        plain.headers().get(header::CONTENT_ENCODING).unwrap(),
        "identity"
    );
    let zipped = call(address, header::ACCEPT_ENCODING, "gzip").await;
    assert_eq!(
        zipped.headers().get(header::CONTENT_ENCODING).unwrap(),
        "gzip"
    );
}

#[actix_web::test]
async fn an_unknown_file_is_not_found() {
    for address in [
        "/assets/app.css",
        "/assets/app.000000000000.css",
        "/assets/..%2fapp.css",
    ] {
        let answer = call(address, header::ACCEPT_ENCODING, "br").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{address}");
    }
}

#[actix_web::test]
async fn the_stylesheet_names_the_typeface_by_its_address() {
    let styles = ASSETS.iter().find(|asset| asset.name == "app.css").unwrap();
    let text = std::str::from_utf8(&styles.body).unwrap();
    assert!(!text.contains("asset:"));
    if let Some(font) = asset("inter.woff2") {
        assert!(text.contains(font));
    }
}

/// What a first visit costs over the wire, even if it begins inside.
#[actix_web::test]
async fn a_first_visit_stays_small() {
    if asset("inter.woff2").is_none() {
        return;
    }
    let size = |name: &str| {
        let found = ASSETS.iter().find(|asset| asset.name == name).unwrap();
        if found.compresses() {
            found.brotli().len()
        } else {
            found.body.len()
        }
    };
    let names = [
        "app.css",
        "base.js",
        "app.js",
        "htmx.js",
        "inter.woff2",
        "icon.svg",
    ];
    let all: usize = names.map(size).iter().sum();
    // 60 KiB are allowed; the page itself, its theme and all headers share what is left.
    assert!(
        all <= 47_000,
        "a first visit loads {all} bytes beside the page"
    );
}
