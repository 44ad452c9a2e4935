//! Of the cookies that came, only our own, by their exact names. A page on a sibling's host can plant others for the
//! domain above both: too many, in bytes that are no text, or with a name that only looks like one of ours.

mod planted;

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{
    Error, HttpMessage,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE},
    middleware::Next,
};

use crate::api::dress;
use crate::problem::Problem;
use crate::session::{self, staff, visit};
use crate::web::peer::Peer;

/// Browsers let nobody but this very host set these.
const OURS: [&str; 5] = [
    session::SESSION_COOKIE,
    session::DEVICE_COOKIE,
    visit::VISIT_COOKIE,
    staff::SESSION_COOKIE,
    staff::DEVICE_COOKIE,
];

/// Middleware: leaves nothing in `Cookie` but what is ours. Where one name has two values, neither is used: the answer
/// takes back what others may have set and says so.
///
/// # Errors
/// Those of the inner service.
pub async fn keep_ours<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let ours = ours(request.headers());
    // The API and the files of pages read no cookie, and the page that is shown here needs those files.
    let path = request.path();
    let matters = !path.starts_with(dress::ROOT) && !path.starts_with("/assets/");
    if let (Err(Planted(names)), true) = (&ours, matters) {
        let host = request
            .extensions()
            .get::<Peer>()
            .map(|peer| peer.host.clone());
        let lines = host.map(|host| planted::take_back(&host, path, names));
        let mut answer = request.error_response(Problem::planted_cookies());
        for line in lines.unwrap_or_default() {
            answer.headers_mut().append(SET_COOKIE, line);
        }
        return Ok(answer.map_into_right_body());
    }
    let kept = ours.ok().flatten();
    request.headers_mut().remove(COOKIE);
    if let Some(cookies) = kept {
        request.headers_mut().insert(COOKIE, cookies);
    }
    next.call(request)
        .await
        .map(ServiceResponse::map_into_left_body)
}

/// These names came with two values.
#[derive(Debug, PartialEq, Eq)]
struct Planted(BTreeSet<&'static str>);

/// The header that holds ours alone, if there are any.
fn ours(headers: &HeaderMap) -> Result<Option<HeaderValue>, Planted> {
    let mut kept: BTreeMap<&str, &str> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for pair in headers
        .get_all(COOKIE)
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'))
    {
        // What is no text is no cookie of ours, and must not cost the others.
        let Some((name, value)) = std::str::from_utf8(pair)
            .ok()
            .and_then(|pair| pair.trim().split_once('='))
            .filter(|(_, value)| value.is_ascii())
        else {
            continue;
        };
        let own = OURS.iter().find(|own| **own == name);
        if let Some(own) = own
            && kept.insert(name, value).is_some_and(|one| one != value)
        {
            twice.insert(*own);
        }
    }
    if !twice.is_empty() {
        return Err(Planted(twice));
    }
    let pairs: Vec<String> = kept.iter().map(|(n, v)| format!("{n}={v}")).collect();
    Ok(HeaderValue::from_str(&pairs.join("; "))
        .ok()
        .filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(headers: &[&[u8]]) -> Result<String, Planted> {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append(
                COOKIE,
                HeaderValue::from_bytes(value).unwrap_or(HeaderValue::from_static("")),
            );
        }
        ours(&map).map(|value| {
            let text = value.as_ref().and_then(|value| value.to_str().ok());
            text.unwrap_or_default().to_owned()
        })
    }

    #[test]
    fn ses_07_only_our_own_names_are_kept_to_the_letter() {
        let own = Ok("__Host-device=d; __Host-session=a".to_owned());
        for headers in [
            &[&b"__Host-session=a; __Host-device=d"[..]][..],
            &[b"__Host-session=a", b"__Host-device=d"],
            &[b"session=x;__Host-session=a;theme=dark;;__Host-device=d"],
            &[b"__Host-session=a; __Host-session=a; __Host-device=d"],
            // Names that are ours only once they are decoded, folded or trimmed.
            &[b"%5F%5FHost-session=x; __Host-session=a; __Host-device=d"],
            &[b"__Host%2Dsession=x; __Host-session=a; __Host-device=d"],
            &[b"__host-session=x; __HOST-SESSION=x; __Host-session=a; __Host-device=d"],
            &[b"__Host-session =x; __Host-session=a; __Host-device=d"],
            // No pairs, and no text.
            &[b"__Host-session; =; =x; x; __Host-session=a; __Host-device=d"],
            &[b"x=\xff\xfe; __Host-session=a; __Host-device=d"],
            &[b"\xe9=x", b"__Host-session=a; __Host-device=d"],
        ] {
            assert_eq!(kept(headers), own, "{headers:?}");
        }
        assert_eq!(kept(&[]), Ok(String::new()));
        assert_eq!(kept(&[b"a=1; b=2"]), Ok(String::new()));
    }

    #[test]
    fn ses_07_of_two_values_neither_is_used() {
        let planted = |name| Err(Planted(BTreeSet::from([name])));
        for (headers, name) in [
            (
                &[&b"__Host-session=a; __Host-session=b"[..]][..],
                session::SESSION_COOKIE,
            ),
            (
                &[b"__Host-staff=a", b"__Host-staff=b"],
                staff::SESSION_COOKIE,
            ),
            (
                &[b"__Host-session=; __Host-session=b"],
                session::SESSION_COOKIE,
            ),
        ] {
            assert_eq!(kept(headers), planted(name));
        }
    }
}
