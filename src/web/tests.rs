//! The edges put together as the server wears them, over real connections where bytes and time matter.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    time::{Duration, Instant},
};

use actix_web::{
    App, Error, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse},
    error,
    http::StatusCode,
    middleware::from_fn,
    test::{TestRequest, call_service, init_service, try_call_service},
    web::{self, Data},
};
use serde::Deserialize;

use super::{body, csrf, forms::Form, headers, peer};
use crate::{
    config::{Config, Limits, Proxies, Sources},
    logging,
};

#[derive(Deserialize)]
struct Note {
    text: String,
}

async fn save(form: Form<Note>) -> HttpResponse {
    match form.errors.of("text") {
        Some(sentence) => HttpResponse::UnprocessableEntity().body(sentence.to_owned()),
        None => HttpResponse::SeeOther()
            .insert_header(("location", "/"))
            .body(form.typed.text),
    }
}

async fn fail() -> Result<HttpResponse, Error> {
    Err(error::ErrorServiceUnavailable("away"))
}

fn config() -> Config {
    let mut config = Config::read(&Sources::default()).unwrap();
    config.proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
    config.limits = Limits {
        form_bytes: 64 * 1_024,
        body_timeout: Duration::from_millis(700),
        ..config.limits
    };
    config
}

fn app() -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(Data::new(config()))
        .route("/", web::get().to(|| async { "hello" }))
        .route(
            "/asset",
            web::get().to(|| async {
                HttpResponse::Ok()
                    .insert_header(("cache-control", "public, immutable"))
                    .insert_header(("server", "x/1.2"))
                    .finish()
            }),
        )
        .route("/note", web::post().to(save))
        .route(
            "/boom",
            web::get().to(|| async { Err::<&str, _>(error::ErrorInternalServerError("boom")) }),
        )
        .route("/away", web::get().to(fail))
        .wrap(from_fn(csrf::refuse_foreign_writes))
        .wrap(from_fn(body::refuse_compressed))
        .wrap(from_fn(peer::examine))
        .wrap(from_fn(logging::each_request))
        .wrap(from_fn(headers::dress))
        .wrap(from_fn(body::end_with_unread))
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const HOST: (&str, &str) = ("host", "acme.localhost");

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> TestRequest {
    let mut request = TestRequest::with_uri(path).method(method.parse().unwrap());
    for (name, value) in headers {
        request = request.append_header((*name, *value));
    }
    request
}

#[actix_web::test]
async fn ses_08_every_answer_carries_the_headers() {
    let app = init_service(app()).await;
    let large = format!("text={}", "x".repeat(70_000));
    let cases = [
        (request("GET", "/", &[HOST]), 200),
        (request("GET", "/asset", &[HOST]), 200),
        (request("GET", "/", &[]), 400),
        (request("GET", "/nowhere", &[HOST]), 404),
        (
            request(
                "POST",
                "/note",
                &[HOST, ("sec-fetch-site", "same-site"), FORM],
            )
            .set_payload("text=x"),
            403,
        ),
        (
            request("POST", "/note", &[HOST, FORM]).set_payload("text=x"),
            303,
        ),
        (
            request("POST", "/note", &[HOST, FORM]).set_payload("text=%00x"),
            422,
        ),
        (
            request("POST", "/note", &[HOST, FORM]).set_payload("text=x&admin=1"),
            400,
        ),
        (
            request("POST", "/note", &[HOST, FORM]).set_payload(large),
            413,
        ),
        (
            request("POST", "/note", &[HOST, ("content-type", "text/plain")]).set_payload("text=x"),
            415,
        ),
        (
            request("POST", "/note", &[HOST, FORM, ("content-encoding", "gzip")])
                .set_payload("text=x"),
            415,
        ),
        (request("GET", "/boom", &[HOST]), 500),
        (request("GET", "/away", &[HOST]), 503),
    ];
    for (request, status) in cases {
        let response = call_service(&app, request.to_request()).await;
        assert_eq!(response.status().as_u16(), status);
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        assert!(
            header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"),
            "{status}"
        );
        assert!(!header("content-security-policy").contains("unsafe"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        assert!(header("permissions-policy").contains("camera=()"));
        assert_eq!(header("x-request-id").len(), 36);
        assert_eq!(header("server"), "");
        assert_eq!(header("strict-transport-security"), "");
        assert_ne!(header("cache-control"), "");
    }
    let asset = call_service(&app, request("GET", "/asset", &[HOST]).to_request()).await;
    assert_eq!(
        asset.headers().get("cache-control").unwrap(),
        "public, immutable"
    );
}

#[actix_web::test]
async fn errors_of_a_middleware_are_dressed_too() {
    let failing = App::new()
        .app_data(Data::new(config()))
        .wrap(from_fn(
            |_: ServiceRequest, _: actix_web::middleware::Next<actix_web::body::BoxBody>| async {
                Err::<ServiceResponse, _>(error::ErrorTooManyRequests("slow down"))
            },
        ))
        .wrap(from_fn(headers::dress));
    let error = try_call_service(
        &init_service(failing).await,
        request("GET", "/", &[HOST]).to_request(),
    )
    .await
    .unwrap_err();
    let response = error.error_response();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(response.headers().contains_key("content-security-policy"));
}

#[actix_web::test]
async fn request_ids_and_tls_are_believed_of_our_proxies_only() {
    let app = init_service(app()).await;
    let given = "01890a5d-ac96-774b-bcce-b302099a8057";
    let told = [
        HOST,
        ("x-request-id", given),
        ("x-forwarded-proto", "https"),
    ];
    let from = |address: &str| {
        request("GET", "/", &told)
            .peer_addr(address.parse().unwrap())
            .to_request()
    };
    let stranger = call_service(&app, from("203.0.113.9:1")).await;
    assert_ne!(stranger.headers().get("x-request-id").unwrap(), given);
    assert!(!stranger.headers().contains_key("strict-transport-security"));
    let proxy = call_service(&app, from("10.0.0.1:1")).await;
    assert_eq!(proxy.headers().get("x-request-id").unwrap(), given);
    assert!(proxy.headers().contains_key("strict-transport-security"));
    let nonsense = request("GET", "/", &[HOST, ("x-request-id", "<script>")])
        .peer_addr("10.0.0.1:1".parse().unwrap());
    assert_ne!(
        call_service(&app, nonsense.to_request())
            .await
            .headers()
            .get("x-request-id")
            .unwrap(),
        "<script>"
    );
}

fn serve() -> (SocketAddr, ServerHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = HttpServer::new(app)
        .workers(1)
        .client_request_timeout(Duration::from_millis(700))
        .client_disconnect_timeout(Duration::from_millis(300))
        .listen(listener)
        .unwrap()
        .disable_signals()
        .run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (address, handle)
}

/// Sends the head, then the piece again and again until the other side has had enough. Answer and bytes sent.
fn pour(
    address: SocketAddr,
    head: &str,
    piece: &[u8],
    pause: Duration,
) -> (String, usize, Duration) {
    let start = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let mut reader = stream.try_clone().unwrap();
    let answer = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut part = [0_u8; 4_096];
        while let Ok(count) = reader.read(&mut part) {
            if count == 0 {
                break;
            }
            bytes.extend(part.iter().take(count));
        }
        String::from_utf8_lossy(&bytes).into_owned()
    });
    stream.write_all(head.as_bytes()).unwrap();
    let mut sent = 0;
    while !piece.is_empty()
        && start.elapsed() < Duration::from_secs(4)
        && stream.write_all(piece).is_ok()
    {
        sent += piece.len();
        std::thread::sleep(pause);
    }
    let taken = start.elapsed();
    (answer.join().unwrap(), sent, taken)
}

async fn pour_at(
    address: SocketAddr,
    head: String,
    piece: Vec<u8>,
    pause: u64,
) -> (String, usize, Duration) {
    web::block(move || pour(address, &head, &piece, Duration::from_millis(pause)))
        .await
        .unwrap()
}

#[actix_web::test]
async fn inp_05_endless_and_oversized_bodies_end_in_under_a_second() {
    let (address, handle) = serve();
    let head = |line: &str, more: &str| {
        format!(
            "{line} HTTP/1.1\r\nhost: acme.localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n{more}\r\n\r\n"
        )
    };
    let chunk = format!("400\r\n{}\r\n", "x".repeat(1_024)).into_bytes();
    let chunked = "transfer-encoding: chunked";
    for (head, piece, pause, status) in [
        (head("POST /note", chunked), chunk.clone(), 0, "413"),
        (head("POST /note", chunked), chunk.clone(), 1, "413"),
        (
            head("POST /note", "content-length: 10000000000"),
            vec![b'x'; 1_024],
            1,
            "413",
        ),
        (
            head(
                "POST /note",
                &format!("{chunked}\r\ncontent-encoding: gzip"),
            ),
            chunk.clone(),
            1,
            "415",
        ),
        (
            head(
                "POST /note",
                &format!("{chunked}\r\nsec-fetch-site: cross-site"),
            ),
            chunk.clone(),
            0,
            "403",
        ),
        (head("POST /nowhere", chunked), chunk.clone(), 0, "404"),
        (head("GET /", chunked), chunk.clone(), 0, "200"),
    ] {
        let (answer, sent, taken) = pour_at(address, head.clone(), piece, pause).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{head} {sent} {taken:?} {answer:?}"
        );
        assert!(taken < Duration::from_secs(1), "{head} {sent} {taken:?}");
    }
    handle.stop(false).await;
}

#[actix_web::test]
async fn a_chunked_form_that_ends_is_read_and_the_connection_goes_on() {
    let (address, handle) = serve();
    let head = "POST /note HTTP/1.1\r\nhost: acme.localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\n6\r\ntext=y\r\n0\r\n\r\n";
    let again = "GET / HTTP/1.1\r\nhost: acme.localhost\r\nconnection: close\r\n\r\n";
    let (answer, ..) = pour_at(address, format!("{head}{again}"), Vec::new(), 0).await;
    assert!(
        answer.starts_with("HTTP/1.1 303") && answer.contains("HTTP/1.1 200"),
        "{answer:?}"
    );
    handle.stop(false).await;
}

#[actix_web::test]
async fn ovl_03_slow_heads_and_slow_bodies_are_cut() {
    let (address, handle) = serve();
    let head = "POST /note HTTP/1.1\r\nhost: acme.localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 5000\r\n\r\n";
    let (answer, _, taken) = pour_at(address, head.to_owned(), b"x".to_vec(), 50).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer:?}");
    assert!(taken < Duration::from_secs(3), "{taken:?}");
    let (answer, _, taken) = pour_at(
        address,
        "GET / HTTP/1.1\r\nhost: a.localhost\r\n".to_owned(),
        b"x: y\r\n".to_vec(),
        50,
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer:?}");
    assert!(taken < Duration::from_secs(3), "{taken:?}");
    handle.stop(false).await;
}

#[actix_web::test]
async fn ses_13_two_hosts_or_none_are_refused_on_the_wire() {
    let (address, handle) = serve();
    for head in [
        "GET / HTTP/1.1\r\nconnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a.localhost\r\nhost: a.localhost\r\nconnection: close\r\n\r\n",
        "GET http://b.localhost/ HTTP/1.1\r\nhost: a.localhost\r\nconnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a@b\r\nconnection: close\r\n\r\n",
    ] {
        let (answer, ..) = pour_at(address, head.to_owned(), Vec::new(), 0).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{head:?} {answer:?}");
    }
    handle.stop(false).await;
}
