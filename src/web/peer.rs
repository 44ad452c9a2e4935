//! Who is asking, by which name and scheme: the typed answer to everything that a client or a proxy may claim about it.
//! Which tenant the name belongs to is not decided here.

use std::{future, net::IpAddr};

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    body::{EitherBody, MessageBody},
    dev::{Payload, RequestHead, ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HeaderMap, HeaderName},
    },
    middleware::Next,
    web::Data,
};

use super::{
    host::{Host, authority, bad_host, own_host},
    refusal::Refusal,
};
use crate::config::{Config, Proxies, Scheme};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The client's address, and the name and scheme it asked by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// The nearest address that is no proxy of ours; `None` on a unix socket.
    pub address: Option<IpAddr>,
    /// The name or address in the request.
    pub host: Host,
    /// The port in the request, unless it is the scheme's usual one.
    pub port: Option<u16>,
    /// How the client reached us or our proxy.
    pub scheme: Scheme,
}

impl Peer {
    /// The request's own origin, as a browser writes it.
    #[must_use]
    pub fn origin(&self) -> String {
        match self.port {
            Some(port) => format!("{}://{}:{port}", self.scheme, self.host),
            None => format!("{}://{}", self.scheme, self.host),
        }
    }

    /// Judges head and connection. `tls` says whether the connection itself is encrypted.
    ///
    /// # Errors
    /// 400 when the host is missing, doubled, malformed or contradicts the request's target.
    pub fn of(head: &RequestHead, tls: bool, proxies: &Proxies) -> Result<Self, Refusal> {
        let connected = head.peer_addr.map(|address| address.ip().to_canonical());
        let (address, hops) = client(&head.headers, connected, proxies);
        let scheme = scheme(&head.headers, tls, hops);
        let (mut host, mut port) = own_host(head)?;
        if hops > 0
            && let Some(forwarded) = forwarded_host(&head.headers)?
        {
            (host, port) = authority(forwarded).ok_or_else(bad_host)?;
        }
        Ok(Self {
            address,
            host,
            port: port.filter(|port| *port != scheme.usual_port()),
            scheme,
        })
    }
}

impl FromRequest for Peer {
    type Error = Error;
    type Future = future::Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Self>().cloned();
        // Only an app without the middleware below comes here without a peer.
        future::ready(known.ok_or_else(|| {
            Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The request was not examined.",
            )
            .into()
        }))
    }
}

/// Middleware: judges the peer once and keeps it for handlers; refuses what cannot be judged.
///
/// # Errors
/// Those of the inner service.
pub async fn examine<B: MessageBody + 'static>(
    config: Data<Config>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match Peer::of(
        request.head(),
        request.app_config().secure(),
        &config.proxies,
    ) {
        Ok(peer) => {
            request.extensions_mut().insert(peer);
            next.call(request)
                .await
                .map(ServiceResponse::map_into_left_body)
        }
        Err(refusal) => Ok(request.error_response(refusal).map_into_right_body()),
    }
}

/// The scheme that the client used, as far as it can be believed; for answers to requests without a peer.
#[must_use]
pub fn scheme_of(head: &RequestHead, tls: bool, proxies: &Proxies) -> Scheme {
    let connected = head.peer_addr.map(|address| address.ip().to_canonical());
    let (_, hops) = client(&head.headers, connected, proxies);
    scheme(&head.headers, tls, hops)
}

/// Walks the chain of proxies from our end; the first that is not ours is the client, whatever stands left of it.
/// Returns how many proxies of ours were passed as well.
fn client(
    headers: &HeaderMap,
    connected: Option<IpAddr>,
    proxies: &Proxies,
) -> (Option<IpAddr>, usize) {
    let Some(mut nearest) = connected else {
        return (None, 0);
    };
    let mut hops = 0;
    let mut claims = values(headers, &FORWARDED_FOR).into_iter().rev();
    while proxies.trusts(nearest) {
        hops += 1;
        // A word such as "unknown" ends the chain: what stands left of it cannot be placed.
        let Some(claimed) = claims.next().and_then(claimed_address) else {
            break;
        };
        nearest = claimed;
    }
    (Some(nearest), hops)
}

/// The proxies' word counts at the same depth as the client's address, or what the outermost one has set.
fn scheme(headers: &HeaderMap, tls: bool, hops: usize) -> Scheme {
    let claims = values(headers, &FORWARDED_PROTO);
    let own = if tls { Scheme::Https } else { Scheme::Http };
    let Some(depth) = hops.min(claims.len()).checked_sub(1) else {
        return own;
    };
    match claims
        .iter()
        .rev()
        .nth(depth)
        .map(|word| word.to_ascii_lowercase())
        .as_deref()
    {
        Some("https") => Scheme::Https,
        Some("http") => Scheme::Http,
        _ => own,
    }
}

/// One value, or several that agree; who of several is right cannot be known.
fn forwarded_host(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let claims = values(headers, &FORWARDED_HOST);
    match claims.split_first() {
        None => Ok(None),
        Some((first, rest)) if rest.iter().all(|other| other == first) => Ok(Some(first)),
        Some(_) => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "The forwarded hosts disagree.",
        )),
    }
}

/// All values of a header that may be repeated or hold a list, in order. An unreadable one stays as an empty word.
fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    headers
        .get_all(name)
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(str::trim)
        .collect()
}

/// An address as proxies write it: bare, bracketed, or with the client's port.
fn claimed_address(text: &str) -> Option<IpAddr> {
    let bare = text.parse::<IpAddr>().ok();
    let bracketed = || {
        text.strip_prefix('[')?
            .split_once(']')?
            .0
            .parse::<IpAddr>()
            .ok()
    };
    let with_port = || text.split_once(':')?.0.parse::<IpAddr>().ok();
    bare.or_else(bracketed)
        .or_else(with_port)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
#[path = "peer_tests.rs"]
mod tests;
