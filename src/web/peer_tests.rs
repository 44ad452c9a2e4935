//! Every spelling of a host, and every claim about an address, that a client may try.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use actix_web::{dev::ServiceRequest, http::header, test::TestRequest};

use super::*;

const STRANGER: &str = "203.0.113.9:4711";
const PROXY: &str = "10.0.0.1:80";

fn proxies() -> Proxies {
    Proxies::new(vec![
        "10.0.0.0/8".parse().unwrap(),
        "fd00::/8".parse().unwrap(),
    ])
}

fn request(from: &str, target: &str, headers: &[(&str, &str)]) -> ServiceRequest {
    let mut request = TestRequest::with_uri(target).peer_addr(from.parse().unwrap());
    for (name, value) in headers {
        request = request.append_header((*name, *value));
    }
    request.to_srv_request()
}

fn judge(from: &str, target: &str, headers: &[(&str, &str)]) -> Result<Peer, Refusal> {
    Peer::of(request(from, target, headers).head(), false, &proxies())
}

/// Name of the host, or "400".
fn host(from: &str, target: &str, headers: &[(&str, &str)]) -> String {
    judge(from, target, headers).map_or_else(|_| "400".to_owned(), |peer| peer.host.to_string())
}

#[test]
fn iso_05_no_spelling_moves_a_request_to_another_tenant() {
    const ACME: (&str, &str) = ("host", "acme.example.com");
    let long = format!("{}.example.com", "a".repeat(64));
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let cases: &[(&str, Headers<'_>, &str)] = &[
        ("/", &[ACME], "acme.example.com"),
        ("/", &[ACME, ("x-tenant-id", "globex")], "acme.example.com"),
        ("/", &[ACME, ("x-tenant", "globex")], "acme.example.com"),
        (
            "/",
            &[ACME, ("x-forwarded-host", "globex.example.com")],
            "acme.example.com",
        ),
        (
            "/",
            &[ACME, ("x-forwarded-server", "globex.example.com")],
            "acme.example.com",
        ),
        (
            "/",
            &[ACME, ("x-original-host", "globex.example.com")],
            "acme.example.com",
        ),
        (
            "/",
            &[ACME, ("x-host", "globex.example.com")],
            "acme.example.com",
        ),
        (
            "/",
            &[ACME, ("x-http-host-override", "globex.example.com")],
            "acme.example.com",
        ),
        (
            "/",
            &[ACME, ("x-original-url", "http://globex.example.com/")],
            "acme.example.com",
        ),
        (
            "/",
            &[ACME, ("x-rewrite-url", "/globex")],
            "acme.example.com",
        ),
        (
            "/",
            &[ACME, ("forwarded", "host=globex.example.com;proto=https")],
            "acme.example.com",
        ),
        (
            "/",
            &[ACME, ("cookie", "tenant=globex")],
            "acme.example.com",
        ),
        (
            "/",
            &[ACME, ("referer", "http://globex.example.com/")],
            "acme.example.com",
        ),
        (
            "/",
            &[ACME, ("origin", "http://globex.example.com")],
            "acme.example.com",
        ),
        ("/?tenant_id=globex", &[ACME], "acme.example.com"),
        ("/?host=globex.example.com", &[ACME], "acme.example.com"),
        ("/", &[("host", "ACME.Example.COM")], "acme.example.com"),
        ("/", &[("host", "acme.example.com.")], "acme.example.com"),
        (
            "/",
            &[("host", "acme.example.com:8080")],
            "acme.example.com",
        ),
        (
            "/",
            &[("host", "acme.example.com.:8080")],
            "acme.example.com",
        ),
        ("http://acme.example.com/", &[ACME], "acme.example.com"),
        ("http://ACME.example.com./", &[ACME], "acme.example.com"),
        // A name of its own each, never acme's.
        ("/", &[("host", "acme.evil.com")], "acme.evil.com"),
        (
            "/",
            &[("host", "acme.example.com.evil.com")],
            "acme.example.com.evil.com",
        ),
        (
            "/",
            &[("host", "xn--cme-5cd.example.com")],
            "xn--cme-5cd.example.com",
        ),
        ("/", &[("host", "127.0.0.1")], "127.0.0.1"),
        ("/", &[("host", "[::1]:8080")], "[::1]"),
        ("/", &[("host", "[::ffff:127.0.0.1]")], "127.0.0.1"),
        // Refused.
        ("/", &[], "400"),
        ("/", &[("host", "")], "400"),
        ("/", &[ACME, ACME], "400"),
        ("/", &[ACME, ("host", "globex.example.com")], "400"),
        (
            "/",
            &[("host", "acme.example.com, globex.example.com")],
            "400",
        ),
        ("/", &[("host", "acme.example.com..")], "400"),
        ("/", &[("host", ".acme.example.com")], "400"),
        ("/", &[("host", "acme..example.com")], "400"),
        ("/", &[("host", "acme.example.com:")], "400"),
        ("/", &[("host", "acme.example.com:0")], "400"),
        ("/", &[("host", "acme.example.com:99999")], "400"),
        ("/", &[("host", "acme.example.com:80:80")], "400"),
        ("/", &[("host", "acme.example.com:+80")], "400"),
        ("/", &[("host", "globex@acme.example.com")], "400"),
        (
            "/",
            &[("host", "acme.example.com@globex.example.com")],
            "400",
        ),
        ("/", &[("host", "acme.example.com/globex")], "400"),
        ("/", &[("host", "acme.example.com#globex")], "400"),
        ("/", &[("host", "acme%2eexample.com")], "400"),
        ("/", &[("host", "acme example.com")], "400"),
        ("/", &[("host", "acme\texample.com")], "400"),
        ("/", &[("host", "acme_1.example.com")], "400"),
        ("/", &[("host", "-acme.example.com")], "400"),
        ("/", &[("host", "*.example.com")], "400"),
        ("/", &[("host", &long)], "400"),
        ("/", &[("host", "127.1")], "400"),
        ("/", &[("host", "2130706433")], "400"),
        ("/", &[("host", "0x7f.1")], "400"),
        ("/", &[("host", "127.0.0.1.")], "400"),
        ("/", &[("host", "[::1")], "400"),
        ("/", &[("host", "[::1]x")], "400"),
        ("/", &[("host", "::1")], "400"),
        ("http://globex.example.com/", &[ACME], "400"),
        ("http://globex@acme.example.com/", &[ACME], "400"),
        ("http://acme.example.com:81/", &[ACME], "400"),
        ("http://acme.example.com/", &[], "400"),
    ];
    assert!(cases.len() >= 40);
    for (target, headers, expected) in cases {
        assert_eq!(
            host(STRANGER, target, headers),
            *expected,
            "{target} {headers:?}"
        );
    }
}

#[test]
fn iso_05_bytes_that_are_no_text_are_no_host() {
    let value = header::HeaderValue::from_bytes(b"\xc3\xa4cme.example.com").unwrap();
    let request = TestRequest::default()
        .peer_addr(STRANGER.parse().unwrap())
        .insert_header((header::HOST, value));
    assert!(Peer::of(request.to_srv_request().head(), false, &proxies()).is_err());
}

#[test]
fn ovl_07_the_address_is_the_rightmost_that_is_no_proxy_of_ours() {
    let cases: &[(&str, &[&str], &str)] = &[
        (STRANGER, &[], "203.0.113.9"),
        (STRANGER, &["198.51.100.1"], "203.0.113.9"),
        (STRANGER, &["10.0.0.9"], "203.0.113.9"),
        (PROXY, &[], "10.0.0.1"),
        (PROXY, &["198.51.100.1"], "198.51.100.1"),
        (PROXY, &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        (PROXY, &["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        (PROXY, &["1.1.1.1, 198.51.100.1, 10.2.3.4"], "198.51.100.1"),
        (PROXY, &["198.51.100.1:5555"], "198.51.100.1"),
        (PROXY, &["[2001:db8::1]:5555"], "2001:db8::1"),
        (PROXY, &["2001:db8::1"], "2001:db8::1"),
        (PROXY, &["::ffff:198.51.100.1"], "198.51.100.1"),
        (PROXY, &["1.1.1.1, unknown"], "10.0.0.1"),
        (PROXY, &["1.1.1.1, , 10.2.3.4"], "10.2.3.4"),
        (PROXY, &["10.9.9.9, 10.2.3.4"], "10.9.9.9"),
        ("[::ffff:10.0.0.1]:80", &["198.51.100.1"], "198.51.100.1"),
        ("[fd00::1]:80", &["198.51.100.1"], "198.51.100.1"),
    ];
    for (from, chain, expected) in cases {
        let mut headers = vec![
            ("host", "acme.example.com"),
            ("x-real-ip", "6.6.6.6"),
            ("forwarded", "for=6.6.6.6"),
        ];
        headers.extend(chain.iter().map(|value| ("x-forwarded-for", *value)));
        let address = judge(from, "/", &headers).unwrap().address.unwrap();
        assert_eq!(address.to_string(), *expected, "{from} {chain:?}");
    }
}

#[test]
fn name_and_scheme_come_from_our_proxies_only() {
    let acme = ("host", "acme.internal");
    let told = [
        acme,
        ("x-forwarded-host", "acme.example.com"),
        ("x-forwarded-proto", "https"),
    ];
    assert_eq!(
        judge(STRANGER, "/", &told).unwrap().origin(),
        "http://acme.internal"
    );
    assert_eq!(
        judge(PROXY, "/", &told).unwrap().origin(),
        "https://acme.example.com"
    );
    assert_eq!(
        host(
            PROXY,
            "/",
            &[acme, ("x-forwarded-host", "a.example.com, b.example.com")]
        ),
        "400"
    );
    assert_eq!(
        host(PROXY, "/", &[acme, ("x-forwarded-host", "a.example.com/x")]),
        "400"
    );
    assert_eq!(
        host(
            PROXY,
            "/",
            &[acme, acme, ("x-forwarded-host", "a.example.com")]
        ),
        "400"
    );
    // The client claimed https, our one proxy saw http.
    let forged = [
        acme,
        ("x-forwarded-proto", "https, http"),
        ("x-forwarded-for", "1.1.1.1, 2.2.2.2"),
    ];
    assert_eq!(judge(PROXY, "/", &forged).unwrap().scheme, Scheme::Http);
    // Two proxies of ours, the outer one ended TLS.
    let chained = [
        acme,
        ("x-forwarded-proto", "https, http"),
        ("x-forwarded-for", "2.2.2.2, 10.2.3.4"),
    ];
    assert_eq!(judge(PROXY, "/", &chained).unwrap().scheme, Scheme::Https);
}

#[test]
fn the_usual_port_is_no_part_of_an_origin() {
    assert_eq!(
        judge(STRANGER, "/", &[("host", "a.localhost:80")])
            .unwrap()
            .origin(),
        "http://a.localhost"
    );
    assert_eq!(
        judge(STRANGER, "/", &[("host", "a.localhost:8080")])
            .unwrap()
            .origin(),
        "http://a.localhost:8080"
    );
    assert_eq!(
        judge(STRANGER, "/", &[("host", "[::1]:8080")])
            .unwrap()
            .origin(),
        "http://[::1]:8080"
    );
}
