//! Refuses writes that another site's page makes in a person's name: by Fetch Metadata first, by Origin where that is absent.
//! Tenants are siblings below one domain, so *same site* is a stranger here.

use actix_web::{
    Error, HttpMessage,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{HeaderMap, HeaderName, ORIGIN},
    },
    middleware::Next,
};

use super::{peer::Peer, refusal::Refusal};
use crate::api::dress::ROOT;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Middleware, inside [`super::peer::examine`]: lets reads pass and own writes; a GET never changes state.
///
/// # Errors
/// Those of the inner service.
pub async fn refuse_foreign_writes<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let origin = request.extensions().get::<Peer>().map(Peer::origin);
    // The API reads no cookie: whatever a page of another site can send, it sends in nobody's name.
    if request.path().starts_with(ROOT)
        || is_own(request.method(), request.headers(), origin.as_deref())
    {
        return next
            .call(request)
            .await
            .map(ServiceResponse::map_into_left_body);
    }
    let refusal = Refusal::new(
        StatusCode::FORBIDDEN,
        "This change was asked for by a page of another site, so nothing was done. Open the page here and try again.",
    );
    Ok(request.error_response(refusal).map_into_right_body())
}

fn is_own(method: &Method, headers: &HeaderMap, own: Option<&str>) -> bool {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(method) {
        return true;
    }
    let one = |name: HeaderName| {
        let mut values = headers.get_all(name);
        (values.next(), values.next())
    };
    match one(FETCH_SITE) {
        (Some(site), None) => return site == "same-origin" || site == "none",
        (Some(_), Some(_)) => return false,
        (None, _) => {}
    }
    match one(ORIGIN) {
        (Some(origin), None) => own.is_some_and(|own| origin == own),
        (Some(_), Some(_)) => false,
        // Neither header: no browser of the last years, so nobody's cookie was put there by a page.
        (None, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const OWN: &str = "https://acme.example.com";

    fn allowed(method: Method, headers: &[(&str, &str)]) -> bool {
        let mut request = TestRequest::default();
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        is_own(&method, request.to_http_request().headers(), Some(OWN))
    }

    #[test]
    fn ses_03_writes_of_other_origins_are_refused() {
        let site = |value| ("sec-fetch-site", value);
        let origin = |value| ("origin", value);
        let cases: &[(&[(&str, &str)], bool)] = &[
            (&[], true),
            (&[site("same-origin")], true),
            (&[site("none")], true),
            (&[site("same-site")], false),
            (&[site("cross-site")], false),
            (&[site("")], false),
            (&[site("Same-Origin")], false),
            (&[site("same-origin, cross-site")], false),
            (&[site("same-origin"), site("cross-site")], false),
            (
                &[site("same-origin"), origin("https://acme.example.com")],
                true,
            ),
            (
                &[site("same-site"), origin("https://acme.example.com")],
                false,
            ),
            (
                &[site("cross-site"), origin("https://acme.example.com")],
                false,
            ),
            (&[origin("https://acme.example.com")], true),
            (&[origin("https://globex.example.com")], false),
            (&[origin("https://example.com")], false),
            (&[origin("http://acme.example.com")], false),
            (&[origin("https://acme.example.com:8443")], false),
            (&[origin("https://acme.example.com.evil.com")], false),
            (&[origin("https://ACME.example.com")], false),
            (&[origin("null")], false),
            (&[origin("")], false),
            (&[origin(OWN), origin("https://evil.com")], false),
            (&[("referer", "https://evil.com/")], true),
        ];
        for (headers, expected) in cases {
            for method in [
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
                Method::TRACE,
            ] {
                assert_eq!(
                    allowed(method.clone(), headers),
                    *expected,
                    "{method} {headers:?}"
                );
            }
        }
    }

    #[test]
    fn reads_pass_from_anywhere() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(allowed(
                method,
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://evil.com")
                ]
            ));
        }
    }

    #[test]
    fn without_an_origin_of_our_own_no_origin_is_ours() {
        let request = TestRequest::default()
            .insert_header(("origin", "https://acme.example.com"))
            .to_http_request();
        assert!(!is_own(&Method::POST, request.headers(), None));
    }
}
