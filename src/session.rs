//! The cookies of a signed-in browser at a tenant's door: the session's own, encrypted, and the one by which a device is
//! known again. What they open is a row in the tenant's placement; nothing here asks the database.

pub mod staff;
pub mod visit;

use std::time::Duration;

use actix_session::storage::CookieSessionStore;
use actix_session::{Session, SessionExt, SessionMiddleware};
use actix_web::body::MessageBody;
use actix_web::cookie::{Cookie, Key, SameSite, time};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderValue, SET_COOKIE};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use domain::{KnownDeviceToken, SessionToken, TenantId, TokenHash};

/// The session's cookie. The prefix makes browsers refuse it from a parent domain or without `Secure`.
pub const SESSION_COOKIE: &str = "__Host-session";
/// The cookie by which a browser is known that somebody signed in with before.
pub const DEVICE_COOKIE: &str = "__Host-device";
/// Browsers keep no cookie longer.
const DEVICE_DAYS: i64 = 400;
const TOKEN: &str = "token";
const TENANT: &str = "tenant";

/// How long a browser keeps the session's cookie after it is closed; set by [`begin`] for [`lasting`].
#[derive(Debug, Clone, Copy)]
struct KeepFor(Duration);

/// The key of the session cookie, made from the installation's secret of at least 32 bytes.
#[must_use]
pub fn cookie_key(secret: &str) -> Key {
    Key::derive_from(secret.as_bytes())
}

/// The middleware that opens and closes the session's cookie. [`lasting`] goes around it.
#[must_use]
pub fn layer(key: Key) -> SessionMiddleware<CookieSessionStore> {
    encrypted(key, SESSION_COOKIE, SameSite::Lax)
}

fn encrypted(key: Key, name: &str, same_site: SameSite) -> SessionMiddleware<CookieSessionStore> {
    SessionMiddleware::builder(CookieSessionStore::default(), key)
        .cookie_name(name.to_owned())
        .cookie_secure(true)
        .cookie_http_only(true)
        .cookie_same_site(same_site)
        .cookie_path("/".to_owned())
        .build()
}

/// Middleware: lets the session's cookie outlive the browser where the person asked to be kept signed
/// in. The layer below knows only one length of life for everybody.
///
/// # Errors
/// What the handler answers.
pub async fn lasting<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let kept = response.request().extensions().get::<KeepFor>().copied();
    if let Some(KeepFor(time)) = kept {
        let cookies: Vec<HeaderValue> = response.headers().get_all(SET_COOKIE).cloned().collect();
        response.headers_mut().remove(SET_COOKIE);
        for cookie in cookies {
            let cookie = prolonged(&cookie, time).unwrap_or(cookie);
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    Ok(response)
}

/// The cookie with its length of life, if it is the session's.
fn prolonged(cookie: &HeaderValue, time: Duration) -> Option<HeaderValue> {
    let text = cookie.to_str().ok()?;
    if !text.starts_with(SESSION_COOKIE) || text.contains("Max-Age") {
        return None;
    }
    HeaderValue::from_str(&format!("{text}; Max-Age={}", time.as_secs())).ok()
}

/// The hash of the session token that came with the request, whether it still opens anything or not.
/// A cookie that was given out on another tenant's host counts as none.
#[must_use]
pub fn shown(request: &HttpRequest, tenant: TenantId) -> Option<TokenHash> {
    let session = request.get_session();
    if owner(&session)? != tenant.to_string() {
        return None;
    }
    let text: String = session.get(TOKEN).ok().flatten()?;
    SessionToken::parse(&text).map(|token| token.hash())
}

/// Whether the request carries a session's or a visit's token at all, be it good or not.
#[must_use]
pub fn is_carried(request: &HttpRequest) -> bool {
    request.get_session().contains_key(TOKEN) || request.cookie(visit::VISIT_COOKIE).is_some()
}

/// Whether the request carries a session that was given out on another tenant's host.
#[must_use]
pub fn is_foreign(request: &HttpRequest, tenant: TenantId) -> bool {
    owner(&request.get_session()).is_some_and(|owner| owner != tenant.to_string())
}

fn owner(session: &Session) -> Option<String> {
    session.get(TENANT).ok().flatten()
}

/// Gives the browser this session: with `keep` beyond its own closing, otherwise until then.
pub fn begin(
    request: &HttpRequest,
    tenant: TenantId,
    token: &SessionToken,
    keep: Option<Duration>,
) {
    let session = request.get_session();
    session.clear();
    session.renew();
    let kept = session
        .insert(TENANT, tenant.to_string())
        .and_then(|()| session.insert(TOKEN, token.reveal().as_str()));
    // Two short texts always become JSON; if they ever did not, nobody would be signed in.
    if kept.is_err() {
        session.purge();
    }
    if let Some(time) = keep {
        request.extensions_mut().insert(KeepFor(time));
    }
}

/// Takes the session's cookie back.
pub fn end(request: &HttpRequest) {
    request.get_session().purge();
}

/// Takes the session out of the cookie, which stays for a message to the next page.
pub fn forget(request: &HttpRequest) {
    request.get_session().clear();
}

/// The device token that came with the request.
#[must_use]
pub fn device(request: &HttpRequest) -> Option<KnownDeviceToken> {
    KnownDeviceToken::parse(request.cookie(DEVICE_COOKIE)?.value())
}

/// The cookie by which this browser is known from now on.
#[must_use]
pub fn device_cookie(token: &KnownDeviceToken) -> Cookie<'static> {
    remembered(DEVICE_COOKIE, token, SameSite::Lax)
}

fn remembered(
    name: &'static str,
    token: &KnownDeviceToken,
    same_site: SameSite,
) -> Cookie<'static> {
    Cookie::build(name, token.reveal().to_string())
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(same_site)
        .max_age(time::Duration::days(DEVICE_DAYS))
        .finish()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
    use actix_web::middleware::from_fn;
    use actix_web::{App, HttpResponse, test, web};
    use uuid::Uuid;

    use super::*;

    const ACME: TenantId = TenantId::from_uuid(Uuid::from_u128(1));
    const GLOBEX: TenantId = TenantId::from_uuid(Uuid::from_u128(2));

    fn token() -> SessionToken {
        SessionToken::from_random([7; 32])
    }

    async fn sign_in(request: HttpRequest, keep: web::Path<u64>) -> HttpResponse {
        let keep = (*keep > 0).then(|| Duration::from_secs(*keep));
        begin(&request, ACME, &token(), keep);
        HttpResponse::Ok()
            .cookie(device_cookie(&KnownDeviceToken::from_random([9; 32])))
            .finish()
    }

    async fn look(request: HttpRequest) -> String {
        let known = shown(&request, ACME) == Some(token().hash());
        let elsewhere = shown(&request, GLOBEX).is_some();
        format!(
            "{known} {elsewhere} {} {}",
            is_foreign(&request, GLOBEX),
            device(&request).is_some()
        )
    }

    async fn sign_out(request: HttpRequest) -> HttpResponse {
        end(&request);
        HttpResponse::Ok().finish()
    }

    macro_rules! app {
        () => {
            test::init_service(
                App::new()
                    .wrap(layer(cookie_key(&"k".repeat(32))))
                    .wrap(from_fn(lasting))
                    .route("/in/{keep}", web::post().to(sign_in))
                    .route("/look", web::get().to(look))
                    .route("/out", web::post().to(sign_out)),
            )
            .await
        };
    }

    macro_rules! cookies {
        ($app:expr, $path:expr) => {{
            let request = test::TestRequest::post().uri($path).to_request();
            let response = test::call_service(&$app, request).await;
            let cookies: Vec<Cookie<'static>> = response
                .response()
                .cookies()
                .map(Cookie::into_owned)
                .collect();
            cookies
        }};
    }

    #[actix_web::test]
    async fn ses_01_every_cookie_is_bound_to_its_host() {
        let app = app!();
        for path in ["/in/0", "/in/60", "/out"] {
            for cookie in cookies!(app, path) {
                assert!(cookie.name().starts_with("__Host-"), "{cookie}");
                assert_eq!(cookie.secure(), Some(true), "{cookie}");
                assert_eq!(cookie.http_only(), Some(true), "{cookie}");
                assert_eq!(cookie.same_site(), Some(SameSite::Lax), "{cookie}");
                assert_eq!(cookie.path(), Some("/"), "{cookie}");
                assert_eq!(cookie.domain(), None, "{cookie}");
            }
        }
    }

    #[actix_web::test]
    async fn ses_01_only_who_asked_is_kept_beyond_the_browser() {
        let app = app!();
        let of_session = |cookies: Vec<Cookie<'static>>| {
            let session = cookies
                .into_iter()
                .find(|cookie| cookie.name() == SESSION_COOKIE);
            session.unwrap()
        };
        assert_eq!(of_session(cookies!(app, "/in/0")).max_age(), None);
        let kept = of_session(cookies!(app, "/in/2592000"));
        assert_eq!(kept.max_age(), Some(time::Duration::days(30)));
    }

    #[actix_web::test]
    async fn ses_01_the_token_cannot_be_read_and_opens_one_tenant_only() {
        let app = app!();
        let cookies = cookies!(app, "/in/0");
        let mut request = test::TestRequest::get().uri("/look");
        for cookie in cookies {
            assert!(!cookie.value().contains("ses_"));
            assert!(!cookie.value().contains("BwcHBwc"));
            request = request.cookie(cookie);
        }
        let body = test::call_and_read_body(&app, request.to_request()).await;
        assert_eq!(body, "true false true true");
        let stranger = test::TestRequest::get()
            .uri("/look")
            .cookie(Cookie::new(SESSION_COOKIE, "made up"));
        let body = test::call_and_read_body(&app, stranger.to_request()).await;
        assert_eq!(body, "false false false false");
    }
}
